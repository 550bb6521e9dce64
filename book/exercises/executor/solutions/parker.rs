//! Exercise 2: a parker.
//!
//! A thread sleeps until another one wakes it, and no wake is lost.

use std::mem::take;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Where one thread sleeps.
#[derive(Debug)]
pub struct Parker {
    /// Somebody called `unpark`, and no sleep has ended by it.
    woken: Mutex<bool>,
    bell: Condvar,
}

impl Parker {
    /// A parker on which nobody sleeps, and which nobody has woken.
    #[must_use]
    pub const fn new() -> Self {
        Self { woken: Mutex::new(false), bell: Condvar::new() }
    }

    /// Sleep until [`unpark`](Self::unpark). If it came since the last sleep ended, do not sleep at all.
    pub fn park(&self) {
        let woken = self.woken.lock().unwrap_or_else(PoisonError::into_inner);
        // The flag is read, and the sleep begun, under the lock that `unpark` takes: nothing fits in
        // between. It is read again afterwards, since a sleep may end for no reason.
        let woken = self.bell.wait_while(woken, |woken| !*woken);
        *woken.unwrap_or_else(PoisonError::into_inner) = false;
    }

    /// The same, for no longer than `timeout`. `false`: the time is over, and nobody came.
    pub fn park_timeout(&self, timeout: Duration) -> bool {
        let woken = self.woken.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = self.bell.wait_timeout_while(woken, timeout, |woken| !*woken);
        let (mut woken, _) = outcome.unwrap_or_else(PoisonError::into_inner);
        // Whatever the clock says: if the flag is up, this is the sleep that it ends.
        take(&mut *woken)
    }

    /// End the sleep, or the next one.
    pub fn unpark(&self) {
        *self.woken.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_one();
    }
}

impl Default for Parker {
    fn default() -> Self {
        Self::new()
    }
}
