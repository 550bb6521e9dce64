//! Whoever moves the head has the task; the other one looks again.
//@ check-pass
// ANCHOR: all
use std::cell::Cell;
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
        let mut head = self.head.load(Acquire);
        loop {
            if head == self.tail.load(Acquire) {
                return None;
            }
            let task = self.slots[head % 4].load(Relaxed);
            moment();
            match self.head.compare_exchange(head, head + 1, Release, Acquire) {
                Ok(_) => return Some(task),
                Err(now) => head = now,
            }
        }
    }
}
// ANCHOR_END: ring

fn main() {
    let ring = Ring::default();
    (0..3).for_each(|task| ring.push(task).unwrap());
    let moment = Barrier::new(2);
    thread::scope(|scope| {
        let thief = scope.spawn(|| {
            let first = Cell::new(true);
            let task = ring.take(|| {
                if first.replace(false) {
                    moment.wait();
                    moment.wait();
                }
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
