//! `ptr::read` makes a second owner. Here both drop.
//@ error-in-other-file: dangling
// ANCHOR: all
use std::sync::mpsc::{Sender, channel};
use std::task::{RawWaker, RawWakerVTable, Waker};

#[derive(Clone)]
struct WakerData {
    sender: Sender<usize>,
    id: usize,
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

// ANCHOR: clone
unsafe fn clone(data: *const ()) -> RawWaker {
    // A copy of the bytes, and so a second owner of the same `Sender`.
    let original = unsafe { data.cast::<WakerData>().read() };
    let copy = Box::new(original.clone());
    RawWaker::new(Box::into_raw(copy).cast(), &VTABLE)
    // `original` is dropped here, although the first waker still has it.
}
// ANCHOR_END: clone

unsafe fn wake(data: *const ()) {
    unsafe { wake_by_ref(data) };
    unsafe { drop_waker(data) };
}

unsafe fn wake_by_ref(data: *const ()) {
    let data = unsafe { &*data.cast::<WakerData>() };
    let _ = data.sender.send(data.id);
}

unsafe fn drop_waker(data: *const ()) {
    drop(unsafe { Box::from_raw(data.cast_mut().cast::<WakerData>()) });
}

fn main() {
    let (sender, receiver) = channel();
    let data = Box::into_raw(Box::new(WakerData { sender, id: 7 }));
    let waker = unsafe { Waker::new(data.cast(), &VTABLE) };
    let second = waker.clone();
    drop(second);
    drop(receiver);
    drop(waker);
}
// ANCHOR_END: all
