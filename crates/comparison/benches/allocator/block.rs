//! A block, as the works see it.

use std::alloc::{GlobalAlloc, Layout};
use std::hint::black_box;
use std::ptr::NonNull;

/// What every block is aligned to.
pub(crate) const ALIGN: usize = 8;

/// It owns its bytes, and must go back to the allocator that it came from: in a work there is one.
pub(crate) struct Block {
    start: NonNull<u8>,
    /// Not 0.
    size: usize,
}

// SAFETY: the bytes are the block's own, and a global allocator may be called from any thread.
unsafe impl Send for Block {}

impl Block {
    /// A new block, with its first and its last byte written.
    #[inline]
    pub(crate) fn new<A: GlobalAlloc>(allocator: &A, size: usize) -> Self {
        let layout = layout(black_box(size));
        // SAFETY: no work asks for a block of size 0.
        let start = unsafe { allocator.alloc(layout) };
        let block = Self { start: NonNull::new(start).expect("out of memory"), size };
        block.touch();
        block
    }

    #[inline]
    pub(crate) fn free<A: GlobalAlloc>(self, allocator: &A) {
        let layout = layout(black_box(self.size));
        // SAFETY: the block is of this allocator, and has this layout; it ends here.
        unsafe { allocator.dealloc(self.start.as_ptr(), layout) };
    }

    #[inline]
    pub(crate) fn resize<A: GlobalAlloc>(&mut self, allocator: &A, size: usize) {
        let layout = layout(black_box(self.size));
        // SAFETY: the block is of this allocator, and has this layout; no work asks for size 0, or
        // for more than there can be.
        let start = unsafe { allocator.realloc(self.start.as_ptr(), layout, black_box(size)) };
        self.start = NonNull::new(start).expect("out of memory");
        self.size = size;
        self.touch();
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Write the first and the last byte, so that what it costs to reach them counts.
    #[inline]
    fn touch(&self) {
        self.write(0, 1);
        self.write(self.size - 1, 2);
    }

    #[inline]
    pub(crate) fn write(&self, at: usize, byte: u8) {
        assert!(at < self.size);
        // SAFETY: within the block.
        let place = unsafe { self.start.as_ptr().add(at) };
        // SAFETY: the block's bytes are its own. Volatile, or it would not happen: nobody reads it.
        unsafe { place.write_volatile(byte) };
    }

    /// The place of the word number `at`: the block is aligned for words.
    #[inline]
    fn word(&self, at: usize) -> *mut u64 {
        assert!(at < self.size / 8);
        // SAFETY: within the block.
        unsafe { self.start.cast::<u64>().as_ptr().add(at) }
    }

    #[inline]
    pub(crate) fn write_word(&self, at: usize, word: u64) {
        // SAFETY: the block's bytes are its own, and `word` stays within them.
        unsafe { self.word(at).write_volatile(word) };
    }

    /// A word that was written before.
    #[inline]
    pub(crate) fn read_word(&self, at: usize) -> u64 {
        // SAFETY: as above, and the caller, a work, has written it.
        unsafe { self.word(at).read_volatile() }
    }

    /// The block without its size.
    pub(crate) fn into_raw(self) -> *mut u8 {
        self.start.as_ptr()
    }

    /// The block that this is the start of; nothing for null.
    ///
    /// # Safety
    ///
    /// The pointer came from [`into_raw`](Self::into_raw) of a block of `size` bytes, once.
    pub(crate) unsafe fn from_raw(start: *mut u8, size: usize) -> Option<Self> {
        Some(Self { start: NonNull::new(start)?, size })
    }
}

#[inline]
fn layout(size: usize) -> Layout {
    const { assert!(ALIGN.is_power_of_two()) };
    // SAFETY: a power of two, and no work asks for a size that is not far below the limit.
    unsafe { Layout::from_size_align_unchecked(size, ALIGN) }
}
