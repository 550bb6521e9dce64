//! Where there is no assembly of ours: `portable_atomic::AtomicU128`.
//!
//! It is lock-free on aarch64, on s390x, powerpc64 and riscv64 with the right extensions, and behind a
//! lock elsewhere (on 32-bit targets): [`SecVec::is_lock_free`](crate::SecVec::is_lock_free) says which.

use crate::sync::Ordering;
use crate::wide::Pair;

/// The word in the low half, the stamp in the high half.
#[derive(Debug, Default)]
#[repr(align(16))]
pub(crate) struct Wide(portable_atomic::AtomicU128);

impl Wide {
    pub(crate) const fn new() -> Self {
        Self(portable_atomic::AtomicU128::new(0))
    }

    pub(crate) fn supported() -> bool {
        true
    }

    pub(crate) fn is_lock_free() -> bool {
        portable_atomic::AtomicU128::is_lock_free()
    }

    /// What is in it. Acquire: pairs with [`exchange`](Self::exchange).
    pub(crate) fn load(&self) -> Pair {
        let both = self.0.load(Ordering::Acquire);
        Pair { word: both as u64, stamp: (both >> 64) as u64 }
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

fn joined(pair: Pair) -> u128 {
    u128::from(pair.stamp) << 64 | u128::from(pair.word)
}
