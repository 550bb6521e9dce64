//! Whoever pushes a task has a reference of its own, until the push is over.
//@ check-pass
// ANCHOR: all
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use std::thread;

/// Room for one task.
static QUEUE: AtomicPtr<Task> = AtomicPtr::new(ptr::null_mut());
static ENDED: AtomicBool = AtomicBool::new(false);

#[derive(Default)]
struct Task {
    pushes: AtomicUsize,
}

// ANCHOR: wake
/// Give the task, which is idle, to the worker.
fn wake(task: &Arc<Task>) {
    QUEUE.store(Arc::into_raw(task.clone()).cast_mut(), Release);
    wait_for_the_worker();
    task.pushes.fetch_add(1, Relaxed);
}
// ANCHOR_END: wake

/// The worst moment, so that the listing shows it at every run.
fn wait_for_the_worker() {
    while !ENDED.load(Acquire) {
        thread::yield_now();
    }
}

// ANCHOR: work
fn work() {
    loop {
        let task = QUEUE.swap(ptr::null_mut(), Acquire);
        if !task.is_null() {
            // Run it: it is ready. The worker's reference ends here.
            drop(unsafe { Arc::from_raw(task.cast_const()) });
            return ENDED.store(true, Release);
        }
        thread::yield_now();
    }
}
// ANCHOR_END: work

fn main() {
    let worker = thread::spawn(work);
    let task = Arc::new(Task::default());
    wake(&task);
    worker.join().unwrap();
    println!("pushes: {}", task.pushes.load(Relaxed));
}
// ANCHOR_END: all
