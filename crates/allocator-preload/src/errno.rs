//! The calling thread's error number.

use core::ffi::{c_int, c_void};
use core::ptr;

use libc::__errno_location as location;

/// Set it.
fn set(error: c_int) {
    // SAFETY: the C library gives a place that is the thread's own.
    unsafe { *location() = error };
}

/// What a function returns that cannot do what it was asked for.
#[cold]
pub(crate) fn fail(error: c_int) -> *mut c_void {
    set(error);
    ptr::null_mut()
}

/// Call `f` and leave the error number as it was.
pub(crate) fn keep<R>(f: impl FnOnce() -> R) -> R {
    // SAFETY: as in `set`.
    let before = unsafe { *location() };
    let result = f();
    set(before);
    result
}
