//! Exercise 2: a parker.
//!
//! A thread sleeps until another one wakes it, and no wake is lost.

use std::time::Duration;

/// Where one thread sleeps.
///
/// Give it fields: a lock and a condition variable will do.
#[derive(Debug)]
pub struct Parker {}

impl Parker {
    /// A parker on which nobody sleeps, and which nobody has woken.
    #[must_use]
    pub fn new() -> Self {
        todo!("make a parker")
    }

    /// Sleep until [`unpark`](Self::unpark). If it came since the last sleep ended, do not sleep at all.
    pub fn park(&self) {
        todo!("sleep until somebody calls `unpark`")
    }

    /// The same, for no longer than `timeout`. `false`: the time is over, and nobody came.
    pub fn park_timeout(&self, timeout: Duration) -> bool {
        todo!("sleep for {timeout:?}, or until somebody calls `unpark`")
    }

    /// End the sleep, or the next one.
    pub fn unpark(&self) {
        todo!("wake who sleeps")
    }
}

impl Default for Parker {
    fn default() -> Self {
        Self::new()
    }
}
