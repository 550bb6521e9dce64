//! Exercise 1: four functions.
//!
//! A waker by hand: one allocation for all its clones, which you count.

use std::mem::ManuallyDrop;
use std::process::abort;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{RawWaker, RawWakerVTable, Waker};

/// What all clones of a waker point to.
struct Bell {
    /// How many there are.
    clones: AtomicUsize,
    ring: Box<dyn Fn() + Send + Sync>,
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

/// A waker that calls `ring` whenever it is woken.
///
/// `ring` is dropped once, by whoever ends the last of the waker's clones, even if a call of it panics.
#[must_use]
pub fn waker(ring: impl Fn() + Send + Sync + 'static) -> Waker {
    let bell = Box::new(Bell { clones: AtomicUsize::new(1), ring: Box::new(ring) });
    // SAFETY: the functions below keep to the contract of `RawWakerVTable::new`.
    unsafe { Waker::new(Box::into_raw(bell).cast_const().cast(), &VTABLE) }
}

/// One clone of the waker, which ends with this.
struct Clone(*const Bell);

impl Drop for Clone {
    fn drop(&mut self) {
        // SAFETY: this clone is counted, so the bell is there.
        let bell = unsafe { &*self.0 };
        // AcqRel: the Release half pairs with the Acquire half of the last of these, so that every
        // use of the bell comes before its end.
        if bell.clones.fetch_sub(1, Ordering::AcqRel) == 1 {
            // SAFETY: it came from a box in `waker`, and there is no clone any more.
            drop(unsafe { Box::from_raw(self.0.cast_mut()) });
        }
    }
}

unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: the caller lends a clone, so the bell is there.
    let bell = unsafe { &*data.cast::<Bell>() };
    // Relaxed: the caller's clone keeps the bell, and a new one publishes nothing.
    if bell.clones.fetch_add(1, Ordering::Relaxed) > isize::MAX as usize {
        // Somebody forgets clones in a loop.
        abort();
    }
    RawWaker::new(data, &VTABLE)
}

unsafe fn wake(data: *const ()) {
    // Ends when this function does, also by a panic.
    let clone = Clone(data.cast());
    // SAFETY: as in `clone`.
    let bell = unsafe { &*clone.0 };
    (bell.ring)();
}

unsafe fn wake_by_ref(data: *const ()) {
    // The caller's: not to be ended here.
    let clone = ManuallyDrop::new(Clone(data.cast()));
    // SAFETY: as in `clone`.
    let bell = unsafe { &*clone.0 };
    (bell.ring)();
}

unsafe fn drop_waker(data: *const ()) {
    drop(Clone(data.cast()));
}
