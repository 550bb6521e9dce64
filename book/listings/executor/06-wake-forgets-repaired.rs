//! `wake` ends the waker, `wake_by_ref` borrows it.
//@ check-pass
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
    // Taken back into its box, which is dropped at the end.
    let data = unsafe { Box::from_raw(data.cast_mut().cast::<WakerData>()) };
    let _ = data.sender.send(data.id);
}

unsafe fn wake_by_ref(data: *const ()) {
    // Nothing is read out, so there is nothing to forget.
    let data = unsafe { &*data.cast::<WakerData>() };
    let _ = data.sender.send(data.id);
}
// ANCHOR_END: wake

unsafe fn drop_waker(data: *const ()) {
    drop(unsafe { Box::from_raw(data.cast_mut().cast::<WakerData>()) });
}

fn main() {
    let (sender, receiver) = channel();
    let data = Box::into_raw(Box::new(WakerData { sender, id: 7 }));
    let waker = unsafe { Waker::new(data.cast(), &VTABLE) };
    waker.wake_by_ref();
    waker.wake();
    println!("{:?}", receiver.try_iter().collect::<Vec<_>>());
}
// ANCHOR_END: all
