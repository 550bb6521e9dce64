//! The calling thread's error number.

use core::ffi::{c_int, c_void};
use core::ptr;

/// Where it is.
fn place() -> *mut c_int {
    // SAFETY: a question that changes nothing.
    unsafe { libc::__errno_location() }
}

/// What a function returns that cannot do what it was asked for.
#[cold]
pub(crate) fn fail(error: c_int) -> *mut c_void {
    // SAFETY: a place of the thread's own.
    unsafe { *place() = error };
    ptr::null_mut()
}

/// Call `f` and leave the error number as it was.
pub(crate) fn keep<R>(f: impl FnOnce() -> R) -> R {
    let place = place();
    // SAFETY: a place of the thread's own.
    let before = unsafe { *place };
    let result = f();
    // SAFETY: as above.
    unsafe { *place = before };
    result
}
