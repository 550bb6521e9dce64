//! Blocks of any layout from one arena: the first place that fits.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::fmt;
use core::mem::MaybeUninit;
use core::ops::Range;
use core::ptr;
use core::slice;

use crate::extents::{Counters, Extents};
use crate::lock::Lock;
use crate::miri;
use crate::sync::const_unless_loom;
use crate::{Corruption, Stats};

/// What a block's size is rounded up to, in bytes, and what each block is aligned to at least.
const GRANULE: usize = 16;
const BITS: usize = usize::BITS as usize;

/// An arena of `BYTES` bytes, inside the value itself, that serves any layout from any thread:
/// each block goes to the first place, by address, where it fits.
///
/// The arena begins with a bitmap, one bit for each 16 bytes of the rest, in whole words: less than
/// a hundredth of an arena of 7 KiB or more. There are no headers: a block takes its size rounded up
/// to 16 bytes, and nothing else. What is freed merges with its free neighbours by itself.
///
/// | | |
/// |---|---|
/// | `alloc` | under the lock, from the lowest free granule to the place found: a step for each word of the bitmap, and one for each place that is too small |
/// | `dealloc` | under the lock; the words of the bitmap that the block covers |
/// | `realloc` | in place when the block shrinks or what follows is free, else a new block and a copy |
/// | space | `BYTES`, and some words for the lock and the counters |
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
/// As [`GlobalAlloc`] asks: a pointer given to `dealloc` or `realloc` came from the same allocator,
/// was not given back yet, and comes with its layout. Breaking that is undefined behaviour, because
/// two owners may then hold one block. A call of `dealloc` itself touches the bitmap alone: a pointer
/// from elsewhere is ignored, and freeing twice, with nothing allocated in between, is freeing once.
/// `realloc` answers null to a pointer from elsewhere, but copies the bytes of any other that it has
/// to move, whether it was given back or not. Layouts of size 0, which the trait forbids, get null;
/// so does whatever cannot be served, however large.
///
/// None of it may be called from a signal handler: the thread may hold the lock. After a `fork` while
/// another thread holds the lock, the child has a lock that nobody lets go of, and its first
/// allocation waits for ever.
///
/// # Invariants
///
/// 1. The bytes `..Self::MAP` of `arena` are the bitmap, and only touched by the holder of the lock.
/// 2. Granule `i`, for `i < Self::GRANULES`, is the bytes `Self::MAP + i * GRANULE..` up to the next.
/// 3. A granule that is used belongs to whoever got its block. Nothing here reads or writes it, but
///    for `realloc` on its owner's behalf.
pub struct FirstFit<const BYTES: usize> {
    counters: Lock<Counters>,
    arena: UnsafeCell<Arena<BYTES>>,
}

/// Aligned to a granule, which is also enough for the words of the bitmap.
#[repr(C, align(16))]
struct Arena<const BYTES: usize>([MaybeUninit<u8>; BYTES]);

// SAFETY: `arena` is touched by the holder of the lock, or, block by block, by the owner of a block
// (invariants 1 and 3).
unsafe impl<const BYTES: usize> Sync for FirstFit<BYTES> {}

impl<const BYTES: usize> FirstFit<BYTES> {
    /// Words of the bitmap: each serves `BITS` granules and takes place itself.
    const WORDS: usize = BYTES.div_ceil(BITS * GRANULE + size_of::<usize>());
    const MAP: usize = (Self::WORDS * size_of::<usize>()).next_multiple_of(GRANULE);
    const GRANULES: usize = {
        let room = BYTES.saturating_sub(Self::MAP) / GRANULE;
        if room < Self::WORDS * BITS { room } else { Self::WORDS * BITS }
    };

    const_unless_loom! {
        /// An allocator with nothing given out.
        pub fn new() -> Self {
            Self {
                counters: Lock::new(Counters::NEW),
                // A bitmap of zeros: all is free.
                arena: UnsafeCell::new(Arena([MaybeUninit::new(0); BYTES])),
            }
        }
    }

    /// What is used, what is free, and in what pieces. Takes the lock and looks at the whole
    /// bitmap.
    pub fn stats(&self) -> Stats {
        self.with(|extents| Stats {
            capacity: Self::GRANULES * GRANULE,
            used: extents.counters.used * GRANULE,
            largest_free: extents.longest_free() * GRANULE,
            ..Stats::EMPTY
        })
    }

    /// Look over the bitmap and the counters for signs that something else wrote there. For tests.
    ///
    /// # Errors
    ///
    /// The first contradiction found.
    pub fn check(&self) -> Result<(), Corruption> {
        self.with(|extents| extents.check())
    }

    /// The one root of every pointer into the arena.
    fn root(&self) -> *mut u8 {
        self.arena.get().cast()
    }

    /// Call `f` with the books, under the lock. `f` must not allocate here: it would wait for
    /// itself.
    fn with<R>(&self, f: impl FnOnce(Extents<'_>) -> R) -> R {
        self.counters.with(|counters| {
            let words = if Self::GRANULES == 0 {
                // The arena is too small for the bitmap itself.
                &mut []
            } else {
                // SAFETY: the map is `MAP` bytes at the start of the arena, at least `WORDS` words,
                // aligned as the arena is; it began as zeros and only words were written since; the
                // lock makes this the only reference to it (invariant 1), and `f` cannot keep it.
                unsafe { slice::from_raw_parts_mut(self.root().cast::<usize>(), Self::WORDS) }
            };
            f(Extents { words, len: Self::GRANULES, counters })
        })
    }

    /// The address of granule 0.
    fn base(&self) -> usize {
        self.root().addr() + Self::MAP
    }

    /// The granules of a block, unless it never came from here.
    fn granules_of(&self, block: *mut u8, size: usize) -> Option<Range<usize>> {
        let first = block.addr().checked_sub(self.base())? / GRANULE;
        let end = first.checked_add(size.div_ceil(GRANULE))?;
        (end <= Self::GRANULES).then_some(first..end)
    }

    /// The next granule from `at` on whose address is a multiple of `align`.
    fn aligned(&self, at: usize, align: usize) -> Option<usize> {
        let first = self.base() / GRANULE;
        let step = (align / GRANULE).max(1);
        Some((first + at).checked_next_multiple_of(step)? - first)
    }
}

// SAFETY: a block's granules were free under the lock and are used until given back, so blocks do
// not overlap. They fit their layout: `take` is asked for enough granules, at an aligned address.
// They stay valid until the allocator is moved or dropped. Nothing here panics: ranges are checked
// against `GRANULES` before they reach the bitmap, and sizes that overflow find no place.
unsafe impl<const BYTES: usize> GlobalAlloc for FirstFit<BYTES> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() == 0 {
            return ptr::null_mut();
        }
        let count = layout.size().div_ceil(GRANULE);
        let place =
            self.with(|mut extents| extents.take(count, |at| self.aligned(at, layout.align())));
        let Some(first) = place else { return ptr::null_mut() };
        // SAFETY: `first < GRANULES`: inside the arena (invariant 2).
        let block = unsafe { self.root().add(Self::MAP + first * GRANULE) };
        // SAFETY: the block was just taken, large enough and aligned: nobody else knows of it.
        unsafe { miri::new_block(block, layout) };
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // Only the address: the bytes of the block stay untouched (see "Under Miri" in the crate's
        // docs).
        let Some(granules) = self.granules_of(block, layout.size()) else { return };
        self.with(|mut extents| extents.give_back(granules));
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let Some(old) = self.granules_of(block, layout.size()) else { return ptr::null_mut() };
        if new_size == 0 {
            return ptr::null_mut();
        }
        let Ok(new_layout) = Layout::from_size_align(new_size, layout.align()) else {
            return ptr::null_mut();
        };
        // Under Miri a block that grows always moves: Stacked Borrows takes the pointer of a block that
        // was a `Box` to be good for its old bytes only, and refuses the new ones.
        let may_stay = !cfg!(miri) || new_size <= layout.size();
        let in_place = may_stay
            && self.granules_of(block, new_size).is_some_and(|new| {
                self.with(|mut extents| {
                    if new.end <= old.end {
                        extents.give_back(new.end..old.end);
                        true
                    } else {
                        extents.extend(old.end..new.end)
                    }
                })
            });
        if in_place {
            return block;
        }
        // SAFETY: `new_size` is not 0, and `new_layout` was checked.
        let moved = unsafe { self.alloc(new_layout) };
        if !moved.is_null() {
            // SAFETY: both are valid for the shorter of their sizes, and live blocks do not overlap.
            unsafe { ptr::copy_nonoverlapping(block, moved, layout.size().min(new_size)) };
            // SAFETY: the caller gave this block up, with its layout.
            unsafe { self.dealloc(block, layout) };
        }
        moved
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
