//! A clone that copies the pointer. Two wakers, one box, two frees.
//@ error-in-other-file: dangling
// ANCHOR: all
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{RawWaker, RawWakerVTable, Waker};

struct WakerData {
    woken: AtomicBool,
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

// ANCHOR: functions
unsafe fn clone(data: *const ()) -> RawWaker {
    RawWaker::new(data, &VTABLE)
}

unsafe fn drop_waker(data: *const ()) {
    drop(unsafe { Box::from_raw(data.cast_mut().cast::<WakerData>()) });
}
// ANCHOR_END: functions

unsafe fn wake(data: *const ()) {
    unsafe { wake_by_ref(data) };
    unsafe { drop_waker(data) };
}

unsafe fn wake_by_ref(data: *const ()) {
    unsafe { &*data.cast::<WakerData>() }.woken.store(true, SeqCst);
}

fn main() {
    let data = Box::new(WakerData { woken: AtomicBool::new(false) });
    let waker = unsafe { Waker::new(Box::into_raw(data).cast(), &VTABLE) };
    let second = waker.clone();
    drop(second);
    drop(waker);
}
// ANCHOR_END: all
