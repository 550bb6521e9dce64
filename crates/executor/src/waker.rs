//! A waker made by hand.
//!
//! A [`Waker`] is two pointers: `data`, of which the standard library knows nothing, and a table of
//! four functions that it calls with `data`. It promises when it calls which; we promise that the
//! functions can be called from any thread.
//!
//! ```text
//!   Waker                       Counted
//!  ┌────────┐                  ┌──────────────┐
//!  │ data   ├─────────────────►│ references   │  how many wakers and handles point here
//!  ├────────┤   ┌─────────┐    │ driver       │  the parker to ring
//!  │ vtable ├──►│ clone   │    └──────────────┘
//!  └────────┘   │ wake    │
//!               │ by ref  │
//!               │ drop    │
//!               └─────────┘
//! ```
//!
//! The allocation is freed by whoever gives back the last reference. So a waker may outlive the
//! `block_on` that made it: it then rings a parker on which nobody sleeps.

use crate::driver::Driver;
use crate::sync::atomic::{
    AtomicUsize,
    Ordering::{AcqRel, Relaxed},
};
use crate::sync::thread::Thread;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;
use std::task::{RawWaker, RawWakerVTable, Waker};

/// A driver that counts the pointers to it.
struct Counted {
    references: AtomicUsize,
    driver: Driver,
}

/// A counted pointer to a [`Driver`]; as a [`Waker`], it rings the driver's parker.
///
/// Invariants:
///
/// 1. `self.0` came from `Box::into_raw` of a `Counted`.
/// 2. Each `DriverRef`, and each `Waker` with our table, owns one of `references`. While there is
///    one, the `Counted` is alive and only shared references to it exist.
pub(crate) struct DriverRef(NonNull<Counted>);

// SAFETY: a `DriverRef` gives out `&Driver` and drops the `Driver` on whichever thread is the last;
// `Driver` is `Send` and `Sync`, which `assert_driver_is_shareable` below makes the compiler check.
unsafe impl Send for DriverRef {}
// SAFETY: as above; through `&DriverRef` nothing but `&Driver` and a further reference can be had.
unsafe impl Sync for DriverRef {}

const _: () = {
    const fn shareable<T: Send + Sync>() {}
    let _assert_driver_is_shareable = shareable::<Driver>;
};

impl DriverRef {
    /// A driver on which `thread` will sleep.
    pub(crate) fn new(thread: Thread) -> Self {
        Self::with(Driver::new(thread))
    }

    pub(crate) fn with(driver: Driver) -> Self {
        let counted = Counted { references: AtomicUsize::new(1), driver };
        Self(NonNull::from(Box::leak(Box::new(counted))))
    }

    /// A waker that rings this driver.
    pub(crate) fn waker(&self) -> Waker {
        self.with_waker(Waker::clone)
    }

    /// The driver that `waker` rings, if `waker` is one of ours.
    pub(crate) fn of(waker: &Waker) -> Option<Self> {
        if !std::ptr::eq(waker.vtable(), &VTABLE) {
            return None;
        }
        // SAFETY: the table is ours, so `data` came from `into_raw`. `waker` keeps its reference
        // while we borrow it.
        let borrowed = unsafe { Self::borrow_raw(waker.data()) };
        Some(DriverRef::clone(&borrowed))
    }

    /// Call `f` with a waker that rings this driver, and that counts on `self` for its reference.
    pub(crate) fn with_waker<R>(&self, f: impl FnOnce(&Waker) -> R) -> R {
        let data = self.0.as_ptr().cast_const().cast();
        // SAFETY: `VTABLE`'s functions keep to the contract of `RawWakerVTable::new`, each for the reason above it. The
        // waker is never dropped, so no reference is given back, and that of `self` is there for as long as `f` may use
        // it.
        let waker = ManuallyDrop::new(unsafe { Waker::new(data, &VTABLE) });
        f(&waker)
    }

    /// Whether this is the only reference.
    #[cfg(not(loom))]
    pub(crate) fn is_only(&self) -> bool {
        // Acquire: pairs with the Release in `drop`: what the others did with it is over.
        self.counted().references.load(std::sync::atomic::Ordering::Acquire) == 1
    }

    /// Give up the reference to whoever holds the pointer.
    fn into_raw(self) -> *const () {
        ManuallyDrop::new(self).0.as_ptr().cast_const().cast()
    }

    /// Take back what [`into_raw`](Self::into_raw) gave up.
    ///
    /// # Safety
    ///
    /// `data` came from `into_raw`, and its reference has not been taken back.
    unsafe fn from_raw(data: *const ()) -> Self {
        // SAFETY: by invariant 1 it came from a `Box`, and so is not null.
        Self(unsafe { NonNull::new_unchecked(data.cast_mut().cast()) })
    }

    /// Use the pointer without taking its reference: what comes back is never dropped.
    ///
    /// # Safety
    ///
    /// `data` came from `into_raw`, and its reference outlives the result.
    unsafe fn borrow_raw(data: *const ()) -> ManuallyDrop<Self> {
        // SAFETY: the caller's promise. Nothing is taken back, as `drop` does not run.
        ManuallyDrop::new(unsafe { Self::from_raw(data) })
    }

    fn counted(&self) -> &Counted {
        // SAFETY: invariant 2, with the reference that `self` owns.
        unsafe { self.0.as_ref() }
    }

    /// Whether both are the same driver.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Deref for DriverRef {
    type Target = Driver;

    fn deref(&self) -> &Driver {
        &self.counted().driver
    }
}

impl Clone for DriverRef {
    fn clone(&self) -> Self {
        // Relaxed: `self` keeps the allocation alive, and a new reference publishes nothing.
        let before = self.counted().references.fetch_add(1, Relaxed);
        if before > isize::MAX as usize {
            // Somebody forgets clones in a loop. A wrapped counter would free too early.
            std::process::abort();
        }
        Self(self.0)
    }
}

impl Drop for DriverRef {
    fn drop(&mut self) {
        // AcqRel: the Release half pairs with the Acquire half of the last of these, so that every
        // use of the driver comes before its end.
        if self.counted().references.fetch_sub(1, AcqRel) == 1 {
            // SAFETY: invariant 1; that was the last reference, so by invariant 2 nobody else can
            // reach the allocation.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        }
    }
}

impl fmt::Debug for DriverRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

// ANCHOR: vtable
/// A `static`, not a `const`: its address is how [`DriverRef::of`] knows our wakers.
static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

/// A second waker from a first: one more reference. The first keeps its own, so it is borrowed.
unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: `data` belongs to a live waker, which the caller only borrows.
    let borrowed = unsafe { DriverRef::borrow_raw(data) };
    RawWaker::new(DriverRef::clone(&borrowed).into_raw(), &VTABLE)
}

/// Wake, and end the waker: its reference is taken back and dropped. It goes last, because the
/// thread that is woken may drop every other one while we still look at the driver.
unsafe fn wake(data: *const ()) {
    // SAFETY: `wake` takes the waker by value; nobody uses its reference after us.
    let owned = unsafe { DriverRef::from_raw(data) };
    owned.parker.unpark();
}

/// Wake, and leave the waker as it is.
unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: `data` belongs to a live waker, which the caller only borrows.
    let borrowed = unsafe { DriverRef::borrow_raw(data) };
    borrowed.parker.unpark();
}

/// End the waker without a wake.
unsafe fn drop_waker(data: *const ()) {
    // SAFETY: a waker is dropped once, and not after `wake`; its reference is ours.
    drop(unsafe { DriverRef::from_raw(data) });
}
// ANCHOR_END: vtable
