//! A region that is there before the program starts.

use core::cell::UnsafeCell;
use core::fmt;
use core::mem::MaybeUninit;

use crate::sync::{AtomicBool, Ordering, const_unless_loom};

/// `BYTES` bytes for the `static` of a program, which [`Tlsf::with_region`](super::Tlsf::with_region) gives
/// blocks from. It takes no place in the binary.
///
/// ```
/// use allocator::{StaticRegion, Tlsf};
///
/// static REGION: StaticRegion<{ 1 << 20 }> = StaticRegion::new();
///
/// #[global_allocator]
/// static HEAP: Tlsf = Tlsf::with_region(&REGION);
///
/// let words: Vec<String> = ["all", "in", "one", "region"].map(String::from).into();
/// assert!(HEAP.stats().used > 0);
/// # drop(words);
/// ```
///
/// # Invariants
///
/// 1. Nothing touches `bytes` but the one allocator that changed `lent` from false to true.
#[repr(C, align(16))]
pub struct StaticRegion<const BYTES: usize> {
    bytes: UnsafeCell<[MaybeUninit<u8>; BYTES]>,
    lent: AtomicBool,
}

// SAFETY: `bytes` has one user (invariant 1), who says how threads share it.
unsafe impl<const BYTES: usize> Sync for StaticRegion<BYTES> {}

impl<const BYTES: usize> StaticRegion<BYTES> {
    const_unless_loom! {
        /// A region that no allocator has yet.
        pub fn new() -> Self {
            Self { bytes: UnsafeCell::new([MaybeUninit::new(0); BYTES]), lent: AtomicBool::new(false) }
        }
    }

    pub(super) const fn reserve(&'static self) -> Reserve {
        Reserve { start: self.bytes.get().cast(), len: BYTES, lent: &self.lent }
    }
}

impl<const BYTES: usize> Default for StaticRegion<BYTES> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const BYTES: usize> fmt::Debug for StaticRegion<BYTES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticRegion").field("bytes", &BYTES).field("lent", &self.lent).finish()
    }
}

/// A [`StaticRegion`] of whatever size.
pub(super) struct Reserve {
    start: *mut u8,
    len: usize,
    lent: &'static AtomicBool,
}

// SAFETY: `start` is only given to whoever is the one user of the region.
unsafe impl Send for Reserve {}
// SAFETY: the same.
unsafe impl Sync for Reserve {}

impl Reserve {
    /// The bytes, for the first who asks.
    pub(super) fn take(&self) -> Option<(*mut u8, usize)> {
        // Relaxed: one caller gets false, and what others see of the bytes they see through that one.
        let lent = self.lent.swap(true, Ordering::Relaxed);
        (!lent).then_some((self.start, self.len))
    }
}
