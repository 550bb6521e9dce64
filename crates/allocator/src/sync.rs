//! The only file that knows of loom: atomics, a cell and a polite way to wait, from `core` or from
//! loom's models of them.
//!
//! Loom's types cannot be made in a `const`, so what is `const fn` elsewhere is a plain `fn` there:
//! [`const_unless_loom!`] writes both from one text.

/// One constructor, `const` everywhere but under loom.
macro_rules! const_unless_loom {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),*) -> $ret:ty $body:block) => {
        $(#[$meta])*
        #[cfg(not(loom))]
        $vis const fn $name($($arg: $ty),*) -> $ret $body

        $(#[$meta])*
        #[cfg(loom)]
        $vis fn $name($($arg: $ty),*) -> $ret $body
    };
}
pub(crate) use const_unless_loom;

/// An array of what one expression makes: a `const` everywhere but under loom.
macro_rules! array_of {
    ($new:expr) => {{
        #[cfg(not(loom))]
        {
            [const { $new }; _]
        }
        #[cfg(loom)]
        {
            core::array::from_fn(|_| $new)
        }
    }};
}
pub(crate) use array_of;

#[cfg(not(loom))]
mod imp {
    pub(crate) use core::cell::Cell;
    pub(crate) use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicUsize, fence};

    /// `core::cell::UnsafeCell`, through the call that loom's cell has.
    pub(crate) struct UnsafeCell<T>(core::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self(core::cell::UnsafeCell::new(value))
        }

        /// Call `f` with a pointer to the value. Loom checks that no two calls overlap.
        #[inline]
        pub(crate) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }
    }

    /// Another thread holds what we want; `tries` is how often we have looked.
    pub(crate) fn wait_a_little(tries: u32) {
        // The holder has a few hundred instructions left, unless it was descheduled: then only
        // giving up the processor helps.
        #[cfg(feature = "std")]
        if tries > 64 {
            return std::thread::yield_now();
        }
        let _ = tries;
        core::hint::spin_loop();
    }
}

#[cfg(loom)]
mod imp {
    pub(crate) use loom::cell::{Cell, UnsafeCell};
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicUsize, fence};

    pub(crate) fn zeros<const N: usize>() -> [AtomicU8; N] {
        core::array::from_fn(|_| AtomicU8::new(0))
    }

    pub(crate) fn wait_a_little(_tries: u32) {
        loom::hint::spin_loop();
    }
}

pub(crate) use core::sync::atomic::Ordering;
pub(crate) use imp::*;
