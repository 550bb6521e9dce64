//! Waiting a little after a lost race, so that the winner can do a few operations in a row.
//!
//! Where two threads change one cache line in turn, each change costs the line's way from one
//! processor to the other. It is cheaper for both if one of them pauses and the other goes on with the
//! line at hand.

use crate::sync::{spin_loop, yield_now};

/// The first wait is `1 << FIRST` pauses of the processor.
const FIRST: u32 = 3;
/// The wait doubles up to `1 << LIMIT` pauses; after that the thread gives its processor away.
const LIMIT: u32 = 10;

#[derive(Debug)]
pub(crate) struct Backoff {
    next: u32,
}

impl Backoff {
    #[inline]
    pub(crate) fn new() -> Self {
        Self { next: FIRST }
    }

    /// Called after each lost race. Bounded, so it never makes an operation wait for another.
    #[cold]
    pub(crate) fn wait(&mut self) {
        if self.next > LIMIT || cfg!(any(loom, miri)) {
            yield_now();
        } else {
            for _ in 0..1_u32 << self.next {
                spin_loop();
            }
            self.next += 1;
        }
    }
}
