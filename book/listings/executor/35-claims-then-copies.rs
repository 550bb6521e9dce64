//! A thief claims half of the tasks and then copies them. The slots were free already.
//@ check-pass
// ANCHOR: all
use std::sync::Barrier;
use std::sync::atomic::{
    AtomicU32, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use std::thread;

#[derive(Default)]
struct Ring {
    head: AtomicUsize,
    tail: AtomicUsize,
    slots: [AtomicU32; 4],
}

impl Ring {
    // ANCHOR: push
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
    // ANCHOR_END: push

    // ANCHOR: steal
    /// For thieves: half of the tasks.
    fn steal(&self, moment: impl Fn()) -> Vec<u32> {
        let mut head = self.head.load(Acquire);
        let count = loop {
            let count = (self.tail.load(Acquire) - head).div_ceil(2);
            match self.head.compare_exchange(head, head + count, Release, Acquire) {
                Ok(_) => break count,
                Err(now) => head = now,
            }
        };
        moment();
        (head..head + count).map(|position| self.slots[position % 4].load(Relaxed)).collect()
    }
    // ANCHOR_END: steal

    /// For the owner.
    fn pop(&self) -> Option<u32> {
        let mut head = self.head.load(Acquire);
        loop {
            if head == self.tail.load(Relaxed) {
                return None;
            }
            match self.head.compare_exchange(head, head + 1, Release, Acquire) {
                Ok(_) => return Some(self.slots[head % 4].load(Relaxed)),
                Err(now) => head = now,
            }
        }
    }
}

// ANCHOR: main
fn main() {
    let ring = Ring::default();
    (0..4).for_each(|task| ring.push(task).unwrap());
    let moment = Barrier::new(2);
    thread::scope(|scope| {
        let thief = scope.spawn(|| {
            ring.steal(|| {
                moment.wait();
                moment.wait();
            })
        });
        // The thief has claimed two tasks, and has not yet copied them.
        moment.wait();
        println!("owner pushes 4: {:?}", ring.push(4));
        println!("owner pushes 5: {:?}", ring.push(5));
        moment.wait();
        println!("thief runs {:?}", thief.join().unwrap());
        println!("owner runs {:?}", std::iter::from_fn(|| ring.pop()).collect::<Vec<_>>());
    });
}
// ANCHOR_END: main
// ANCHOR_END: all
