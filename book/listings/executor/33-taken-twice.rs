//! Owner and thief both look at the oldest task, and both take it.
//@ check-pass
// ANCHOR: all
use std::sync::Barrier;
use std::sync::atomic::{
    AtomicU32, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use std::thread;

// ANCHOR: ring
/// The tasks at positions `head..tail`; position `p` is in slot `p % 4`.
#[derive(Default)]
struct Ring {
    head: AtomicUsize,
    /// Written by the owner alone.
    tail: AtomicUsize,
    slots: [AtomicU32; 4],
}

impl Ring {
    /// For the owner.
    fn push(&self, task: u32) -> Result<(), u32> {
        let tail = self.tail.load(Relaxed);
        if tail - self.head.load(Acquire) == 4 {
            return Err(task);
        }
        self.slots[tail % 4].store(task, Relaxed);
        self.tail.store(tail + 1, Release);
        Ok(())
    }

    /// For the owner and for thieves.
    fn take(&self, moment: impl Fn()) -> Option<u32> {
        let head = self.head.load(Acquire);
        if head == self.tail.load(Acquire) {
            return None;
        }
        let task = self.slots[head % 4].load(Relaxed);
        moment();
        self.head.store(head + 1, Release);
        Some(task)
    }
}
// ANCHOR_END: ring

fn main() {
    let ring = Ring::default();
    (0..3).for_each(|task| ring.push(task).unwrap());
    let moment = Barrier::new(2);
    thread::scope(|scope| {
        let thief = scope.spawn(|| {
            let task = ring.take(|| {
                moment.wait();
                moment.wait();
            });
            println!("thief runs {task:?}");
        });
        // The thief has looked, and has not yet moved the head.
        moment.wait();
        println!("owner runs {:?}", ring.take(|| ()));
        println!("owner runs {:?}", ring.take(|| ()));
        moment.wait();
        thief.join().unwrap();
        println!("owner runs {:?}", ring.take(|| ()));
    });
}
// ANCHOR_END: all
