//! Two numbers that change together, for exercise 3. There is nothing to fill in here.

use std::sync::atomic::{AtomicU64, Ordering};

/// A word, and a stamp that grows with each change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What it says.
    pub word: u32,
    /// Which change it comes from.
    pub stamp: u32,
}

/// A place for a [`Pair`].
#[derive(Debug)]
pub struct Wide(AtomicU64);

impl Wide {
    /// A place that holds zeros.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// What is in it. Acquire: pairs with [`exchange`](Self::exchange).
    #[must_use]
    pub fn load(&self) -> Pair {
        let both = self.0.load(Ordering::Acquire);
        Pair { word: both as u32, stamp: (both >> 32) as u32 }
    }

    /// Put `new` in if `seen` is still there; true if it was.
    ///
    /// # Panics
    ///
    /// Panics if the stamp does not grow.
    pub fn exchange(&self, seen: Pair, new: Pair) -> bool {
        assert!(new.stamp > seen.stamp, "{new:?} over {seen:?}: a stamp must grow");
        let [seen, new] = [seen, new].map(|it| u64::from(it.stamp) << 32 | u64::from(it.word));
        // AcqRel: pairs with itself and with `load`. Relaxed: nothing is taken from a failure.
        self.0.compare_exchange(seen, new, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }
}

impl Default for Wide {
    fn default() -> Self {
        Self::new()
    }
}
