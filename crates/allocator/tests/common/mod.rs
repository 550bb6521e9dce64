//! A block that frees itself, for the tests that use an allocator by hand; the faces of an allocator; and
//! [`every_allocator!`](subjects), the list of all of them.
// Not every test binary uses all of it.
#![allow(dead_code, unused)]

pub(crate) mod faces;
#[cfg(all(feature = "std", not(loom)))]
pub(crate) mod filled;
#[cfg(not(loom))]
pub(crate) mod hardened;
#[cfg(not(loom))]
pub(crate) mod subjects;

use std::alloc::{GlobalAlloc, Layout};

/// A layout; the tests only ask for possible ones.
pub(crate) fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).unwrap()
}

/// A block of `allocator`, given back when dropped.
pub(crate) struct Block<'a, A: GlobalAlloc> {
    allocator: &'a A,
    start: *mut u8,
    layout: Layout,
}

// SAFETY: a block has one owner, and the allocator may be called from any thread.
unsafe impl<A: GlobalAlloc + Sync> Send for Block<'_, A> {}

impl<'a, A: GlobalAlloc> Block<'a, A> {
    pub(crate) fn new(allocator: &'a A, layout: Layout) -> Option<Self> {
        assert_ne!(layout.size(), 0);
        // SAFETY: the size is not 0.
        let start = unsafe { allocator.alloc(layout) };
        Self::from_start(allocator, start, layout)
    }

    pub(crate) fn zeroed(allocator: &'a A, layout: Layout) -> Option<Self> {
        assert_ne!(layout.size(), 0);
        // SAFETY: the size is not 0.
        let start = unsafe { allocator.alloc_zeroed(layout) };
        let block = Self::from_start(allocator, start, layout)?;
        assert!(block.holds(0, layout.size()));
        Some(block)
    }

    fn from_start(allocator: &'a A, start: *mut u8, layout: Layout) -> Option<Self> {
        assert_eq!(start.addr() % layout.align(), 0, "{layout:?}");
        (!start.is_null()).then(|| Self { allocator, start, layout })
    }

    pub(crate) fn address(&self) -> usize {
        self.start.addr()
    }

    pub(crate) fn size(&self) -> usize {
        self.layout.size()
    }

    pub(crate) fn align(&self) -> usize {
        self.layout.align()
    }

    pub(crate) fn fill(&self, byte: u8) {
        // SAFETY: the block has this many bytes.
        unsafe { self.start.write_bytes(byte, self.size()) };
    }

    /// Whether the first `length` bytes are all `byte`.
    pub(crate) fn holds(&self, byte: u8, length: usize) -> bool {
        assert!(length <= self.size());
        // SAFETY: the block has these bytes, and they were written: by `fill`, or as zeros.
        let bytes = unsafe { std::slice::from_raw_parts(self.start, length) };
        // A comparison of slices is one step for Miri.
        bytes == vec![byte; length]
    }

    /// `realloc`. If it fails, the block stays as it was.
    pub(crate) fn resize(&mut self, size: usize) -> bool {
        let layout = layout(size, self.layout.align());
        assert_ne!(size, 0);
        // SAFETY: the block came from this allocator, with this layout; the new size is possible.
        let start = unsafe { self.allocator.realloc(self.start, self.layout, size) };
        if start.is_null() {
            return false;
        }
        assert_eq!(start.addr() % layout.align(), 0);
        (self.start, self.layout) = (start, layout);
        true
    }

    /// Give the block back and keep it all the same: the next drop is a double free.
    pub(crate) fn free_too_early(&self) {
        // SAFETY: not sound in general: for the test of a double free, whose allocator says what
        // it does then.
        unsafe { self.allocator.dealloc(self.start, self.layout) };
    }
}

impl<A: GlobalAlloc> Drop for Block<'_, A> {
    fn drop(&mut self) {
        // SAFETY: the block came from this allocator, with this layout.
        unsafe { self.allocator.dealloc(self.start, self.layout) };
    }
}
