//! The face of every allocator: the traits that programs use, over [`Heap`].
//!
//! | trait | for |
//! |---|---|
//! | [`GlobalAlloc`](core::alloc::GlobalAlloc) | every allocator |
//! | `allocator_api2::alloc::Allocator`, with the feature of that name | a reference to an arena, or a handle itself |
//!
//! [`front!`] writes both, because a blanket impl of a foreign trait is not allowed. Whatever looks on
//! from outside stands between the traits and the heap, in [`seen`].

use core::alloc::Layout;
use core::ptr;

use crate::Heap;

/// The heap as it is seen from outside. Under Miri, each block has a twin that Miri knows.
#[cfg(miri)]
fn seen<H: Heap>(heap: &H) -> crate::miri::Mirror<'_, H> {
    crate::miri::Mirror(heap)
}

/// The heap as it is seen from outside. Valgrind and AddressSanitizer are told of each block.
#[cfg(all(any(feature = "asan", feature = "valgrind"), not(miri)))]
fn seen<H: Heap>(heap: &H) -> crate::watch::Watched<'_, H> {
    crate::watch::Watched(heap)
}

/// The heap as it is seen from outside: just as it is.
#[cfg(not(any(feature = "asan", feature = "valgrind", miri)))]
#[inline(always)]
fn seen<H: Heap>(heap: &H) -> &H {
    heap
}

/// A layout of size 0 gives null.
#[inline(always)]
pub(crate) fn alloc(heap: &impl Heap, layout: Layout) -> *mut u8 {
    if layout.size() == 0 {
        return ptr::null_mut();
    }
    // SAFETY: the size is not 0.
    unsafe { seen(heap).allocate(layout) }
}

/// A layout of size 0 gives null.
#[inline(always)]
pub(crate) fn alloc_zeroed(heap: &impl Heap, layout: Layout) -> *mut u8 {
    if layout.size() == 0 {
        return ptr::null_mut();
    }
    // SAFETY: the size is not 0.
    unsafe { seen(heap).allocate_zeroed(layout) }
}

/// # Safety
///
/// As for [`Heap::release`].
#[inline(always)]
pub(crate) unsafe fn dealloc(heap: &impl Heap, block: *mut u8, layout: Layout) {
    // SAFETY: the caller's promise.
    unsafe { seen(heap).release(block, layout) };
}

/// # Safety
///
/// `block` came from `heap`, is live, and has `layout`. A size that is not possible gives null.
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
    unsafe { seen(heap).reallocate(block, layout, new_size) }
}

/// Write the traits for a type that is a [`Heap`].
///
/// - `front!(impl[const N: usize] for Arena<N>);` The blocks are inside the value, so it is a reference
///   to it that is an `Allocator`: as long as that lives, the value does not move.
/// - `front!(impl[] for handle Handle);` The blocks are elsewhere, and stay when the value is moved,
///   cloned or dropped: it is an `Allocator` itself.
macro_rules! front {
    (impl[$($generics:tt)*] for handle $heap:ty) => {
        $crate::front::front!(@global [$($generics)*] $heap);
        $crate::allocator_api::allocator!([$($generics)*] $heap, for $heap);
    };
    (impl[$($generics:tt)*] for $heap:ty) => {
        $crate::front::front!(@global [$($generics)*] $heap);
        $crate::allocator_api::allocator!([$($generics)*] $heap, for &$heap);
    };
    (@global [$($generics:tt)*] $heap:ty) => {
        // SAFETY: what `Heap` promises; sizes that the trait forbids give null, and nothing panics.
        unsafe impl<$($generics)*> core::alloc::GlobalAlloc for $heap {
            #[inline]
            unsafe fn alloc(&self, layout: core::alloc::Layout) -> *mut u8 {
                $crate::front::alloc(self, layout)
            }

            #[inline]
            unsafe fn alloc_zeroed(&self, layout: core::alloc::Layout) -> *mut u8 {
                $crate::front::alloc_zeroed(self, layout)
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

#[cfg(all(test, feature = "allocator-api2", not(loom)))]
mod tests {
    use allocator_api2::vec::Vec;

    use super::*;
    use crate::FirstFit;

    static ARENA: FirstFit<4096> = FirstFit::new();

    /// A handle on one heap of the whole program.
    #[derive(Clone, Copy, Debug)]
    struct Handle;

    // SAFETY: the arena's promises, and a static neither moves nor ends.
    unsafe impl Heap for Handle {
        unsafe fn allocate(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's promise.
            unsafe { ARENA.allocate(layout) }
        }

        unsafe fn release(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the caller's promise.
            unsafe { ARENA.release(block, layout) };
        }

        fn owns(&self, block: *const u8) -> bool {
            ARENA.owns(block)
        }
    }

    front!(impl[] for handle Handle);

    #[test]
    fn a_handle_is_an_allocator_by_value() {
        let mut numbers = Vec::new_in(Handle);
        numbers.extend(0..100_u32);
        let again = numbers.clone();
        drop(numbers);
        assert_eq!(ARENA.stats().used, again.capacity().next_multiple_of(4) * 4);
        assert!(again.iter().copied().eq(0..100));
        drop(again);
        assert_eq!(ARENA.stats().used, 0);
    }
}
