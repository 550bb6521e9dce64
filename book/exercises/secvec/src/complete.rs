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
            // Release: pairs with your Acquire.
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
        stop();
        todo!("write what {top:?} announces")
    }

    /// The element at `index`, or `None` if there is none. It writes nothing.
    pub fn get(&self, index: usize, stop: &mut dyn FnMut()) -> Option<u32> {
        stop();
        todo!("find element {index}")
    }
}
