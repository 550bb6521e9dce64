//! A push makes its node the tail, then links it. In between, the node before it is taken.
// ANCHOR: all
use std::ptr;
use std::sync::Barrier;
use std::sync::atomic::{
    AtomicPtr,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use std::thread;

struct Node {
    value: u32,
    next: AtomicPtr<Node>,
}

// ANCHOR: queue
/// Anybody pushes; one thread at a time takes.
struct Queue {
    head: AtomicPtr<Node>,
    tail: AtomicPtr<Node>,
}

impl Queue {
    fn push(&self, value: u32, moment: impl Fn()) {
        let node = Box::into_raw(Box::new(Node { value, next: AtomicPtr::default() }));
        // First the order ...
        let before = self.tail.swap(node, AcqRel);
        moment();
        // ... then the link.
        let link = if before.is_null() {
            &self.head
        } else {
            unsafe { &(*before).next } //~ ERROR: use-after-free
        };
        link.store(node, Release);
    }

    fn take(&self) -> Option<u32> {
        let first = self.head.load(Acquire);
        if first.is_null() {
            return None;
        }
        let next = unsafe { &(*first).next }.load(Acquire);
        self.head.store(next, Relaxed);
        if next.is_null() {
            // It was the last one.
            self.tail.store(ptr::null_mut(), Release);
        }
        Some(unsafe { Box::from_raw(first) }.value)
    }
}
// ANCHOR_END: queue

// ANCHOR: main
fn main() {
    let queue = Queue { head: AtomicPtr::default(), tail: AtomicPtr::default() };
    let moment = Barrier::new(2);
    queue.push(1, || ());
    thread::scope(|scope| {
        let pusher = scope.spawn(|| {
            queue.push(2, || {
                moment.wait();
                moment.wait();
            });
        });
        // The second node is the tail, and nothing leads to it yet.
        moment.wait();
        println!("took {:?}", queue.take());
        moment.wait();
        pusher.join().unwrap();
        println!("took {:?}", queue.take());
        println!("took {:?}", queue.take());
    });
}
// ANCHOR_END: main
// ANCHOR_END: all
