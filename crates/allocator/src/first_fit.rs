//! Blocks of any layout from one arena: the first place that fits.

use core::alloc::Layout;
use core::cell::UnsafeCell;
use core::fmt;
use core::mem::MaybeUninit;
use core::ops::Range;
use core::ptr;

use crate::free_list::{Books, FreeList, GRANULE};
use crate::front::front;
use crate::lock::Lock;
use crate::map::{Extent, State, Walk};
use crate::sync::const_unless_loom;
use crate::watch::Grounds;
use crate::{Corruption, Heap, Stats};

/// An arena of `BYTES` bytes, inside the value itself, that serves any layout from any thread:
/// each block goes to the first place, by address, where it fits.
///
/// There are no headers: a block takes its size rounded up to 16 bytes, and nothing else. A list of the
/// free blocks runs through the free blocks themselves, in the order of their addresses, so that what is
/// freed finds its free neighbours and becomes one block with them. What an alignment leaves before a
/// block is a free block like any other.
///
/// | | |
/// |---|---|
/// | `alloc` | under the lock, a step for each free block that is too small |
/// | `dealloc` | under the lock, a step for each free block before this one |
/// | `realloc` | in place when the block shrinks or what follows is free, at the cost of `dealloc`; else a new block and a copy |
/// | space | `BYTES`, and some words for the lock and the books |
///
/// A `static` arena is all zeros: it takes no place in the binary, and needs no set-up.
///
/// ```
/// use allocator::FirstFit;
///
/// #[global_allocator]
/// static HEAP: FirstFit<{ 1 << 20 }> = FirstFit::new();
///
/// let words: Vec<String> = ["all", "on", "the", "arena"].map(String::from).into();
/// assert!(HEAP.stats().used >= 4 * size_of::<String>());
/// # drop(words);
/// ```
///
/// The blocks live in the value: moving or dropping it ends every block it gave out, as with any
/// pointer into a value. A `static` does neither.
///
/// # Contract
///
/// As [`GlobalAlloc`](core::alloc::GlobalAlloc) asks: a pointer given to `dealloc` or `realloc` came
/// from the same allocator, was not given back yet, and comes with its layout. Breaking that is undefined
/// behaviour, because two owners may then hold one block. A pointer from elsewhere is ignored, though, and
/// freeing twice, with nothing allocated in between, is freeing once. Layouts of size 0, which the trait
/// forbids, get null; so does whatever cannot be served, however large.
///
/// None of it may be called from a signal handler: the thread may hold the lock. After a `fork` while
/// another thread holds the lock, the child has a lock that nobody lets go of, and its first
/// allocation waits for ever.
///
/// # Invariants
///
/// 1. The first `Self::CAPACITY` bytes of `arena` are used or free. A byte that is free is only touched by
///    the holder of the lock, through `FreeList`, whose invariants hold for them.
/// 2. A byte that is used belongs to whoever got its block.
pub struct FirstFit<const BYTES: usize> {
    books: Lock<Books>,
    grounds: Grounds,
    arena: UnsafeCell<Arena<BYTES>>,
}

/// Aligned to a granule.
#[repr(C, align(16))]
struct Arena<const BYTES: usize>([MaybeUninit<u8>; BYTES]);

// SAFETY: `arena` is touched by the holder of the lock, or, block by block, by the owner of a block
// (invariants 1 and 2).
unsafe impl<const BYTES: usize> Sync for FirstFit<BYTES> {}

impl<const BYTES: usize> FirstFit<BYTES> {
    const CAPACITY: usize = BYTES / GRANULE * GRANULE;

    const_unless_loom! {
        /// An allocator with nothing given out.
        pub fn new() -> Self {
            Self {
                books: Lock::new(Books::NEW),
                grounds: Grounds::new(),
                // In an arena of zeros all is free.
                arena: UnsafeCell::new(Arena([MaybeUninit::new(0); BYTES])),
            }
        }
    }

    /// What is used, what is free, and in what pieces. Takes the lock and goes through all free
    /// blocks.
    pub fn stats(&self) -> Stats {
        self.with(|list| Stats {
            capacity: Self::CAPACITY,
            used: list.used(),
            largest_free: list.free().map(|it| it.len()).max().unwrap_or(0),
            ..Stats::EMPTY
        })
    }

    /// Go through the free blocks and look for signs that something else wrote there. For tests.
    ///
    /// # Errors
    ///
    /// The first contradiction found.
    pub fn check(&self) -> Result<(), Corruption> {
        self.with(|list| list.check())
    }

    /// The one root of every pointer into the arena.
    fn root(&self) -> *mut u8 {
        self.arena.get().cast()
    }

    /// Call `f` with the free blocks, under the lock. `f` must not allocate here: it would wait for
    /// itself.
    fn with<R>(&self, f: impl FnOnce(FreeList<'_>) -> R) -> R {
        self.books.with(|books| {
            // SAFETY: the arena has this length, rounded down, and its alignment; it began as zeros, with
            // new books, and the lock makes this the only list (invariant 1). Whoever moves the arena has
            // its only reference.
            let list = unsafe { FreeList::new(self.root(), Self::CAPACITY, books) };
            f(list)
        })
    }

    /// The bytes of a block, as offsets, unless it never came from here.
    fn range_of(&self, block: *mut u8, size: usize) -> Option<Range<usize>> {
        let start = block.addr().checked_sub(self.root().addr())?;
        let end = start.checked_add(size.checked_next_multiple_of(GRANULE)?)?;
        (end <= Self::CAPACITY).then_some(start..end)
    }
}

// SAFETY: a block's bytes were free under the lock and are used until given back, so blocks do not
// overlap. They fit their layout: `take` is asked for enough bytes, at an aligned address. They stay
// valid until the allocator is moved or dropped. Nothing here panics: ranges are checked against
// `CAPACITY`, and sizes that overflow find no place.
unsafe impl<const BYTES: usize> Heap for FirstFit<BYTES> {
    unsafe fn allocate(&self, layout: Layout) -> *mut u8 {
        // No overflow: a layout's size is at most `isize::MAX`.
        let size = layout.size().next_multiple_of(GRANULE);
        self.grounds.close(self.root(), Self::CAPACITY);
        match self.with(|mut list| list.take(size, layout.align())) {
            // SAFETY: `take` gives places inside the arena.
            Some(at) => unsafe { self.root().add(at) },
            None => ptr::null_mut(),
        }
    }

    unsafe fn release(&self, block: *mut u8, layout: Layout) {
        if let Some(range) = self.range_of(block, layout.size()) {
            self.with(|mut list| list.give_back(range));
        }
    }

    unsafe fn resize(&self, block: *mut u8, layout: Layout, new_size: usize) -> bool {
        let Some(old) = self.range_of(block, layout.size()) else { return false };
        let Some(new) = self.range_of(block, new_size) else { return false };
        if new.end == old.end {
            return true;
        }
        self.with(|mut list| {
            if new.end < old.end {
                list.give_back(new.end..old.end);
                return true;
            }
            list.extend(old.end..new.end)
        })
    }

    fn owns(&self, block: *const u8) -> bool {
        block.addr().wrapping_sub(self.root().addr()) < Self::CAPACITY
    }
}

front!(impl[const BYTES: usize] for FirstFit<BYTES>);

/// There are no headers, so blocks that are neighbours are one extent.
impl<const BYTES: usize> Walk for FirstFit<BYTES> {
    fn walk(&self, visit: &mut dyn FnMut(Extent)) {
        let mut piece = |range: Range<usize>, state| {
            if !range.is_empty() {
                let address = self.root().addr() + range.start;
                visit(Extent { address, size: range.len(), state });
            }
        };
        self.with(|list| {
            let mut end = 0;
            for free in list.free() {
                piece(end..free.start, State::Live);
                end = free.end;
                piece(free, State::Free);
            }
            piece(end..Self::CAPACITY, State::Live);
        });
    }

    fn stats(&self) -> Stats {
        self.stats()
    }
}

impl<const BYTES: usize> Default for FirstFit<BYTES> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const BYTES: usize> fmt::Debug for FirstFit<BYTES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirstFit").field("bytes", &BYTES).field("stats", &self.stats()).finish()
    }
}
