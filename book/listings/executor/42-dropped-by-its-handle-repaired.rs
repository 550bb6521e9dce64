//! Who cancels asks. Whoever runs the task drops the future.
//@ check-pass
// ANCHOR: all
use std::cell::UnsafeCell;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicU32, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed},
};
use std::sync::mpsc::channel;
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

impl Drop for Waits {
    fn drop(&mut self) {
        println!("dropped by {}", thread::current().name().unwrap());
    }
}

// ANCHOR: task
const SCHEDULED: usize = 1;
const RUNNING: usize = 2;
const COMPLETED: usize = 4;
const CANCELLED: usize = 8;

struct Task {
    state: AtomicUsize,
    /// Belongs to whoever set RUNNING.
    future: UnsafeCell<Option<Pin<Box<Waits>>>>,
}

unsafe impl Sync for Task {}

impl Task {
    /// `true`: the task must be pushed.
    fn run(&self) -> bool {
        let cancelled = self.state.fetch_xor(SCHEDULED | RUNNING, Acquire) & CANCELLED != 0;
        let future = unsafe { &mut *self.future.get() };
        if let Some(it) = future
            && !cancelled
            && it.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
        {
            return self.state.fetch_and(!RUNNING, AcqRel) & SCHEDULED != 0;
        }
        *future = None;
        self.state.fetch_xor(RUNNING | COMPLETED, AcqRel);
        false
    }

    /// `true`: the task must be pushed.
    fn cancel(&self) -> bool {
        let before = self.state.fetch_or(CANCELLED | SCHEDULED, AcqRel);
        before & (SCHEDULED | RUNNING | COMPLETED) == 0
    }
}
// ANCHOR_END: task

fn main() {
    let (state, future) = (AtomicUsize::new(SCHEDULED), UnsafeCell::new(Some(Box::pin(Waits(0)))));
    let task = Arc::new(Task { state, future });
    let (queue, woken) = channel::<Arc<Task>>();
    queue.send(task.clone()).unwrap();
    let worker = thread::Builder::new().name("a worker".to_owned());
    let worker = worker.spawn({
        let queue = queue.clone();
        move || {
            for task in woken {
                if task.run() {
                    queue.send(task.clone()).unwrap();
                }
                if task.state.load(Relaxed) & COMPLETED != 0 {
                    return;
                }
            }
        }
    });
    while POLLS.load(Relaxed) == 0 {
        thread::yield_now();
    }
    if task.cancel() {
        queue.send(task).unwrap();
    }
    worker.unwrap().join().unwrap();
    println!("polls: {}", POLLS.load(Relaxed));
}
// ANCHOR_END: all
