//! A block of [`HEAP`] that knows what it was filled with.

use std::alloc::Layout;

use allocator::{Heap, ThreadHeap};

pub(crate) const HEAP: ThreadHeap = ThreadHeap::new();

/// A block that knows what it was filled with.
pub(crate) struct Block {
    pub(crate) start: *mut u8,
    pub(crate) layout: Layout,
    pub(crate) byte: u8,
}

// SAFETY: a block has one owner.
unsafe impl Send for Block {}

impl Block {
    pub(crate) fn new(size: usize, align: usize, byte: u8) -> Self {
        let layout = Layout::from_size_align(size, align).unwrap();
        // SAFETY: the size is not 0.
        let start = unsafe { HEAP.allocate(layout) };
        assert!(!start.is_null(), "{layout:?}");
        assert!(start.addr().is_multiple_of(align), "{layout:?} {start:?}");
        assert!(HEAP.owns(start));
        // SAFETY: the block is ours.
        assert!(unsafe { HEAP.usable_size(start) } >= size);
        // SAFETY: as above.
        unsafe { start.write_bytes(byte, size) };
        Self { start, layout, byte }
    }

    /// Whether it still holds what it was filled with, at least in its first bytes.
    pub(crate) fn check(&self, len: usize) {
        // SAFETY: the block is ours, and was filled.
        let bytes = unsafe { std::slice::from_raw_parts(self.start, len) };
        // A comparison of slices is one step for Miri.
        assert!(bytes == vec![self.byte; len], "{:?}", self.layout);
    }

    pub(crate) fn resize(&mut self, size: usize) {
        // SAFETY: the block is ours.
        let start = unsafe { HEAP.reallocate(self.start, self.layout, size) };
        assert!(!start.is_null());
        let kept = size.min(self.layout.size());
        self.start = start;
        self.layout = Layout::from_size_align(size, self.layout.align()).unwrap();
        assert!(start.addr().is_multiple_of(self.layout.align()));
        self.check(kept);
        // SAFETY: the block is ours.
        unsafe { start.write_bytes(self.byte, size) };
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.check(self.layout.size());
        // SAFETY: the block is ours, and given up.
        unsafe { HEAP.release(self.start, self.layout) };
    }
}
