//! The ways to call an allocator, each as a `GlobalAlloc`.

use std::alloc::{GlobalAlloc, Layout};
use std::ptr;

use allocator::Heap;

/// The heap alone: no tools, and under Miri the memory of the heap itself.
#[derive(Debug)]
pub(crate) struct Bare<A>(pub(crate) Box<A>);

// SAFETY: `Heap` promises the same. Sizes that it does not take are answered here.
unsafe impl<A: Heap> GlobalAlloc for Bare<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() == 0 {
            return ptr::null_mut();
        }
        // SAFETY: the size is not 0.
        let block = unsafe { self.0.allocate(layout) };
        self.owned(block)
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.size() == 0 {
            return ptr::null_mut();
        }
        // SAFETY: the size is not 0.
        let block = unsafe { self.0.allocate_zeroed(layout) };
        self.owned(block)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { self.0.release(block, layout) };
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if new_size == 0 || Layout::from_size_align(new_size, layout.align()).is_err() {
            return ptr::null_mut();
        }
        // SAFETY: the caller's promise, and the size is possible.
        let block = unsafe { self.0.reallocate(block, layout, new_size) };
        self.owned(block)
    }
}

impl<A: Heap> Bare<A> {
    /// The heap knows its blocks.
    fn owned(&self, block: *mut u8) -> *mut u8 {
        assert!(block.is_null() || self.0.owns(block));
        block
    }
}

/// Through `allocator_api2`.
#[derive(Debug)]
pub(crate) struct Api<A>(pub(crate) Box<A>);

mod api {
    use std::ptr::NonNull;

    use allocator_api2::alloc::{AllocError, Allocator};

    use super::*;

    fn start(answer: Result<NonNull<[u8]>, AllocError>, size: usize) -> *mut u8 {
        answer.map_or(ptr::null_mut(), |block| {
            assert_eq!(block.len(), size);
            block.as_ptr().cast()
        })
    }

    // SAFETY: `Allocator` promises the same.
    unsafe impl<A> GlobalAlloc for Api<A>
    where
        for<'a> &'a A: Allocator,
    {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            start((&*self.0).allocate(layout), layout.size())
        }

        unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
            start((&*self.0).allocate_zeroed(layout), layout.size())
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the caller's promise.
            unsafe { (&*self.0).deallocate(NonNull::new(block).unwrap(), layout) };
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
            let Ok(new) = Layout::from_size_align(new_size, layout.align()) else {
                return ptr::null_mut();
            };
            let block = NonNull::new(block).unwrap();
            let answer = if new_size < layout.size() {
                // SAFETY: the caller's promise, and the new layout is smaller.
                unsafe { (&*self.0).shrink(block, layout, new) }
            } else {
                // SAFETY: the caller's promise, and the new layout is not smaller.
                unsafe { (&*self.0).grow(block, layout, new) }
            };
            start(answer, new_size)
        }
    }
}
