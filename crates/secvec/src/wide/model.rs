//! Under loom, which has no atomics of 128 bits: everything half as wide.
//!
//! A model has a handful of operations on small values, so 32 bits hold each half. The orderings are
//! those of the real thing, and loom takes them at their word: where one is made weaker here, models fail.

use crate::sync::{AtomicU64, Ordering};
use crate::wide::Pair;

#[derive(Debug)]
pub(crate) struct Wide(AtomicU64);

impl Default for Wide {
    fn default() -> Self {
        Self::new()
    }
}

impl Wide {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub(crate) fn supported() -> bool {
        true
    }

    pub(crate) fn is_lock_free() -> bool {
        true
    }

    /// What is in it. Acquire: pairs with [`exchange`](Self::exchange).
    pub(crate) fn load(&self) -> Pair {
        let both = self.0.load(Ordering::Acquire);
        Pair { word: both & u64::from(u32::MAX), stamp: both >> 32 }
    }

    /// Put `new` in if `seen` is still there. Release: pairs with [`load`](Self::load).
    ///
    /// What the exchange takes out needs no Acquire: `seen` comes from a load, and a pair never comes
    /// back, so it is the very one that was loaded.
    #[must_use = "it may have failed"]
    pub(crate) fn exchange(&self, seen: Pair, new: Pair) -> bool {
        // Relaxed: nothing is taken from a failure.
        let (done, failed) = (Ordering::Release, Ordering::Relaxed);
        self.0.compare_exchange(joined(seen), joined(new), done, failed).is_ok()
    }

    pub(crate) fn prefetch(&self) {}
}

fn joined(pair: Pair) -> u64 {
    assert!(pair.word >> 32 == 0 && pair.stamp >> 32 == 0, "too wide for a model: {pair:?}");
    pair.stamp << 32 | pair.word
}
