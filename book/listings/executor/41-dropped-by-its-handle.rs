//! Who cancels drops the future, here and now. A worker may be polling it.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
//@[tree] error-in-other-file: Data race detected
// ANCHOR: all
use std::cell::UnsafeCell;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::thread;

static POLLS: AtomicU32 = AtomicU32::new(0);

/// Never ready.
struct Waits(u32);

impl Future for Waits {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        POLLS.fetch_add(1, Relaxed);
        self.0 += 1;
        Poll::Pending
    }
}

// ANCHOR: task
struct Task {
    future: UnsafeCell<Option<Pin<Box<Waits>>>>,
}

unsafe impl Sync for Task {}

impl Task {
    fn poll(&self) {
        if let Some(future) = unsafe { &mut *self.future.get() } {
            let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
    }

    fn cancel(&self) {
        let future = unsafe { &mut *self.future.get() }; //~[stacked] ERROR: Data race
        *future = None;
    }
}
// ANCHOR_END: task

fn main() {
    let task = Arc::new(Task { future: UnsafeCell::new(Some(Box::pin(Waits(0)))) });
    let worker = thread::spawn({
        let task = task.clone();
        move || (0..10).for_each(|_| task.poll())
    });
    while POLLS.load(Relaxed) == 0 {
        thread::yield_now();
    }
    task.cancel();
    worker.join().unwrap();
}
// ANCHOR_END: all
