//! Two workers, and a word that says where a task is.
//@ check-pass
// ANCHOR: all
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{
    AtomicU32, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed},
};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

type BoxedFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

// ANCHOR: task
/// In the queue, or going to be.
const SCHEDULED: usize = 1;
/// A worker polls it.
const RUNNING: usize = 2;
/// The future is gone.
const COMPLETED: usize = 4;

struct Task {
    pool: Arc<Pool>,
    state: AtomicUsize,
    /// Belongs to the worker that set RUNNING.
    future: UnsafeCell<Option<BoxedFuture>>,
}

// One worker at a time looks into the cell: the one that set RUNNING, until it clears it.
unsafe impl Sync for Task {}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        // Whoever finds the task idle pushes it. If it runs, its worker will find the bit.
        if self.state.fetch_or(SCHEDULED, AcqRel) == 0 {
            self.push();
        }
    }
}

impl Task {
    fn push(self: Arc<Self>) {
        let pool = self.pool.clone();
        pool.shared.lock().unwrap().queue.push_back(self);
        pool.bell.notify_one();
    }
}
// ANCHOR_END: task

// ANCHOR: pool
#[derive(Default)]
struct Pool {
    shared: Mutex<Shared>,
    bell: Condvar,
}

#[derive(Default)]
struct Shared {
    queue: VecDeque<Arc<Task>>,
    /// How many tasks are not ready.
    left: usize,
}

impl Pool {
    fn spawn(self: &Arc<Self>, future: BoxedFuture) {
        self.shared.lock().unwrap().left += 1;
        let (state, future) = (AtomicUsize::new(SCHEDULED), UnsafeCell::new(Some(future)));
        Arc::new(Task { pool: self.clone(), state, future }).push();
    }

    fn next(&self) -> Option<Arc<Task>> {
        let mut shared = self.shared.lock().unwrap();
        while shared.queue.is_empty() && shared.left > 0 {
            shared = self.bell.wait(shared).unwrap();
        }
        shared.queue.pop_front()
    }

    // ANCHOR: work
    fn work(&self) {
        while let Some(task) = self.next() {
            task.state.fetch_xor(SCHEDULED | RUNNING, Acquire);
            let waker = Waker::from(task.clone());
            let place = unsafe { &mut *task.future.get() };
            let Some(future) = place else { unreachable!("completed tasks are not pushed") };
            if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                *place = None;
                task.state.fetch_xor(RUNNING | COMPLETED, AcqRel);
                self.shared.lock().unwrap().left -= 1;
                self.bell.notify_all();
            } else if task.state.fetch_and(!RUNNING, AcqRel) & SCHEDULED != 0 {
                // Woken while it ran.
                task.push();
            }
        }
    }
    // ANCHOR_END: work
}
// ANCHOR_END: pool

// ANCHOR: main
fn main() {
    static POLLS: AtomicU32 = AtomicU32::new(0);
    let pool = Arc::new(Pool::default());
    let mut steps = 0;
    pool.spawn(Box::pin(poll_fn(move |context| {
        // Woken while it runs, by itself or by anybody.
        context.waker().wake_by_ref();
        // This poll takes a little, unless another one begins.
        let polls = 1 + POLLS.fetch_add(1, Relaxed);
        for _ in 0..100 {
            if POLLS.load(Relaxed) > polls {
                break;
            }
            thread::yield_now();
        }
        steps += 1;
        if steps == 2 { Poll::Ready(()) } else { Poll::Pending }
    })));
    thread::scope(|scope| {
        scope.spawn(|| pool.work());
        scope.spawn(|| pool.work());
    });
    println!("ready");
}
// ANCHOR_END: main
// ANCHOR_END: all
