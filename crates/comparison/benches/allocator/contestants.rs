//! Who is compared, each allocator as its users have it: one for the whole program.

use std::alloc::{GlobalAlloc, System};
use std::ptr::NonNull;
use std::sync::LazyLock;

use allocator::{FirstFit, SlotAllocator, ThreadHeap, Tlsf};
use buddy_system_allocator::LockedHeap as Buddy;
use linked_list_allocator::LockedHeap as LinkedList;
use talc::{ErrOnOom, Span, Talc, Talck};

use crate::tlsf::Rlsf;

/// Bytes for each allocator that is given all of its memory before. The system has them ready when
/// they are touched, not before.
const ARENA: usize = 512 << 20;

/// What a slot of ours has.
const SLOT: usize = 64;

/// The lock that talc's own examples have.
type SpinTalc = Talck<spin::Mutex<()>, ErrOnOom>;

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
    const SMALL: Self = Self { bytes: SLOT, blocks: 40_000 };

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

/// The one value of a type, made of an arena when it is needed for the first time.
macro_rules! in_arena {
    ($type:ty = $make:expr) => {{
        static IT: LazyLock<$type> = LazyLock::new(|| $make(arena(ARENA)));
        &*IT
    }};
}

contestants! {
    "allocator, ThreadHeap", Needs::ANY, one!(ThreadHeap = ThreadHeap::new());
    "allocator, Tlsf", Needs::ANY, in_arena!(Tlsf = tlsf);
    "allocator, FirstFit", Needs::FEW, one!(FirstFit<{ 64 << 20 }> = FirstFit::new());
    "allocator, SlotAllocator", Needs::SMALL, one!(SlotAllocator<SLOT, 100_000> = SlotAllocator::new());
    "glibc", Needs::ANY, &System;
    #[cfg(feature = "c-allocators")]
    "mimalloc", Needs::ANY, &mimalloc::MiMalloc;
    #[cfg(feature = "c-allocators")]
    "jemalloc", Needs::ANY, &tikv_jemallocator::Jemalloc;
    #[cfg(feature = "c-allocators")]
    "snmalloc", Needs::ANY, &snmalloc_rs::SnMalloc;
    "talc", Needs::ANY, in_arena!(SpinTalc = talc);
    "rlsf", Needs::ANY, in_arena!(Rlsf = Rlsf::new);
    "buddy_system_allocator", Needs::SOME, in_arena!(Buddy<33> = buddy);
    "linked_list_allocator", Needs::FEW, in_arena!(LinkedList = linked_list);
}

/// Memory for ever, untouched.
pub(crate) fn arena(size: usize) -> &'static mut [u8] {
    // Zeros from the system, which nobody has to write.
    vec![0; size].leak()
}

pub(crate) fn tlsf(arena: &'static mut [u8]) -> Tlsf {
    let tlsf = Tlsf::new();
    // SAFETY: the arena lives for ever, and nobody else uses it.
    let added = unsafe { tlsf.add_region(NonNull::from(&mut *arena).cast(), arena.len()) };
    assert!(added.is_ok());
    tlsf
}

pub(crate) fn talc(arena: &'static mut [u8]) -> SpinTalc {
    let talc = Talc::new(ErrOnOom).lock();
    // SAFETY: as above.
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
