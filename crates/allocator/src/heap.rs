//! What every allocator of this crate is underneath.

use core::alloc::Layout;
use core::ptr;

/// An allocator as its author writes it: no counting, no tools, no Miri. The traits that programs use,
/// [`GlobalAlloc`](core::alloc::GlobalAlloc) and `allocator_api2::alloc::Allocator`, are written once
/// for all of them on top of this one, together with whatever looks on from outside.
///
/// # Safety
///
/// A block that is not null is valid for reads and writes of `layout.size()` bytes, aligned to
/// `layout.align()`, apart from every other live block, and stays so until it is released, whichever
/// threads call. Nothing panics, and nothing unwinds. A byte that the allocator [`owns`](Heap::owns) is there to be
/// read.
pub unsafe trait Heap {
    /// A block for `layout`, or null.
    ///
    /// # Safety
    ///
    /// `layout` has a size other than 0.
    unsafe fn allocate(&self, layout: Layout) -> *mut u8;

    /// A block for `layout` whose bytes are all 0, or null.
    ///
    /// # Safety
    ///
    /// `layout` has a size other than 0.
    unsafe fn allocate_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let block = unsafe { self.allocate(layout) };
        if !block.is_null() {
            // SAFETY: the block is new and has this size.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        block
    }

    /// Take a block back.
    ///
    /// # Safety
    ///
    /// `block` came from this allocator, is live, and has `layout`. Nobody uses it any more.
    unsafe fn release(&self, block: *mut u8, layout: Layout);

    /// Make a block longer or shorter where it is. `false`: it is as it was.
    ///
    /// # Safety
    ///
    /// `block` came from this allocator, is live, and has `layout`. `new_size` is not 0 and, rounded up
    /// to the alignment, at most `isize::MAX`.
    unsafe fn resize(&self, block: *mut u8, layout: Layout, new_size: usize) -> bool {
        let _ = (block, layout, new_size);
        false
    }

    /// Make a block longer or shorter, where it is or elsewhere: the block, whose first bytes are what
    /// they were. Null: it is as it was.
    ///
    /// # Safety
    ///
    /// As for [`resize`](Self::resize).
    unsafe fn reallocate(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promise.
        if unsafe { self.resize(block, layout, new_size) } {
            return block;
        }
        // SAFETY: the caller's promise.
        unsafe { move_to_another(self, block, layout, new_size) }
    }

    /// Whether `block` could be a block of this allocator: it points into memory that the allocator
    /// gives blocks from.
    fn owns(&self, block: *const u8) -> bool;
}

/// Allocate a block of `new_size`, copy what fits, release the old one. Null: it is as it was.
///
/// # Safety
///
/// As for [`Heap::resize`].
pub(crate) unsafe fn move_to_another<H: Heap + ?Sized>(
    heap: &H,
    block: *mut u8,
    layout: Layout,
    new_size: usize,
) -> *mut u8 {
    // SAFETY: the caller's promise of a possible size.
    let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
    // SAFETY: the size is not 0.
    let moved = unsafe { heap.allocate(new_layout) };
    if !moved.is_null() {
        // SAFETY: both are valid for the shorter of their sizes, and one of them is new.
        unsafe { ptr::copy_nonoverlapping(block, moved, layout.size().min(new_size)) };
        // SAFETY: the caller gave this block up, with its layout.
        unsafe { heap.release(block, layout) };
    }
    moved
}
