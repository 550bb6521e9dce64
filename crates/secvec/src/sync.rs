//! The only file that knows of loom. The others take atomics, cells and hints from here.

#[cfg(not(loom))]
mod real {
    pub(crate) use core::hint::spin_loop;
    pub(crate) use core::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence,
    };

    /// `core`'s cell with the closure that loom's has, through which loom sees each access.
    #[derive(Debug)]
    pub(crate) struct UnsafeCell<T>(core::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self(core::cell::UnsafeCell::new(value))
        }

        pub(crate) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }
    }

    /// An array of null pointers.
    pub(crate) const fn nulls<T, const N: usize>() -> [AtomicPtr<T>; N] {
        [const { AtomicPtr::new(core::ptr::null_mut()) }; N]
    }

    /// Give the processor to another thread, where there is an operating system to ask.
    pub(crate) fn yield_now() {
        #[cfg(feature = "std")]
        std::thread::yield_now();
        #[cfg(not(feature = "std"))]
        spin_loop();
    }

    /// `const fn`, except under loom, whose atomics cannot be made at compile time.
    macro_rules! const_fn {
        ($(#[$meta:meta])* $vis:vis fn $($rest:tt)*) => { $(#[$meta])* $vis const fn $($rest)* };
    }
    pub(crate) use const_fn;

    /// # Safety
    ///
    /// As for `Box::from_raw`.
    pub(crate) unsafe fn free<T>(value: *mut T) {
        // SAFETY: the caller's word.
        drop(unsafe { alloc::boxed::Box::from_raw(value) });
    }

    /// How many retired values to let pile up for each hazard before a scan.
    pub(crate) const RETIRED_PER_HAZARD: usize = 2;
}

#[cfg(loom)]
mod real {
    pub(crate) use loom::cell::UnsafeCell;
    pub(crate) use loom::hint::spin_loop;
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence,
    };
    pub(crate) use loom::thread::yield_now;

    pub(crate) fn nulls<T, const N: usize>() -> [AtomicPtr<T>; N] {
        core::array::from_fn(|_| AtomicPtr::new(core::ptr::null_mut()))
    }

    macro_rules! const_fn {
        ($(#[$meta:meta])* $vis:vis fn $($rest:tt)*) => { $(#[$meta])* $vis fn $($rest)* };
    }
    pub(crate) use const_fn;

    /// Dropped, but its memory is not used again: what a model does must not depend on which
    /// addresses the allocator hands out.
    ///
    /// # Safety
    ///
    /// As for `Box::from_raw`.
    pub(crate) unsafe fn free<T>(value: *mut T) {
        // SAFETY: the caller's word.
        unsafe { value.drop_in_place() };
    }

    // A model has few operations: scan at each retirement, so that they reclaim at all.
    pub(crate) const RETIRED_PER_HAZARD: usize = 0;
}

pub(crate) use real::*;
