//! A queue, and beside it a flag that says it is closed.
// ANCHOR: all
use std::ptr;
use std::sync::Barrier;
use std::sync::atomic::{
    AtomicBool, AtomicPtr,
    Ordering::{AcqRel, Acquire, Relaxed, SeqCst},
};
use std::thread;

struct Task {
    before: *mut Task,
}

// ANCHOR: queue
/// A stack, for brevity. What counts is the end.
#[derive(Default)]
struct Queue {
    last: AtomicPtr<Task>,
    closed: AtomicBool,
}

impl Queue {
    /// `false`: it is closed, and the task was dropped.
    fn push(&self, mut task: Box<Task>, moment: impl Fn()) -> bool {
        if self.closed.load(SeqCst) {
            return false;
        }
        moment();
        task.before = self.last.load(Relaxed);
        let task = Box::into_raw(task);
        while let Err(now) =
            self.last.compare_exchange(unsafe { (*task).before }, task, AcqRel, Relaxed)
        {
            unsafe { (*task).before = now };
        }
        true
    }

    /// Drop all tasks, and refuse those that come later.
    fn close(&self) {
        self.closed.store(true, SeqCst);
        let mut task = self.last.swap(ptr::null_mut(), Acquire);
        while !task.is_null() {
            task = unsafe { Box::from_raw(task) }.before;
        }
    }
}
// ANCHOR_END: queue

fn main() {
    let queue = Queue::default();
    let moment = Barrier::new(2);
    let task = || Box::new(Task { before: ptr::null_mut() }); //~ ERROR: memory leaked
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
