//! Where freed blocks wait until they may be used again.

use core::ptr;

use crate::sync::{AtomicPtr, Ordering, array_of, const_unless_loom};

/// How many blocks wait. Loom looks at every order: one is enough for it. Miri takes its time to look for those that
/// may leave.
pub(crate) const PLACES: usize = if cfg!(loom) {
    1
} else if cfg!(miri) {
    8
} else {
    256
};

/// Blocks, each in a place of its own. Whoever puts one in gets another one out.
pub(crate) struct Quarantine {
    places: [AtomicPtr<u8>; PLACES],
}

impl Quarantine {
    const_unless_loom! {
        pub(crate) fn new() -> Self {
            Self { places: array_of!(AtomicPtr::new(ptr::null_mut())) }
        }
    }

    /// Put `block` in the place of the number `at`, modulo their number. What was there is the caller's now; null:
    /// it was free.
    #[inline]
    pub(crate) fn swap(&self, at: usize, block: *mut u8) -> *mut u8 {
        // AcqRel: pairs with itself. Whoever takes a block out has seen all that was done to it before it
        // was put in.
        self.places[at % PLACES].swap(block, Ordering::AcqRel)
    }
}
