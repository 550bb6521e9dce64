//! Two numbers in one word: where the oldest task is, and how many slots a thief still holds.
//@ check-pass
// ANCHOR: all
use std::sync::Barrier;
use std::sync::atomic::{
    AtomicU32, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use std::thread;

// ANCHOR: head
/// What is in `Ring::head`.
#[derive(Clone, Copy)]
struct Head {
    /// Where the oldest task is.
    first: usize,
    /// How many slots before it a thief still reads.
    held: usize,
}

impl Head {
    fn unpack(word: usize) -> Self {
        Self { first: word / 8, held: word % 8 }
    }

    fn pack(self) -> usize {
        self.first * 8 + self.held
    }
}
// ANCHOR_END: head

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
        let Head { first, held } = Head::unpack(self.head.load(Acquire));
        if tail - first + held == 4 {
            return Err(task);
        }
        self.slots[tail % 4].store(task, Relaxed);
        self.tail.store(tail + 1, Release);
        Ok(())
    }
    // ANCHOR_END: push

    // ANCHOR: steal
    /// For thieves: half of the tasks. Nothing while another thief is at it.
    fn steal(&self, moment: impl Fn()) -> Vec<u32> {
        let mut word = self.head.load(Acquire);
        let (first, count) = loop {
            let Head { first, held } = Head::unpack(word);
            let count = (self.tail.load(Acquire) - first).div_ceil(2);
            if held != 0 || count == 0 {
                return Vec::new();
            }
            let claimed = Head { first: first + count, held: count };
            match self.head.compare_exchange(word, claimed.pack(), Release, Acquire) {
                Ok(_) => break (first, count),
                Err(now) => word = now,
            }
        };
        moment();
        let slots = first..first + count;
        let tasks = slots.map(|position| self.slots[position % 4].load(Relaxed)).collect();
        // Now they are free.
        self.head.fetch_and(!7, Release);
        tasks
    }
    // ANCHOR_END: steal

    // ANCHOR: pop
    /// For the owner.
    fn pop(&self) -> Option<u32> {
        let mut word = self.head.load(Relaxed);
        loop {
            let Head { first, held } = Head::unpack(word);
            if first == self.tail.load(Relaxed) {
                return None;
            }
            // Behind slots that a thief holds, this one is not free before they are.
            let held = if held == 0 { 0 } else { held + 1 };
            let new = Head { first: first + 1, held };
            match self.head.compare_exchange(word, new.pack(), Release, Relaxed) {
                Ok(_) => return Some(self.slots[first % 4].load(Relaxed)),
                Err(now) => word = now,
            }
        }
    }
    // ANCHOR_END: pop
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
