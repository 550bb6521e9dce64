//! `wake` and `wake_by_ref` are the same function here. They must not be.
//@ error-in-other-file: memory leaked
// ANCHOR: all
use std::sync::mpsc::{Sender, channel};
use std::task::{RawWaker, RawWakerVTable, Waker};

#[derive(Clone)]
struct WakerData {
    sender: Sender<usize>,
    id: usize,
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

unsafe fn clone(data: *const ()) -> RawWaker {
    let copy = unsafe { &*data.cast::<WakerData>() }.clone();
    RawWaker::new(Box::into_raw(Box::new(copy)).cast(), &VTABLE)
}

// ANCHOR: wake
unsafe fn wake(data: *const ()) {
    let data = unsafe { data.cast::<WakerData>().read() };
    let _ = data.sender.send(data.id);
    std::mem::forget(data);
}

unsafe fn wake_by_ref(data: *const ()) {
    let data = unsafe { data.cast::<WakerData>().read() };
    let _ = data.sender.send(data.id);
    std::mem::forget(data);
}
// ANCHOR_END: wake

unsafe fn drop_waker(data: *const ()) {
    drop(unsafe { Box::from_raw(data.cast_mut().cast::<WakerData>()) });
}

fn main() {
    let (sender, receiver) = channel();
    let data = Box::into_raw(Box::new(WakerData { sender, id: 7 })); //~ ERROR: memory leaked
    let waker = unsafe { Waker::new(data.cast(), &VTABLE) };
    waker.wake_by_ref();
    // By value: after this nobody drops the waker.
    waker.wake();
    println!("{:?}", receiver.try_iter().collect::<Vec<_>>());
}
// ANCHOR_END: all
