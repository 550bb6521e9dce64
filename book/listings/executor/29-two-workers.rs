//! The same, with two workers.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
//@[stacked] error-in-other-file: strongly protected
// ANCHOR: all
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

type BoxedFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

// ANCHOR: task
struct Task {
    pool: Arc<Pool>,
    /// None once it is ready.
    future: UnsafeCell<Option<BoxedFuture>>,
}

// Is that so?
unsafe impl Sync for Task {}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
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
        Arc::new(Task { pool: self.clone(), future: UnsafeCell::new(Some(future)) }).wake();
    }

    fn next(&self) -> Option<Arc<Task>> {
        let mut shared = self.shared.lock().unwrap();
        while shared.queue.is_empty() && shared.left > 0 {
            shared = self.bell.wait(shared).unwrap();
        }
        shared.queue.pop_front()
    }

    fn work(&self) {
        while let Some(task) = self.next() {
            let waker = Waker::from(task.clone());
            let place = unsafe { &mut *task.future.get() };
            let Some(future) = place else { continue };
            if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                *place = None;
                self.shared.lock().unwrap().left -= 1;
                self.bell.notify_all();
            }
        }
    }
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
        steps += 1; //~[tree] ERROR: Undefined
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
