//! Who is compared, each allocator as its users have it: one for the whole program.

use std::alloc::{GlobalAlloc, System};
use std::sync::LazyLock;

use allocator::{FirstFit, SlotAllocator};
use buddy_system_allocator::LockedHeap as Buddy;
use linked_list_allocator::LockedHeap as LinkedList;
use talc::{ErrOnOom, Span, Talc, Talck};

use crate::tlsf::Rlsf;

/// Bytes for each allocator that is given all of its memory before. The system has them ready when
/// they are touched, not before.
const ARENA: usize = 512 << 20;

/// What is done with an allocator, whichever it is. Compiled for each of them, so that whatever can
/// be inlined is.
pub(crate) trait Work {
    type Input;
    type Output;

    fn run<A: GlobalAlloc + Sync>(allocator: &A, input: Self::Input) -> Self::Output;
}

/// What a work asks for.
#[derive(Clone, Copy)]
pub(crate) struct Needs {
    /// Its largest block.
    pub(crate) bytes: usize,
    /// How many blocks there are at once, about, in all threads.
    pub(crate) blocks: usize,
}

impl Needs {
    const ANY: Self = Self { bytes: usize::MAX, blocks: usize::MAX };

    /// Those that search all free blocks for one that fits: microseconds if there are many.
    const FEW: Self = Self { bytes: 16 << 10, blocks: 2_000 };

    /// The buddies of a block are searched among all that are free and as large.
    const SOME: Self = Self { bytes: usize::MAX, blocks: 18_000 };

    /// Slots are of one size.
    const SMALL: Self = Self { bytes: 64, blocks: 40_000 };

    fn within(self, limits: Self) -> bool {
        self.bytes <= limits.bytes && self.blocks <= limits.blocks
    }
}

/// A contestant's name, and the function that does the work `W` with it.
pub(crate) type Contestant<W> = (&'static str, fn(<W as Work>::Input) -> <W as Work>::Output);

/// Everybody, a line each: the name, what is the most that can be asked of it, and the one allocator.
macro_rules! contestants {
    ($($(#[$only:meta])* $name:literal, $limits:expr, $allocator:expr;)*) => {
        /// All who can do the work `W`, which needs so much.
        pub(crate) fn contestants<W: Work>(needs: Needs) -> Vec<Contestant<W>> {
            let mut all: Vec<Contestant<W>> = Vec::new();
            $(
                $(#[$only])*
                if needs.within($limits) {
                    all.push(($name, |input| W::run($allocator, input)));
                }
            )*
            all
        }
    };
}

/// The one value of a type, made in a constant.
macro_rules! one {
    ($type:ty = $new:expr) => {{
        static IT: $type = $new;
        &IT
    }};
}

contestants! {
    "allocator, FirstFit", Needs::FEW, one!(FirstFit<{ 64 << 20 }> = FirstFit::new());
    "allocator, SlotAllocator", Needs::SMALL, one!(SlotAllocator<64, 100_000> = SlotAllocator::new());
    "glibc", Needs::ANY, &System;
    #[cfg(feature = "c-allocators")]
    "mimalloc", Needs::ANY, &mimalloc::MiMalloc;
    #[cfg(feature = "c-allocators")]
    "jemalloc", Needs::ANY, &tikv_jemallocator::Jemalloc;
    #[cfg(feature = "c-allocators")]
    "snmalloc", Needs::ANY, &snmalloc_rs::SnMalloc;
    "talc", Needs::ANY, &**one!(LazyLock<Talck<spin::Mutex<()>, ErrOnOom>> = LazyLock::new(|| talc(arena(ARENA))));
    "rlsf", Needs::ANY, &**one!(LazyLock<Rlsf> = LazyLock::new(|| Rlsf::new(arena(ARENA))));
    "buddy_system_allocator", Needs::SOME, &**one!(LazyLock<Buddy<33>> = LazyLock::new(|| buddy(arena(ARENA))));
    "linked_list_allocator", Needs::FEW, &**one!(LazyLock<LinkedList> = LazyLock::new(|| linked_list(arena(ARENA))));
}

/// Memory for ever, untouched.
pub(crate) fn arena(size: usize) -> &'static mut [u8] {
    // Zeros from the system, which nobody has to write.
    vec![0; size].leak()
}

pub(crate) fn talc(arena: &'static mut [u8]) -> Talck<spin::Mutex<()>, ErrOnOom> {
    let talc = Talc::new(ErrOnOom).lock();
    // SAFETY: the arena lives for ever, and nobody else uses it.
    let claimed = unsafe { talc.lock().claim(Span::from(arena)) };
    assert!(claimed.is_ok());
    talc
}

pub(crate) fn buddy(arena: &'static mut [u8]) -> Buddy<33> {
    let buddy = Buddy::new();
    // SAFETY: as above.
    unsafe { buddy.lock().init(arena.as_mut_ptr().expose_provenance(), arena.len()) };
    buddy
}

pub(crate) fn linked_list(arena: &'static mut [u8]) -> LinkedList {
    let list = LinkedList::empty();
    // SAFETY: as above.
    unsafe { list.lock().init(arena.as_mut_ptr(), arena.len()) };
    list
}
