//! The face of every allocator: [`GlobalAlloc`](core::alloc::GlobalAlloc) over [`Heap`](crate::Heap).

use core::alloc::Layout;
use core::ptr;

use crate::Heap;

// What follows is written out for each allocator by `front!`, because a blanket impl of a foreign trait
// is not allowed.

#[inline(always)]
pub(crate) unsafe fn alloc(heap: &impl Heap, layout: Layout) -> *mut u8 {
    if layout.size() == 0 {
        return ptr::null_mut();
    }
    // SAFETY: the size is not 0.
    unsafe { heap.allocate(layout) }
}

#[inline(always)]
pub(crate) unsafe fn alloc_zeroed(heap: &impl Heap, layout: Layout) -> *mut u8 {
    if layout.size() == 0 {
        return ptr::null_mut();
    }
    // SAFETY: the size is not 0.
    unsafe { heap.allocate_zeroed(layout) }
}

#[inline(always)]
pub(crate) unsafe fn dealloc(heap: &impl Heap, block: *mut u8, layout: Layout) {
    // SAFETY: the caller's promise.
    unsafe { heap.release(block, layout) };
}

#[inline(always)]
pub(crate) unsafe fn realloc(
    heap: &impl Heap,
    block: *mut u8,
    layout: Layout,
    new_size: usize,
) -> *mut u8 {
    if new_size == 0 || Layout::from_size_align(new_size, layout.align()).is_err() {
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise, and the size was checked.
    unsafe { heap.reallocate(block, layout, new_size) }
}

/// Write `GlobalAlloc` for a type that is a `Heap`: `front!(impl[const N: usize] for Arena<N>);`
macro_rules! front {
    (impl[$($generics:tt)*] for $heap:ty) => {
        // SAFETY: what `Heap` promises; sizes that the trait forbids give null, and nothing panics.
        unsafe impl<$($generics)*> core::alloc::GlobalAlloc for $heap {
            #[inline]
            unsafe fn alloc(&self, layout: core::alloc::Layout) -> *mut u8 {
                // SAFETY: the caller's promise.
                unsafe { $crate::front::alloc(self, layout) }
            }

            #[inline]
            unsafe fn alloc_zeroed(&self, layout: core::alloc::Layout) -> *mut u8 {
                // SAFETY: the caller's promise.
                unsafe { $crate::front::alloc_zeroed(self, layout) }
            }

            #[inline]
            unsafe fn dealloc(&self, block: *mut u8, layout: core::alloc::Layout) {
                // SAFETY: the caller's promise.
                unsafe { $crate::front::dealloc(self, block, layout) };
            }

            #[inline]
            unsafe fn realloc(
                &self,
                block: *mut u8,
                layout: core::alloc::Layout,
                new_size: usize,
            ) -> *mut u8 {
                // SAFETY: the caller's promise.
                unsafe { $crate::front::realloc(self, block, layout, new_size) }
            }
        }
    };
}
pub(crate) use front;
