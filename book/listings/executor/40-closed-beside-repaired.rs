//! A queue whose own word says that it is closed.
//@ check-pass
// ANCHOR: all
use std::ptr;
use std::sync::Barrier;
use std::sync::atomic::{
    AtomicPtr,
    Ordering::{AcqRel, Acquire, Relaxed},
};
use std::thread;

struct Task {
    before: *mut Task,
}

// ANCHOR: queue
/// A stack, for brevity. What counts is the end.
#[derive(Default)]
struct Queue {
    /// The last task; null: there is none; or [`CLOSED`].
    last: AtomicPtr<Task>,
}

/// No task has this address: it is aligned.
const CLOSED: *mut Task = ptr::without_provenance_mut(1);

impl Queue {
    /// `false`: it is closed, and the task was dropped.
    fn push(&self, task: Box<Task>, moment: impl Fn()) -> bool {
        let task = Box::into_raw(task);
        let mut last = self.last.load(Relaxed);
        loop {
            if last == CLOSED {
                drop(unsafe { Box::from_raw(task) });
                return false;
            }
            moment();
            unsafe { (*task).before = last };
            match self.last.compare_exchange(last, task, AcqRel, Relaxed) {
                Ok(_) => return true,
                Err(now) => last = now,
            }
        }
    }

    /// Drop all tasks, and refuse those that come later.
    fn close(&self) {
        let mut task = self.last.swap(CLOSED, Acquire);
        while !task.is_null() {
            task = unsafe { Box::from_raw(task) }.before;
        }
    }
}
// ANCHOR_END: queue

fn main() {
    let queue = Queue::default();
    let moment = Barrier::new(2);
    let task = || Box::new(Task { before: ptr::null_mut() });
    queue.push(task(), || ());
    thread::scope(|scope| {
        scope.spawn(|| {
            let pushed = queue.push(task(), || {
                moment.wait();
                moment.wait();
            });
            println!("pushed: {pushed}");
        });
        // The other thread has found the queue open.
        moment.wait();
        queue.close();
        moment.wait();
    });
}
// ANCHOR_END: all
