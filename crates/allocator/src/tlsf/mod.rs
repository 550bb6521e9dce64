//! Any layout in constant time: two-level segregated fit.

mod block;
mod check;
#[forbid(unsafe_code)]
mod classes;
mod lists;
mod region;
mod static_region;
mod unlocked;
#[forbid(unsafe_code)]
mod walk;

use core::alloc::Layout;
use core::fmt;
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};

use crate::front::front;
use crate::lock::Lock;
use crate::sync::const_unless_loom;
use crate::{Heap, Stats};

pub use check::Damage;
pub use region::RegionError;
pub use static_region::StaticRegion;
pub(crate) use unlocked::Core;
#[cfg(all(feature = "std", not(loom)))]
pub(crate) use {block::Block, region::Region};

use region::MOST;
use static_region::Reserve;

/// `realloc` copies as many bytes without letting go of the lock: longer than that, others wait in vain.
const COPY_UNDER_LOCK: usize = 16 << 10;

/// Blocks of any layout from regions of memory that are added while the program runs, in constant time:
/// two-level segregated fit (M. Masmano, I. Ripoll, A. Crespo, J. Real, "TLSF: a New Dynamic Memory
/// Allocator for Real-Time Systems", ECRTS 2004).
///
/// Free blocks are in lists by size: a list for each size up to 1 KiB, and 64 for each doubling from there
/// on. Two levels of bitmaps say which lists are not empty, so that the first one whose blocks are all large
/// enough is found with two instructions that count zeros. What is not needed of a block is cut off, and
/// what is freed merges with its free neighbours, which a header of four bytes in front of each block, and
/// a word at the end of the free ones, lead to.
///
/// | | |
/// |---|---|
/// | `alloc` | under the lock: two bitmaps and a list, however many blocks there are. If no list is known to have a block that fits, or for an alignment above 16, a search through those that could |
/// | `dealloc` | under the lock: the two neighbours |
/// | `realloc` | in place when the block shrinks or what follows is free; else a new block and a copy; at last, to the front into the free block before |
/// | space | 4 bytes a block and its size rounded up to 8, at least 32 bytes in all; a few words a region; 17 KiB for the lists |
///
/// ```
/// use std::alloc::{GlobalAlloc, Layout};
/// use std::mem::MaybeUninit;
/// use allocator::Tlsf;
///
/// static mut MEMORY: [MaybeUninit<u8>; 10_000] = [MaybeUninit::uninit(); 10_000];
///
/// let heap = Tlsf::new();
/// // SAFETY: nobody else has a reference to it.
/// let memory = unsafe { &mut *(&raw mut MEMORY) };
/// let room = heap.add_static(memory)?;
/// assert!(room > 9_900);
///
/// let layout = Layout::new::<[u64; 100]>();
/// // SAFETY: the layout has a size.
/// let block = unsafe { heap.alloc(layout) };
/// assert!(!block.is_null());
/// // SAFETY: the block came from this allocator, with this layout.
/// unsafe { heap.dealloc(block, layout) };
/// # Ok::<(), allocator::RegionError>(())
/// ```
///
/// As the allocator of a whole program it needs memory before `main`: see
/// [`with_region`](Self::with_region).
///
/// Neighbouring regions are not joined: a pointer into one is no pointer into the other, and a block lies in
/// one. A region is not given back while the allocator lives.
///
/// # Contract
///
/// As [`GlobalAlloc`](core::alloc::GlobalAlloc) asks: a pointer given to `dealloc` or `realloc` came from the
/// same allocator, was not given back yet, and comes with its layout. A block of 4 GiB or more is null, like
/// everything else that cannot be served.
///
/// None of it may be called from a signal handler, as the thread may hold the lock; nor in the child of a
/// `fork` whose parent had several threads.
pub struct Tlsf {
    core: Lock<Core>,
    reserve: Option<Reserve>,
}

impl Tlsf {
    const_unless_loom! {
        /// An allocator without any memory. It has none to give until it is given a region.
        pub fn new() -> Self {
            Self { core: Lock::new(Core::new()), reserve: None }
        }
    }

    /// An allocator that takes the region when it has nothing else to give: at the start it has nothing, so
    /// when the first block is asked for. If another allocator was faster, it goes without.
    #[cfg(not(loom))]
    pub const fn with_region<const BYTES: usize>(region: &'static StaticRegion<BYTES>) -> Self {
        Self { core: Lock::new(Core::new()), reserve: Some(region.reserve()) }
    }

    /// Give out blocks from `len` bytes at `start` as well, at any address: how many bytes the largest block
    /// has that they have room for.
    ///
    /// # Errors
    ///
    /// [`RegionError::TooSmall`] if there is no room for the smallest block.
    ///
    /// # Safety
    ///
    /// The bytes are valid for reads and writes, and nobody else uses them, for as long as the allocator
    /// or any of its blocks is used.
    pub unsafe fn add_region(&self, start: NonNull<u8>, len: usize) -> Result<usize, RegionError> {
        let mut start = start.as_ptr();
        let mut left = len;
        let mut largest = 0;
        // A region of several if it is larger than a block may be.
        while left != 0 {
            let part = left.min(MOST);
            // SAFETY: the caller's promise.
            let room = self.core.with(|core| unsafe { core.add_region(start, part) });
            if largest == 0 && room == 0 {
                break;
            }
            largest = room.max(largest);
            // SAFETY: at most the end of the bytes.
            start = unsafe { start.add(part) };
            left -= part;
        }
        if largest == 0 { Err(RegionError::too_small(start, len)) } else { Ok(largest) }
    }

    /// Give out blocks from `region` as well: how many bytes the largest block has that it has room for.
    ///
    /// # Errors
    ///
    /// [`RegionError::TooSmall`] if there is no room for the smallest block.
    pub fn add_static(&self, region: &'static mut [MaybeUninit<u8>]) -> Result<usize, RegionError> {
        let len = region.len();
        // SAFETY: a reference that is unique and lives for ever: nobody else can use the bytes, ever.
        unsafe { self.add_region(NonNull::from(region).cast(), len) }
    }

    /// What is used, what is free, and in what pieces. Takes the lock and looks at every block.
    pub fn stats(&self) -> Stats {
        self.core.with(|core| core.stats())
    }

    /// Look over all blocks and lists for signs that something else wrote there. For tests.
    ///
    /// # Errors
    ///
    /// The first contradiction found.
    pub fn check(&self) -> Result<(), Damage> {
        self.core.with(|core| core.check())
    }

    /// Take the reserve, if nobody has it: whether there is more to give than before, perhaps by the hand
    /// of another thread.
    #[cold]
    fn open_reserve(&self) -> bool {
        let Some(reserve) = &self.reserve else { return false };
        self.core.with(|core| {
            if let Some((start, len)) = reserve.take() {
                // SAFETY: static, and this is the one user of it.
                unsafe { core.add_region(start, len) };
            }
        });
        true
    }

    /// [`Heap::reallocate`] from what there is.
    #[inline]
    unsafe fn try_reallocate(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promise.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        let kept = layout.size().min(new_size);
        let (moved, unfinished) = self.core.with(|core| {
            // SAFETY: the caller's promise.
            if unsafe { core.resize(block, new_layout) } {
                return (block, false);
            }
            let moved = core.allocate(new_layout);
            if moved.is_null() {
                // SAFETY: the caller's promise, and `resize` has failed.
                return (unsafe { core.grow_backwards(block, kept, new_layout) }, false);
            }
            if kept > COPY_UNDER_LOCK {
                return (moved, true);
            }
            // SAFETY: both have as many bytes, and they are two blocks.
            unsafe { ptr::copy_nonoverlapping(block, moved, kept) };
            // SAFETY: the caller gave this block up.
            unsafe { core.release(block) };
            (moved, false)
        });
        if unfinished {
            // SAFETY: both have as many bytes, and they are two blocks.
            unsafe { ptr::copy_nonoverlapping(block, moved, kept) };
            // SAFETY: the caller gave this block up.
            unsafe { self.release(block, layout) };
        }
        moved
    }
}

// SAFETY: a block was free, in a region, and is in no list until it is released, so that blocks do not
// overlap; nothing touches it then but its header, which is in front of it. It is as long and as aligned as
// its layout: `Core` says how. Regions stay. The lock lets one thread at a time in. Nothing panics: sizes
// are layouts' or what was written in headers, and what may overflow is checked.
unsafe impl Heap for Tlsf {
    #[inline]
    unsafe fn allocate(&self, layout: Layout) -> *mut u8 {
        let block = self.core.with(|core| core.allocate(layout));
        if block.is_null() && self.open_reserve() {
            return self.core.with(|core| core.allocate(layout));
        }
        block
    }

    #[inline]
    unsafe fn release(&self, block: *mut u8, _layout: Layout) {
        self.core.with(|core| {
            // SAFETY: the caller's promise.
            unsafe { core.release(block) };
        });
    }

    #[inline]
    unsafe fn resize(&self, block: *mut u8, layout: Layout, new_size: usize) -> bool {
        // SAFETY: the caller's promise.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: the caller's promise.
        self.core.with(|core| unsafe { core.resize(block, new_layout) })
    }

    #[inline]
    unsafe fn reallocate(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promise.
        let moved = unsafe { self.try_reallocate(block, layout, new_size) };
        if moved.is_null() && self.open_reserve() {
            // SAFETY: the same: the block is as it was.
            return unsafe { self.try_reallocate(block, layout, new_size) };
        }
        moved
    }

    fn owns(&self, block: *const u8) -> bool {
        self.core.with(|core| core.owns(block))
    }
}

front!(impl[] for Tlsf);

impl Default for Tlsf {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Tlsf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tlsf").field("stats", &self.stats()).finish()
    }
}
