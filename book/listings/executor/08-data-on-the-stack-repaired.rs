//! The waker's data is on the heap, with one box for each waker.
//@ check-pass
// ANCHOR: all
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

#[derive(Clone)]
struct WakerData {
    woken: Arc<AtomicBool>,
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

unsafe fn clone(data: *const ()) -> RawWaker {
    let copy = unsafe { &*data.cast::<WakerData>() }.clone();
    RawWaker::new(Box::into_raw(Box::new(copy)).cast(), &VTABLE)
}

unsafe fn wake(data: *const ()) {
    unsafe { wake_by_ref(data) };
    unsafe { drop_waker(data) };
}

unsafe fn wake_by_ref(data: *const ()) {
    unsafe { &*data.cast::<WakerData>() }.woken.store(true, SeqCst);
}

unsafe fn drop_waker(data: *const ()) {
    drop(unsafe { Box::from_raw(data.cast_mut().cast::<WakerData>()) });
}

// ANCHOR: block_on
fn block_on<F: Future>(future: F) -> F::Output {
    let woken = Arc::new(AtomicBool::new(true));
    let data = Box::new(WakerData { woken: woken.clone() });
    let waker = unsafe { Waker::new(Box::into_raw(data).cast(), &VTABLE) };
    let mut future = pin!(future);
    loop {
        if woken.swap(false, SeqCst)
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
    println!("woken after the end, and nothing happened");
}
// ANCHOR_END: all
