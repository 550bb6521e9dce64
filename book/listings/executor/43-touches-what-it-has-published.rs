//! A wake pushes the task, and then looks at it once more.
// ANCHOR: all
use std::ptr;
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
unsafe fn wake(task: *mut Task) {
    QUEUE.store(task, Release);
    wait_for_the_worker();
    unsafe { &(*task).pushes }.fetch_add(1, Relaxed); //~ ERROR: use-after-free
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
            // Run it: it is ready. Nobody else has it any more, so it is freed.
            drop(unsafe { Box::from_raw(task) });
            return ENDED.store(true, Release);
        }
        thread::yield_now();
    }
}
// ANCHOR_END: work

fn main() {
    let worker = thread::spawn(work);
    unsafe { wake(Box::into_raw(Box::default())) };
    worker.join().unwrap();
}
// ANCHOR_END: all
