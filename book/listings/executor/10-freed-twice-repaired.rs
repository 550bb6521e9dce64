//! The allocation counts the wakers that point to it. The last one frees it.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{AcqRel, Relaxed, SeqCst},
};
use std::task::{RawWaker, RawWakerVTable, Waker};

struct WakerData {
    references: AtomicUsize,
    woken: AtomicBool,
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

// ANCHOR: functions
unsafe fn clone(data: *const ()) -> RawWaker {
    let shared = unsafe { &*data.cast::<WakerData>() };
    shared.references.fetch_add(1, Relaxed);
    RawWaker::new(data, &VTABLE)
}

unsafe fn drop_waker(data: *const ()) {
    let shared = unsafe { &*data.cast::<WakerData>() };
    // AcqRel: whatever the others did with the data comes before its end.
    if shared.references.fetch_sub(1, AcqRel) == 1 {
        println!("the last one frees it");
        drop(unsafe { Box::from_raw(data.cast_mut().cast::<WakerData>()) });
    }
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
    let data = WakerData { references: AtomicUsize::new(1), woken: AtomicBool::new(false) };
    let waker = unsafe { Waker::new(Box::into_raw(Box::new(data)).cast(), &VTABLE) };
    let second = waker.clone();
    let third = std::thread::spawn({
        let waker = waker.clone();
        move || waker.wake()
    });
    third.join().unwrap();
    drop(second);
    println!("two of three are gone");
    drop(waker);
}
// ANCHOR_END: all
