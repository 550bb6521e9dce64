//! A worker that finds nothing says that it sleeps, and looks once more.
//@ check-pass
// ANCHOR: all
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex};
use std::thread::{self, Thread};

// ANCHOR: pool
struct Pool {
    queue: Mutex<VecDeque<u32>>,
    asleep: AtomicBool,
    worker: Thread,
    /// Holds the worker at the worst moment, so that the listing shows it at every run.
    moment: Barrier,
}

impl Pool {
    fn next(&self) -> u32 {
        loop {
            if let Some(task) = self.queue.lock().unwrap().pop_front() {
                return task;
            }
            self.moment.wait();
            self.moment.wait();
            self.asleep.store(true, SeqCst);
            // Once more: what was pushed before that was said wakes nobody.
            if self.queue.lock().unwrap().is_empty() {
                thread::park();
            }
            self.asleep.store(false, SeqCst);
        }
    }

    fn push(&self, task: u32) {
        self.queue.lock().unwrap().push_back(task);
        if self.asleep.load(SeqCst) {
            self.worker.unpark();
        }
    }
}
// ANCHOR_END: pool

fn main() {
    let pool = Arc::new(Pool {
        queue: Mutex::new(VecDeque::new()),
        asleep: AtomicBool::new(false),
        worker: thread::current(),
        moment: Barrier::new(2),
    });
    let other = thread::spawn({
        let pool = pool.clone();
        move || {
            pool.moment.wait();
            // The worker has found nothing, and has not yet said that it sleeps.
            pool.push(7);
            println!("pushed");
            pool.moment.wait();
        }
    });
    println!("found {}", pool.next());
    other.join().unwrap();
}
// ANCHOR_END: all
