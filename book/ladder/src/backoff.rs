//! Waiting a little after a lost race, so that the winner's next race is not lost to noise.

use std::hint::spin_loop;
use std::thread::yield_now;

/// The wait doubles up to this many times; after that the thread gives its processor away.
const LIMIT: u32 = 6;

#[derive(Debug, Default)]
pub(crate) struct Backoff {
    lost: u32,
}

// ANCHOR: wait
impl Backoff {
    /// Called after each lost race. Bounded, so it never makes an operation wait for another.
    pub(crate) fn wait(&mut self) {
        if self.lost < LIMIT {
            for _ in 0..1_u32 << self.lost {
                spin_loop();
            }
            self.lost += 1;
        } else {
            yield_now();
        }
    }
}
// ANCHOR_END: wait
