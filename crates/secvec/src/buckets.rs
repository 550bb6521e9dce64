//! The two-level array: buckets of 8, 16, 32, … slots, so that growing never moves an element.
//!
//! ```text
//! bucket   0        1                 2
//! index    0 … 7    8 … 23            24 … 55            …
//! ```
//!
//! Bucket `b` has `8 << b` slots and begins at index `(8 << b) - 8`. So for the number `index + 8`
//! the highest bit says the bucket, and the other bits say the place in it.

use alloc::boxed::Box;
use core::fmt;
use core::marker::PhantomData;
use core::{ptr, slice};

use crate::slot::{Slot, words_for};
use crate::sync::{AtomicPtr, AtomicU64, Ordering, const_fn, nulls};
use crate::word::Word;

/// Slots in bucket 0. A power of two.
const FIRST: usize = 8;
/// One for each position that the highest bit of `index + FIRST` can have.
const COUNT: usize = (usize::BITS - FIRST.ilog2()) as usize;

/// Where an index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    bucket: usize,
    offset: usize,
}

// ANCHOR: place
impl Place {
    fn of(index: usize) -> Self {
        let position = index + FIRST;
        let highest = position.ilog2();
        Self { bucket: (highest - FIRST.ilog2()) as usize, offset: position ^ (1 << highest) }
    }
}
// ANCHOR_END: place

/// All slots of a vector.
///
/// # Invariants
///
/// 1. `buckets[b]` is null, or points to a boxed slice of `(FIRST << b) * WORDS` words.
/// 2. It changes once, from null, and is freed in `drop`.
pub(crate) struct Buckets<T: Word> {
    buckets: [AtomicPtr<AtomicU64>; COUNT],
    /// The elements are here, even if as words.
    elements: PhantomData<T>,
}

// SAFETY: the pointers lead to atomics, which threads may share. An element that one thread puts in
// and another takes out has passed from thread to thread, hence `T: Send`; nobody gets a `&T`.
unsafe impl<T: Word + Send> Sync for Buckets<T> {}

impl<T: Word> Buckets<T> {
    const WORDS: usize = words_for(T::BITS);

    /// An index beyond this would need more memory than an address space has.
    const MAX_LEN: usize = isize::MAX as usize / (Self::WORDS * size_of::<u64>()) / 2;

    const_fn! {
        /// No buckets. Allocates nothing.
        pub(crate) fn new() -> Self {
            const { assert!(T::BITS <= 64, "an element of a SecVec must fit in 64 bits") };
            Self { buckets: nulls(), elements: PhantomData }
        }
    }

    /// The slot of `index`, allocated if need be.
    ///
    /// # Panics
    ///
    /// Panics if the slots up to `index` could not fit in memory.
    pub(crate) fn slot(&self, index: usize) -> Slot<'_> {
        let Place { bucket, offset } = Place::of(index);
        let words = self.bucket(bucket);
        // SAFETY: `offset` is below `FIRST << bucket`, so this is inside the slice (invariant 1).
        let first = unsafe { words.add(offset * Self::WORDS) };
        // SAFETY: `WORDS` words from there are inside it too, initialised, and live as long as
        // `self` (invariant 2). They are atomics: to share them is all that anyone does.
        Slot::new(unsafe { slice::from_raw_parts(first, Self::WORDS) })
    }

    /// How many slots there are.
    pub(crate) fn capacity(&self) -> usize {
        // Relaxed: only counted. Buckets are allocated from the first on.
        let full =
            self.buckets.iter().take_while(|bucket| !bucket.load(Ordering::Relaxed).is_null());
        (FIRST << full.count()) - FIRST
    }

    /// Allocate what `capacity` slots need.
    ///
    /// # Panics
    ///
    /// Panics if they could not fit in memory.
    pub(crate) fn reserve(&self, capacity: usize) {
        let Some(last) = capacity.checked_sub(1) else { return };
        assert!(last <= Self::MAX_LEN, "capacity overflow");
        for bucket in 0..=Place::of(last).bucket {
            self.bucket(bucket);
        }
    }

    fn bucket(&self, bucket: usize) -> *mut AtomicU64 {
        // Acquire: pairs with the Release in `allocate`, which published the zeroed words.
        let words = self.buckets[bucket].load(Ordering::Acquire);
        if words.is_null() { self.allocate(bucket) } else { words }
    }

    #[cold]
    fn allocate(&self, bucket: usize) -> *mut AtomicU64 {
        let fresh: Box<[AtomicU64]> =
            (0..Self::words_in(bucket)).map(|_| AtomicU64::new(0)).collect();
        let fresh = Box::into_raw(fresh).cast::<AtomicU64>();
        // Release: pairs with the Acquire in `bucket`, and with the Acquire here, of the loser.
        match self.buckets[bucket].compare_exchange(
            ptr::null_mut(),
            fresh,
            Ordering::Release,
            Ordering::Acquire,
        ) {
            Ok(_) => fresh,
            Err(winner) => {
                // SAFETY: made above for this bucket, and never shared.
                unsafe { Self::free(bucket, fresh) };
                winner
            }
        }
    }

    fn words_in(bucket: usize) -> usize {
        let slots = FIRST << bucket;
        assert!(slots <= 2 * Self::MAX_LEN, "capacity overflow");
        slots * Self::WORDS
    }

    /// # Safety
    ///
    /// `words` was made by `allocate` for `bucket`, and nobody uses it any more.
    unsafe fn free(bucket: usize, words: *mut AtomicU64) {
        let words = ptr::slice_from_raw_parts_mut(words, Self::words_in(bucket));
        // SAFETY: the slice that `Box::into_raw` gave, by the caller's word.
        drop(unsafe { Box::from_raw(words) });
    }
}

impl<T: Word> Drop for Buckets<T> {
    fn drop(&mut self) {
        for (bucket, words) in self.buckets.iter().enumerate() {
            // Relaxed: `&mut self` says that every operation came before.
            let words = words.load(Ordering::Relaxed);
            if !words.is_null() {
                // SAFETY: allocated for this bucket (invariant 1), freed here only (invariant 2).
                unsafe { Self::free(bucket, words) };
            }
        }
    }
}

impl<T: Word> fmt::Debug for Buckets<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buckets").field("capacity", &self.capacity()).finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn each_index_has_a_place_of_its_own_and_the_next_index_the_next_place() {
        let mut expected = Place { bucket: 0, offset: 0 };
        for index in 0..if cfg!(miri) { 300 } else { 10_000 } {
            assert_eq!(Place::of(index), expected, "{index}");
            expected.offset += 1;
            if expected.offset == FIRST << expected.bucket {
                expected = Place { bucket: expected.bucket + 1, offset: 0 };
            }
        }
    }

    #[test]
    fn the_last_index_has_a_bucket() {
        assert!(Place::of(Buckets::<u8>::MAX_LEN).bucket < COUNT);
    }

    #[test]
    fn small_elements_take_one_word_and_large_ones_two() {
        assert_eq!((Buckets::<u32>::WORDS, Buckets::<(u32, u8)>::WORDS), (1, 2));
    }
}
