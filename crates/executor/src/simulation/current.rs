//! The simulation that runs on this thread.

use crate::sync::thread_local_cell;
use crate::waker::DriverRef;
use std::marker::PhantomData;
use std::ptr;

thread_local_cell! {
    /// The driver of the simulation that runs here; null: none does.
    static CURRENT: *const DriverRef = ptr::null();
}

/// The driver, with its virtual clock, of the simulation that runs on this thread.
#[inline]
pub(crate) fn current_driver() -> Option<DriverRef> {
    // SAFETY: `Entered` keeps it borrowed for as long as it is here, and is dropped on this thread.
    unsafe { CURRENT.get().as_ref() }.cloned()
}

/// While this is there, a simulation runs on this thread.
pub(super) struct Entered<'a> {
    /// One simulation may run inside another one.
    before: *const DriverRef,
    driver: PhantomData<&'a DriverRef>,
}

impl<'a> Entered<'a> {
    /// To be dropped before those that were made earlier: only a local variable is.
    pub(super) fn new(driver: &'a DriverRef) -> Self {
        Self { before: CURRENT.replace(driver), driver: PhantomData }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}
