//! The two-level array: buckets of 8, 16, 32, … slots, so that growing never moves an element.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::{fmt, ptr};

/// Slots in bucket 0. A power of two.
const FIRST: usize = 8;
/// One for each position that the highest bit of `index + FIRST` can have.
const COUNT: usize = (usize::BITS - FIRST.ilog2()) as usize;

/// All slots of a vector.
///
/// # Invariants
///
/// 1. `buckets[b]` is null, or points to a boxed slice of `FIRST << b` slots.
/// 2. It changes once, from null, and is freed in `drop`.
pub(crate) struct Buckets<S> {
    buckets: [AtomicPtr<S>; COUNT],
    /// The slots are owned: they may be shared and sent where `S` may.
    slots: PhantomData<S>,
}

impl<S: Default> Buckets<S> {
    /// No buckets. Allocates nothing.
    pub(crate) const fn new() -> Self {
        Self { buckets: [const { AtomicPtr::new(ptr::null_mut()) }; COUNT], slots: PhantomData }
    }

    /// The slot of `index`, allocated if need be.
    ///
    /// # Panics
    ///
    /// Panics if the slots up to `index` could not fit in memory.
    pub(crate) fn slot(&self, index: usize) -> &S {
        let position = index.checked_add(FIRST).expect("capacity overflow");
        let highest = position.ilog2();
        let offset = position ^ (1 << highest);
        let bucket = (highest - FIRST.ilog2()) as usize;
        // Acquire: pairs with the Release in `allocate`, which published the slots.
        let mut slots = self.buckets[bucket].load(Ordering::Acquire);
        if slots.is_null() {
            slots = self.allocate(bucket);
        }
        // SAFETY: `offset` is below `FIRST << bucket`, so this is inside the slice (invariant 1).
        let slot = unsafe { slots.add(offset) };
        // SAFETY: it is initialised, and lives as long as `self` (invariant 2).
        unsafe { &*slot }
    }

    #[cold]
    fn allocate(&self, bucket: usize) -> *mut S {
        let fresh: Box<[S]> = (0..FIRST << bucket).map(|_| S::default()).collect();
        let fresh = Box::into_raw(fresh).cast::<S>();
        // Release: pairs with the Acquire in `slot`, and with the Acquire here, of the loser.
        match self.buckets[bucket].compare_exchange(
            ptr::null_mut(),
            fresh,
            Ordering::Release,
            Ordering::Acquire,
        ) {
            Ok(_) => fresh,
            Err(winner) => {
                // SAFETY: made above for this bucket, and never shared.
                unsafe { free(bucket, fresh) };
                winner
            }
        }
    }
}

/// # Safety
///
/// `slots` was made by `allocate` for `bucket`, and nobody uses it any more.
unsafe fn free<S>(bucket: usize, slots: *mut S) {
    let slots = ptr::slice_from_raw_parts_mut(slots, FIRST << bucket);
    // SAFETY: the slice that `Box::into_raw` gave, by the caller's word.
    drop(unsafe { Box::from_raw(slots) });
}

impl<S> Drop for Buckets<S> {
    fn drop(&mut self) {
        for (bucket, slots) in self.buckets.iter_mut().enumerate() {
            let slots = *slots.get_mut();
            if !slots.is_null() {
                // SAFETY: allocated for this bucket (invariant 1), freed here only (invariant 2).
                unsafe { free(bucket, slots) };
            }
        }
    }
}

impl<S> fmt::Debug for Buckets<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buckets").finish_non_exhaustive()
    }
}
