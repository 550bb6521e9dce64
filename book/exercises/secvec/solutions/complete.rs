//! Exercise 3: completing a write from a descriptor that is used again.
//!
//! It is the vector of the page "Nothing to give back", with `push` done. Between any two looks at it, and
//! between a look and an exchange, other threads may do anything. There you call `stop`, and the tests
//! do it.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::wide::{Pair, Wide};

/// A vector of `u32` that only grows.
#[derive(Debug, Default)]
pub struct Vector {
    /// The word is the length times 8, and the thread whose push may not be written yet, or 0. The stamp
    /// says how many pushes there were.
    pub top: Wide,
    /// What each thread pushes. Thread 0 is nobody.
    pub cells: [AtomicU32; 8],
    /// Each with the stamp that `top` had after the push that it comes from; 0: not written.
    pub slots: [Wide; 16],
}

impl Vector {
    /// Append `value`, by the thread of this number, and give its index.
    pub fn push(&self, thread: u32, value: u32) -> usize {
        loop {
            let top = self.top.load();
            self.complete(top, &mut || ());
            // Release: pairs with the Acquire in `announced`.
            self.cells[thread as usize].store(value, Ordering::Release);
            let len = top.word / 8;
            let next = Pair { word: (len + 1) * 8 + thread, stamp: top.stamp + 1 };
            if self.top.exchange(top, next) {
                return len as usize;
            }
        }
    }

    /// Write the element that `top` names to its slot, unless somebody has. `top` may be long gone.
    pub fn complete(&self, top: Pair, stop: &mut dyn FnMut()) {
        let (len, thread) = (top.word / 8, top.word % 8);
        if thread == 0 {
            return;
        }
        let slot = &self.slots[len as usize - 1];
        loop {
            stop();
            let seen = slot.load();
            if seen.stamp >= top.stamp {
                return;
            }
            stop();
            // Perhaps of a later push; then the slot is not what was seen.
            let word = self.announced(top);
            stop();
            if slot.exchange(seen, Pair { word, stamp: top.stamp }) {
                return;
            }
        }
    }

    /// The element at `index`, or `None` if there is none. It writes nothing.
    pub fn get(&self, index: usize, stop: &mut dyn FnMut()) -> Option<u32> {
        let slot = self.slots.get(index)?;
        let mut seen = slot.load();
        while seen.stamp == 0 {
            stop();
            let top = self.top.load();
            if index >= top.word as usize / 8 {
                return None;
            }
            stop();
            let word = self.announced(top);
            stop();
            let now = slot.load();
            if now == seen {
                // Still not written, so it is the newest push, and the cell is as it was announced.
                return Some(word);
            }
            seen = now;
        }
        Some(seen.word)
    }

    fn announced(&self, top: Pair) -> u32 {
        // Acquire: pairs with the Release in `push`. Who finds a later element here also finds the slot
        // of the one before written.
        self.cells[top.word as usize % 8].load(Ordering::Acquire)
    }
}
