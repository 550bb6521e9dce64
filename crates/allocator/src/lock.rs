//! A lock that needs no memory and no operating system: one flag, and an atomic exchange of it.
//!
//! An allocator cannot use a lock that may allocate, and `std::sync::Mutex` promises nothing about
//! that. It also must not hold a lock for long, so spinning is good enough.

use crate::sync::{AtomicBool, Ordering, UnsafeCell, const_unless_loom, wait_a_little};

/// A value that one thread at a time may touch.
///
/// 1. `value` is only touched between a change of `locked` from false to true and the store of
///    false by the thread that made the change.
pub(crate) struct Lock<T> {
    locked: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: sharing a `Lock` gives out the value to one thread after the other (invariant 1), which
// is the same as sending it.
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    const_unless_loom! {
        pub(crate) fn new(value: T) -> Self {
            Self { locked: AtomicBool::new(false), value: UnsafeCell::new(value) }
        }
    }

    // ANCHOR: with
    /// Wait for the lock, call `f`, let go of the lock: also if `f` returns early or panics.
    ///
    /// Calling `with` from inside `f`, on the same lock, never returns.
    #[inline(always)]
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        if self.try_lock() { self.run(f) } else { self.wait(f) }
    }

    /// Call `f`, let go of the lock: for the one who holds it.
    #[inline(always)]
    fn run<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let _unlock = Unlock(&self.locked);
        self.value.with_mut(|value| {
            // SAFETY: invariant 1: this thread changed `locked`, and `_unlock` stores false only
            // when this function is left. `f` cannot keep the reference: its lifetime ends with
            // the call.
            let value = unsafe { &mut *value };
            f(value)
        })
    }

    #[inline]
    fn try_lock(&self) -> bool {
        // Acquire: pairs with the Release in `Unlock::drop`, so that `f` sees what the last holder
        // wrote.
        let was = self.locked.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
        was.is_ok()
    }

    /// `with` after a first try in vain. Apart from it, so that there nothing has to be kept for later.
    #[cold]
    #[inline(never)]
    fn wait<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut tries = 0_u32;
        while !self.try_lock() {
            // Saturating: a long wait must not end in an overflow, and a panic inside an allocator.
            tries = tries.saturating_add(1);
            wait_a_little(tries);
        }
        self.run(f)
    }
    // ANCHOR_END: with
}

#[cfg(all(feature = "std", unix, not(loom)))]
impl<T> Lock<T> {
    /// In a child of `fork`: if the lock is held, then by a thread that does not exist here, and what is under
    /// it is in the middle of something. `repair` is given that, and nobody holds the lock any more.
    ///
    /// # Safety
    ///
    /// The process has one thread, which does not hold the lock.
    pub(crate) unsafe fn break_after_fork(&self, repair: impl FnOnce(&mut T)) {
        // Relaxed, also below: there is one thread.
        if self.locked.load(Ordering::Relaxed) {
            self.value.with_mut(|value| {
                // SAFETY: the caller's promise: nobody is there to touch it.
                let value = unsafe { &mut *value };
                repair(value)
            });
            self.locked.store(false, Ordering::Relaxed);
        }
    }
}

// ANCHOR: unlock
/// Lets go of the lock when it is dropped: on every way out.
struct Unlock<'a>(&'a AtomicBool);

impl Drop for Unlock<'_> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `Lock::try_lock`.
        self.0.store(false, Ordering::Release);
    }
}
// ANCHOR_END: unlock
