//! A heap whose blocks are told of, and the memory that it gives them from.

use core::alloc::Layout;

#[cfg(feature = "asan")]
use super::asan;
#[cfg(feature = "valgrind")]
use super::valgrind;
use crate::Heap;
use crate::lock::Lock;
use crate::sync::const_unless_loom;

/// A heap whose blocks are told of.
#[derive(Debug)]
pub(crate) struct Watched<'a, H>(pub(crate) &'a H);

// SAFETY: the blocks are those of the heap. What is told changes no memory of the program.
unsafe impl<H: Heap> Heap for Watched<'_, H> {
    unsafe fn allocate(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let block = unsafe { self.0.allocate(layout) };
        if !block.is_null() {
            #[cfg(feature = "asan")]
            asan::open(block, layout.size());
            #[cfg(feature = "valgrind")]
            valgrind::given(block, layout.size());
        }
        block
    }

    // `allocate_zeroed` and `reallocate` are those of the trait, made of the other functions here. The heap's
    // own would write to a block that is not open yet.

    // ANCHOR: release
    unsafe fn release(&self, block: *mut u8, layout: Layout) {
        // First: after `release`, the block may be somebody else's.
        #[cfg(feature = "asan")]
        asan::close(block, layout.size());
        #[cfg(feature = "valgrind")]
        valgrind::taken_back(block);
        // SAFETY: the caller's promise.
        unsafe { self.0.release(block, layout) };
    }
    // ANCHOR_END: release

    unsafe fn resize(&self, block: *mut u8, layout: Layout, new_size: usize) -> bool {
        #[cfg(feature = "asan")]
        if new_size < layout.size() {
            // First, as in `release`.
            asan::close(block.wrapping_add(new_size), layout.size() - new_size);
        }
        // SAFETY: the caller's promise.
        let resized = unsafe { self.0.resize(block, layout, new_size) };
        #[cfg(feature = "asan")]
        asan::open(block, if resized { new_size } else { layout.size() });
        #[cfg(feature = "valgrind")]
        if resized {
            valgrind::resized(block, layout.size(), new_size);
        }
        resized
    }

    fn owns(&self, block: *const u8) -> bool {
        self.0.owns(block)
    }
}

/// The memory that an arena gives blocks from, which is part of the arena itself.
///
/// Nobody may touch it before it is given out. When the arena is dropped, the bytes are memory like any
/// other again. An arena that was used must not be moved under these tools: the move would read it.
pub(crate) struct Grounds(Lock<Option<Closed>>);

struct Closed {
    /// Not the start: a tool that looks for leaks would take it for a pointer to the first block.
    end: *mut u8,
    length: usize,
}

// SAFETY: the pointer is only told to tools.
unsafe impl Send for Closed {}

impl Grounds {
    const_unless_loom! {
        pub(crate) fn new() -> Self {
            Self(Lock::new(None))
        }
    }

    /// The first time: nobody may touch these bytes. Before the first block is given out.
    pub(crate) fn close(&self, start: *mut u8, length: usize) {
        self.0.with(|closed| {
            if closed.is_none() {
                *closed = Some(Closed { end: start.wrapping_add(length), length });
                super::close(start, length);
            }
        });
    }
}

impl Drop for Grounds {
    fn drop(&mut self) {
        self.0.with(|closed| {
            if let Some(Closed { end, length }) = closed.take() {
                super::open(end.wrapping_sub(length), length);
            }
        });
    }
}
