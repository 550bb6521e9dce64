//! `allocator_api2::alloc::Allocator` over [`Heap`](crate::Heap), by way of the front.

#[cfg(feature = "allocator-api2")]
mod with_the_feature {
    use core::alloc::Layout;
    use core::ptr::{self, NonNull};

    use allocator_api2::alloc::AllocError;

    use crate::Heap;
    use crate::front;

    /// What an `Allocator` answers.
    type Answer = Result<NonNull<[u8]>, AllocError>;

    fn answer(block: *mut u8, size: usize) -> Answer {
        let block = NonNull::new(block).ok_or(AllocError)?;
        Ok(NonNull::slice_from_raw_parts(block, size))
    }

    /// A block for `layout`; for size 0, a place that is aligned and no block at all.
    #[inline]
    pub(crate) fn allocate(heap: &impl Heap, layout: Layout, zeroed: bool) -> Answer {
        let block = match layout.size() {
            0 => ptr::without_provenance_mut(layout.align()),
            _ if zeroed => front::alloc_zeroed(heap, layout),
            _ => front::alloc(heap, layout),
        };
        answer(block, layout.size())
    }

    /// # Safety
    ///
    /// As for [`Heap::release`], and a block of size 0 is one that `allocate` gave.
    #[inline]
    pub(crate) unsafe fn deallocate(heap: &impl Heap, block: NonNull<u8>, layout: Layout) {
        if layout.size() != 0 {
            // SAFETY: the caller's promise.
            unsafe { front::dealloc(heap, block.as_ptr(), layout) };
        }
    }

    /// Make a block as `new` says, with the first bytes of the old one.
    ///
    /// # Safety
    ///
    /// As for [`deallocate`], with `old` as its layout. On an error the block is as it was.
    #[inline]
    pub(crate) unsafe fn reallocate(
        heap: &impl Heap,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Answer {
        if old.align() == new.align() && old.size() != 0 && new.size() != 0 {
            // SAFETY: the caller's promise.
            let block = unsafe { front::realloc(heap, block.as_ptr(), old, new.size()) };
            return answer(block, new.size());
        }
        let moved = allocate(heap, new, false)?;
        let length = old.size().min(new.size());
        // SAFETY: both have this length, and one of them is new.
        unsafe { ptr::copy_nonoverlapping(block.as_ptr(), moved.cast().as_ptr(), length) };
        // SAFETY: the caller gave it up.
        unsafe { deallocate(heap, block, old) };
        Ok(moved)
    }

    /// [`reallocate`] to a layout that is larger, and zeros where it is.
    ///
    /// # Safety
    ///
    /// As for [`reallocate`], and `new` is at least as large as `old`.
    #[inline]
    pub(crate) unsafe fn grow_zeroed(
        heap: &impl Heap,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Answer {
        // SAFETY: the caller's promise.
        let grown = unsafe { reallocate(heap, block, old, new) }?;
        // SAFETY: the block is at least as large as the old one.
        let gained = unsafe { grown.cast::<u8>().add(old.size()) };
        // SAFETY: these are the bytes that it gained.
        unsafe { gained.write_bytes(0, new.size() - old.size()) };
        Ok(grown)
    }

    /// Write `Allocator` for `$type`, which is a [`Heap`] `$heap` or a reference to one.
    macro_rules! allocator {
        ([$($generics:tt)*] $heap:ty, for $type:ty) => {
            const _: () = {
                use core::alloc::Layout;
                use core::ptr::NonNull;

                use allocator_api2::alloc::{AllocError, Allocator};

                use $crate::allocator_api as api;

                // SAFETY: what `Heap` promises; a block lives at least as long as the value, or as what
                // it refers to, and a clone of it is the same heap.
                unsafe impl<$($generics)*> Allocator for $type {
                    #[inline]
                    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
                        let heap: &$heap = self;
                        api::allocate(heap, layout, false)
                    }

                    #[inline]
                    fn allocate_zeroed(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
                        let heap: &$heap = self;
                        api::allocate(heap, layout, true)
                    }

                    #[inline]
                    unsafe fn deallocate(&self, block: NonNull<u8>, layout: Layout) {
                        let heap: &$heap = self;
                        // SAFETY: the caller's promise.
                        unsafe { api::deallocate(heap, block, layout) };
                    }

                    #[inline]
                    unsafe fn grow(
                        &self,
                        block: NonNull<u8>,
                        old: Layout,
                        new: Layout,
                    ) -> Result<NonNull<[u8]>, AllocError> {
                        let heap: &$heap = self;
                        // SAFETY: the caller's promise.
                        unsafe { api::reallocate(heap, block, old, new) }
                    }

                    #[inline]
                    unsafe fn grow_zeroed(
                        &self,
                        block: NonNull<u8>,
                        old: Layout,
                        new: Layout,
                    ) -> Result<NonNull<[u8]>, AllocError> {
                        let heap: &$heap = self;
                        // SAFETY: the caller's promise.
                        unsafe { api::grow_zeroed(heap, block, old, new) }
                    }

                    #[inline]
                    unsafe fn shrink(
                        &self,
                        block: NonNull<u8>,
                        old: Layout,
                        new: Layout,
                    ) -> Result<NonNull<[u8]>, AllocError> {
                        let heap: &$heap = self;
                        // SAFETY: the caller's promise.
                        unsafe { api::reallocate(heap, block, old, new) }
                    }
                }
            };
        };
    }
    pub(crate) use allocator;
}

#[cfg(feature = "allocator-api2")]
pub(crate) use with_the_feature::*;

#[cfg(not(feature = "allocator-api2"))]
macro_rules! allocator {
    ($($_:tt)*) => {};
}
#[cfg(not(feature = "allocator-api2"))]
pub(crate) use allocator;
