//! Putting a thread to sleep without losing a wake.

use crate::sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use crate::sync::{Token, thread::Thread};
use std::time::Instant;

/// A thread that sleeps, and the flag that says it must not.
///
/// `std` already gives each thread a token: `unpark` leaves it, `park` takes it or waits for it.
/// The token alone is not enough here. A future may park and unpark the same thread for purposes
/// of its own and so take a token that was left for us. The flag is ours: a wake first raises the
/// flag, then leaves the token, and only a raised flag ends the sleep.
///
/// ```text
/// unpark:  flag = true;  leave the token
/// park:    until the flag was true (and is false now):  wait for the token
/// ```
///
/// If `park` reads the flag too early, the token comes after that read, and the wait ends at once.
#[derive(Debug)]
pub(crate) struct Parker {
    notified: AtomicBool,
    token: Token,
}

impl Parker {
    /// A parker on which `thread` will sleep.
    pub(crate) fn new(thread: Thread) -> Self {
        Self { notified: AtomicBool::new(false), token: Token::of(thread) }
    }

    // ANCHOR: park
    /// Sleep until [`unpark`](Self::unpark); not at all if it came since the last sleep.
    pub(crate) fn park(&self) {
        debug_assert!(self.is_current());
        // Acquire: pairs with the Release in `unpark`, whatever was done before it is seen now.
        while !self.notified.swap(false, Acquire) {
            self.token.park();
        }
    }
    // ANCHOR_END: park

    /// The same, until `deadline` at the latest.
    pub(crate) fn park_until(&self, deadline: Instant) {
        debug_assert!(self.is_current());
        // Acquire: pairs with the Release in `unpark`.
        while !self.notified.swap(false, Acquire) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            self.token.park_timeout(left);
        }
    }

    /// Leave the thread's token and take it, as a future may do that parks.
    #[cfg(loom)]
    pub(crate) fn waste_token(&self) {
        self.token.unpark();
        self.token.park();
    }

    // ANCHOR: unpark
    /// End the sleep, or the next one.
    pub(crate) fn unpark(&self) {
        // Release: pairs with the Acquire in `park`.
        // Whoever found the flag down leaves the token; a second token would change nothing.
        if !self.notified.swap(true, Release) {
            self.token.unpark();
        }
    }
    // ANCHOR_END: unpark

    /// Whether this is the thread that sleeps here.
    pub(crate) fn is_current(&self) -> bool {
        self.token.is_current()
    }
}
