//! The waker's data is a local variable of `block_on`. A future may keep the waker.
// ANCHOR: all
use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

struct WakerData {
    woken: Cell<bool>,
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake, drop_waker);

unsafe fn clone(data: *const ()) -> RawWaker {
    RawWaker::new(data, &VTABLE)
}

unsafe fn wake(data: *const ()) {
    unsafe { &*data.cast::<WakerData>() }.woken.set(true); //~ ERROR: dangling
}

unsafe fn drop_waker(_: *const ()) {}

// ANCHOR: block_on
fn block_on<F: Future>(future: F) -> F::Output {
    let data = WakerData { woken: Cell::new(true) };
    let waker = unsafe { Waker::new((&raw const data).cast(), &VTABLE) };
    let mut future = pin!(future);
    loop {
        if data.woken.replace(false)
            && let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker))
        {
            return output;
        }
    }
}
// ANCHOR_END: block_on

fn main() {
    let waker = block_on(poll_fn(|context| Poll::Ready(context.waker().clone())));
    waker.wake();
}
// ANCHOR_END: all
