//! The two-level array: buckets of 8, 16, 32, … places, so that growing never moves an element.
//!
//! ```text
//! bucket   0        1                 2
//! index    0 … 7    8 … 23            24 … 55            …
//! ```
//!
//! Bucket `b` has `8 << b` places and begins at index `(8 << b) - 8`. So for the number `index + 8`
//! the highest bit says the bucket, and the other bits say the place in it.

use core::fmt;
use core::mem::needs_drop;
use core::ptr;

use crate::pause::{Point, pause};
use crate::sync::{AtomicPtr, Ordering, const_fn, nulls};
use crate::wide::Wide;

/// Places in bucket 0. A power of two. In a model few, so that it comes to the next bucket.
const FIRST: usize = if cfg!(loom) { 2 } else { 8 };
/// One for each position that the highest bit of `index + FIRST` can have. In a model all that it needs.
const COUNT: usize = if cfg!(loom) { 3 } else { (usize::BITS - FIRST.ilog2()) as usize };

/// Where an index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    bucket: usize,
    offset: usize,
}

// ANCHOR: place
impl Place {
    /// `None` for the last few indices that a `usize` can hold: no array is that long.
    #[inline]
    fn of(index: usize) -> Option<Self> {
        let position = index.checked_add(FIRST)?;
        let highest = highest_bit(position);
        Some(Self { bucket: (highest - FIRST.ilog2()) as usize, offset: position ^ (1 << highest) })
    }
}
// ANCHOR_END: place

/// The position of the highest bit that is set. `number` is not zero.
///
/// What `number.ilog2()` compiles to on a processor that may be old, `bsr`, keeps its target register
/// if there is no bit, and so waits for what was to come into it: often for the element of the `get`
/// before. That makes a row of gets four times slower. With a zero in the register it waits for nothing.
#[cfg(all(target_arch = "x86_64", not(any(miri, loom))))]
#[inline(always)]
fn highest_bit(number: usize) -> u32 {
    let highest: usize;
    // SAFETY: changes two registers, one of them the flags.
    unsafe {
        core::arch::asm!(
            "xor {highest:e}, {highest:e}",
            "bsr {highest}, {number}",
            number = in(reg) number,
            highest = out(reg) highest,
            options(pure, nomem, nostack),
        );
    }
    highest as u32
}

#[cfg(not(all(target_arch = "x86_64", not(any(miri, loom)))))]
fn highest_bit(number: usize) -> u32 {
    number.ilog2()
}

/// A value whose bytes may all be zero.
///
/// # Safety
///
/// If all bytes of a `Self` are zero, it is a valid value, and equal to `Self::default()`.
pub(crate) unsafe trait Zeroed: Default {}

// SAFETY: two integers in an `UnsafeCell`, or in atomics, which have the layout of the integer.
unsafe impl Zeroed for Wide {}

/// An array that grows and never moves, whose elements begin as zeros.
///
/// # Invariants
///
/// 1. `buckets[b]` is null, or points to `FIRST << b` elements in one allocation of [`layout`].
/// 2. It changes once, from null, and is freed in `drop`.
pub(crate) struct Buckets<E> {
    buckets: [AtomicPtr<E>; COUNT],
}

// SAFETY: it owns its elements.
unsafe impl<E: Send> Send for Buckets<E> {}
// SAFETY: a shared array gives shared elements, and lets any thread make and free them all.
unsafe impl<E: Send + Sync> Sync for Buckets<E> {}

impl<E: Zeroed> Buckets<E> {
    /// An index beyond this would need more memory than an address space has, or more bits than the
    /// length has in `top`.
    const MAX_LEN: usize = {
        let (memory, bits) = (isize::MAX as usize / size_of::<E>() / 2, 1_u64 << 46);
        if memory as u64 > bits { bits as usize } else { memory }
    };

    const_fn! {
        /// No buckets. Allocates nothing.
        pub(crate) fn new() -> Self {
            Self { buckets: nulls() }
        }
    }

    // ANCHOR: get
    /// The element at `index`, or `None` if its bucket is not there.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<&E> {
        let Place { bucket, offset } = Place::of(index)?;
        // Acquire: pairs with the Release in `allocate`, which published the zeros.
        let elements = self.buckets.get(bucket)?.load(Ordering::Acquire);
        if elements.is_null() {
            return None;
        }
        // SAFETY: `offset` is below `FIRST << bucket`, so this is inside the allocation, which lives as
        // long as `self` (invariants 1 and 2).
        let element = unsafe { elements.add(offset) };
        // SAFETY: initialised, and nobody has a unique reference to it while `self` is shared.
        Some(unsafe { &*element })
    }
    // ANCHOR_END: get

    /// The element at `index`, allocated if need be.
    ///
    /// # Panics
    ///
    /// Panics if the elements up to `index` could not fit in memory.
    #[inline]
    pub(crate) fn at(&self, index: usize) -> &E {
        match self.get(index) {
            Some(element) => element,
            None => self.grown(index),
        }
    }

    /// Whether the place at `index` is there, if the one before it is.
    #[inline]
    pub(crate) fn can_follow(&self, index: usize) -> bool {
        // The one before is in the same bucket, but for the first of each.
        !index.wrapping_add(FIRST).is_power_of_two() || self.get(index).is_some()
    }

    #[cold]
    #[inline(never)]
    fn grown(&self, index: usize) -> &E {
        self.reserve_from(index, index.saturating_add(1));
        self.get(index).expect("its bucket was allocated")
    }

    /// How many places there are, from the first on.
    pub(crate) fn capacity(&self) -> usize {
        // Relaxed: only counted.
        let full =
            self.buckets.iter().take_while(|bucket| !bucket.load(Ordering::Relaxed).is_null());
        (FIRST << full.count()) - FIRST
    }

    /// Allocate what `capacity` places need.
    ///
    /// # Panics
    ///
    /// Panics if they could not fit in memory.
    pub(crate) fn reserve(&self, capacity: usize) {
        self.reserve_from(0, capacity);
    }

    /// Allocate what the places from `start` to `end` need.
    fn reserve_from(&self, start: usize, end: usize) {
        let Some(last) = end.checked_sub(1) else { return };
        assert!(last <= Self::MAX_LEN, "capacity overflow");
        let bucket_of = |index| Place::of(index).map_or(COUNT, |place| place.bucket);
        for bucket in bucket_of(start)..=bucket_of(last) {
            // Relaxed: nothing is read through it here.
            if self.buckets[bucket].load(Ordering::Relaxed).is_null() {
                self.allocate(bucket);
            }
        }
    }

    fn allocate(&self, bucket: usize) {
        assert!(Wide::supported(), "secvec needs a processor with cmpxchg16b");
        let fresh = zeros::<E>(FIRST << bucket);
        pause(Point::BucketAllocated);
        // Release: pairs with the Acquire in `get`. Relaxed: of a failure only the fact is used; whoever
        // wants the winner's bucket gets it with an Acquire.
        let (done, failed) = (Ordering::Release, Ordering::Relaxed);
        let bucket_is = &self.buckets[bucket];
        if bucket_is.compare_exchange(ptr::null_mut(), fresh, done, failed).is_err() {
            // SAFETY: made above, of this length, and never shared.
            unsafe { free(fresh, FIRST << bucket) };
        }
    }
}

impl<E> Drop for Buckets<E> {
    fn drop(&mut self) {
        for (bucket, elements) in self.buckets.iter().enumerate() {
            // Relaxed: `&mut self` says that every operation came before.
            let elements = elements.load(Ordering::Relaxed);
            if !elements.is_null() {
                // SAFETY: allocated for this bucket (invariant 1), freed here only (invariant 2).
                unsafe { free(elements, FIRST << bucket) };
            }
        }
    }
}

impl<E> fmt::Debug for Buckets<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Relaxed: only counted.
        let there = self.buckets.iter().filter(|it| !it.load(Ordering::Relaxed).is_null());
        f.debug_struct("Buckets").field("allocated", &there.count()).finish_non_exhaustive()
    }
}

/// Real memory, and loom's: its atomics are not integers, and it must see them made.
#[cfg(not(loom))]
mod memory {
    use super::Zeroed;
    use alloc::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};

    pub(super) fn layout<E>(count: usize) -> Layout {
        Layout::array::<E>(count).expect("capacity overflow")
    }

    /// `count` zeros. Fresh pages of the system are zeros already, and are not touched here.
    pub(super) fn zeros<E: Zeroed>(count: usize) -> *mut E {
        const { assert!(size_of::<E>() > 0) };
        let layout = layout::<E>(count);
        // SAFETY: the size is not zero: `E` has a size, and `count` is at least `FIRST`.
        let memory = unsafe { alloc_zeroed(layout) }.cast::<E>();
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        memory
    }

    /// # Safety
    ///
    /// `elements` came from `zeros(count)`, its elements are dropped, and nobody uses it any more.
    pub(super) unsafe fn release<E>(elements: *mut E, count: usize) {
        // SAFETY: allocated with this layout, by the caller's word.
        unsafe { dealloc(elements.cast(), layout::<E>(count)) };
    }
}

#[cfg(loom)]
mod memory {
    use super::Zeroed;
    use alloc::boxed::Box;

    pub(super) fn zeros<E: Zeroed>(count: usize) -> *mut E {
        Box::into_raw((0..count).map(|_| E::default()).collect::<Box<[E]>>()).cast()
    }

    /// # Safety
    ///
    /// As above.
    pub(super) unsafe fn release<E>(elements: *mut E, count: usize) {
        // The elements are dropped already; the memory is not used again: what a model does must not
        // depend on which addresses the allocator hands out.
        let _ = (elements, count);
    }
}

use memory::{release, zeros};

/// # Safety
///
/// `elements` came from `zeros(count)`, and nobody uses it any more.
unsafe fn free<E>(elements: *mut E, count: usize) {
    /// The memory goes back even if an element's drop panics.
    struct Release<E>(*mut E, usize);
    impl<E> Drop for Release<E> {
        fn drop(&mut self) {
            // SAFETY: the caller's word, and all elements are dropped.
            unsafe { release(self.0, self.1) };
        }
    }
    let _release = Release(elements, count);
    if needs_drop::<E>() {
        // SAFETY: `count` initialised elements, of which each is dropped here only.
        unsafe { ptr::slice_from_raw_parts_mut(elements, count).drop_in_place() };
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn each_index_has_a_place_of_its_own_and_the_next_index_the_next_place() {
        let mut expected = Place { bucket: 0, offset: 0 };
        for index in 0..if cfg!(miri) { 300 } else { 10_000 } {
            assert_eq!(Place::of(index), Some(expected), "{index}");
            expected.offset += 1;
            if expected.offset == FIRST << expected.bucket {
                expected = Place { bucket: expected.bucket + 1, offset: 0 };
            }
        }
    }

    #[test]
    fn the_last_index_has_a_bucket_and_those_beyond_are_refused() {
        assert!(Place::of(Buckets::<Wide>::MAX_LEN).is_some_and(|it| it.bucket < COUNT));
        assert!(Place::of(usize::MAX - FIRST).is_some_and(|it| it.bucket < COUNT));
        assert_eq!(Place::of(usize::MAX), None);
        let buckets = Buckets::<Wide>::new();
        for index in [0, 1_000_000, usize::MAX - FIRST, usize::MAX - 1, usize::MAX] {
            assert!(buckets.get(index).is_none());
        }
    }

    #[test]
    fn a_place_in_the_middle_makes_its_bucket_alone() {
        let buckets = Buckets::<Wide>::new();
        buckets.at(30);
        assert!(buckets.get(24).is_some());
        assert!(buckets.get(23).is_none());
        assert_eq!(buckets.capacity(), 0, "not from the first on");
        buckets.reserve(24);
        assert_eq!(buckets.capacity(), 56);
    }

    #[test]
    fn place_after_place_is_made() {
        let buckets = Buckets::<Wide>::new();
        for index in 0..1_000 {
            assert_eq!(buckets.can_follow(index), buckets.get(index).is_some(), "{index}");
            buckets.at(index);
        }
        assert_eq!(buckets.capacity(), 1016);
    }

    #[test]
    #[should_panic(expected = "capacity overflow")]
    fn what_no_memory_could_hold_is_refused() {
        Buckets::<Wide>::new().reserve(usize::MAX);
    }

    #[test]
    fn elements_with_a_drop_are_dropped() {
        use alloc::sync::Arc;
        #[derive(Default)]
        struct Held(Option<Arc<()>>);
        // SAFETY: a null pointer is `None`, for an `Arc` is never null.
        unsafe impl Zeroed for Held {}
        let value = Arc::new(());
        let mut buckets = Buckets::<Held>::new();
        buckets.at(0);
        let first = buckets.buckets[0].get_mut();
        // SAFETY: the first element, and `buckets` is not shared.
        unsafe { (**first).0 = Some(Arc::clone(&value)) };
        assert_eq!(Arc::strong_count(&value), 2);
        drop(buckets);
        assert_eq!(Arc::strong_count(&value), 1);
    }
}
