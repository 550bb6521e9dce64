//! Exercise 4: a thief.
//!
//! A ring from which one thread takes tasks, and from which others steal half of them.

use std::sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};

/// How many tasks fit in.
pub const CAPACITY: usize = 8;

/// What is in a ring's `head`.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// The position of the oldest task.
    pub first: usize,
    /// How many slots before it a thief may still be reading.
    pub held: usize,
}

impl Head {
    /// From one word.
    #[must_use]
    pub const fn unpack(word: usize) -> Self {
        Self { first: word / 16, held: word % 16 }
    }

    /// To one word.
    #[must_use]
    pub const fn pack(self) -> usize {
        self.first * 16 + self.held
    }
}

/// Tasks, which are numbers here. The one at position `p` is in slot `p % CAPACITY`.
#[derive(Debug, Default)]
pub struct Ring {
    /// A packed [`Head`].
    pub head: AtomicUsize,
    /// The position after the newest task. Written by the owner alone.
    pub tail: AtomicUsize,
    /// The tasks.
    pub slots: [AtomicUsize; CAPACITY],
}

impl Ring {
    /// Add a task, or give it back if there is no free slot. For the owner.
    ///
    /// # Errors
    ///
    /// The task, if there is no room.
    pub fn push(&self, task: usize) -> Result<(), usize> {
        // Relaxed: the owner's own.
        let tail = self.tail.load(Relaxed);
        // Acquire: pairs with the Release at the end of `steal`, so that the thief has read the slot.
        let Head { first, held } = Head::unpack(self.head.load(Acquire));
        if tail - first + held == CAPACITY {
            return Err(task);
        }
        self.slots[tail % CAPACITY].store(task, Relaxed);
        // Release: pairs with the Acquire in `steal`, so that the slot is seen.
        self.tail.store(tail + 1, Release);
        Ok(())
    }

    /// Take the oldest task. For the owner.
    pub fn pop(&self) -> Option<usize> {
        let tail = self.tail.load(Relaxed);
        let mut word = self.head.load(Relaxed);
        loop {
            let Head { first, held } = Head::unpack(word);
            if first == tail {
                return None;
            }
            // Behind slots that a thief holds, this one is not free before they are.
            let held = if held == 0 { 0 } else { held + 1 };
            let new = Head { first: first + 1, held };
            // Release: a thief that sees the new `first` sees a `tail` that is no less.
            match self.head.compare_exchange(word, new.pack(), Release, Relaxed) {
                Ok(_) => return Some(self.slots[first % CAPACITY].load(Relaxed)),
                Err(now) => word = now,
            }
        }
    }

    /// Take half of the tasks, rounded up, the oldest first; none if another thief is at it. For anybody.
    ///
    /// The tasks are claimed in one step. `copying` is called then, with what is in `head`, before the first of
    /// them is read; and only when all are read, their slots are free.
    pub fn steal(&self, copying: impl FnOnce(Head)) -> Vec<usize> {
        let _ = copying;
        todo!("steal from {self:?}")
    }
}
