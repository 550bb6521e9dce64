//! Putting a thread to sleep without losing a wake.

use crate::sync::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};
use crate::sync::{Token, thread::Thread};
use std::time::Instant;

/// A thread that sleeps, and a word that says whether it must not.
///
/// `std` already gives each thread a token: `unpark` leaves it, `park` takes it or waits for it.
/// The token alone is not enough here. A future may park and unpark the same thread for purposes
/// of its own and so take a token that was left for us. The word is ours: only a wake that stands
/// in it ends the sleep. And only when it says that the thread is asleep is a token left, which would
/// cost more than the word.
///
/// ```text
/// unpark:  before = word;  word = WOKEN;  if before was ASLEEP, leave the token
/// park:    if the word was not WOKEN:  word = ASLEEP, and wait for tokens until it is WOKEN
///          word = AWAKE
/// ```
#[derive(Debug)]
pub(crate) struct Parker {
    word: AtomicU8,
    token: Token,
}

/// [`Parker::word`]: the thread does not sleep, and nobody has woken it.
const AWAKE: u8 = 0;
/// It sleeps, or is about to.
const ASLEEP: u8 = 1;
/// Somebody has woken it: the sleep ends, or the next one does not begin.
const WOKEN: u8 = 2;
/// It sleeps, or is about to, but not here.
const ELSEWHERE: u8 = 3;

impl Parker {
    /// A parker on which `thread` will sleep.
    pub(crate) fn new(thread: Thread) -> Self {
        Self { word: AtomicU8::new(AWAKE), token: Token::of(thread) }
    }

    // ANCHOR: park
    /// Sleep until [`unpark`](Self::unpark); not at all if it came since the last sleep.
    pub(crate) fn park(&self) {
        debug_assert!(self.is_current());
        if self.fall_asleep() {
            while !self.was_woken() {
                self.token.park();
            }
        }
    }

    /// `false`: somebody has woken the thread already, and that is used up now.
    fn fall_asleep(&self) -> bool {
        // Relaxed: if it is another value by now, the exchange sees it. Acquire: pairs with the Release in `unpark`.
        if self.word.load(Relaxed) == AWAKE
            && self.word.compare_exchange(AWAKE, ASLEEP, Acquire, Relaxed).is_ok()
        {
            return true;
        }
        // It is WOKEN: this thread alone writes the other two.
        self.word.swap(AWAKE, Acquire);
        false
    }

    /// Whether somebody has woken the thread. If so, that is used up now.
    fn was_woken(&self) -> bool {
        // Acquire: pairs with the Release in `unpark`, whatever was done before it is seen now.
        self.word.compare_exchange(WOKEN, AWAKE, Acquire, Relaxed).is_ok()
    }
    // ANCHOR_END: park

    /// The same, until `deadline` at the latest.
    pub(crate) fn park_until(&self, deadline: Instant) {
        debug_assert!(self.is_current());
        if !self.fall_asleep() {
            return;
        }
        while !self.was_woken() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                // Acquire: if somebody has woken it by now, as in `was_woken`.
                self.word.swap(AWAKE, Acquire);
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

    /// Sleep in `wait`, which [`end_sleep`](Self::end_sleep) leaves to its caller to end.
    pub(crate) fn sleep_in(&self, wait: impl FnOnce()) {
        // Acquire: pairs with the Release in `end_sleep`, as does the other one.
        if self.word.compare_exchange(AWAKE, ELSEWHERE, Acquire, Acquire).is_ok() {
            wait();
        }
        self.word.swap(AWAKE, Acquire);
    }

    // ANCHOR: unpark
    /// End the sleep, or the next one.
    pub(crate) fn unpark(&self) {
        let elsewhere = self.end_sleep();
        debug_assert!(!elsewhere, "only a pool's workers sleep elsewhere");
    }

    /// The same. `true`: the thread sleeps [elsewhere](Self::sleep_in), and the caller must end that.
    pub(crate) fn end_sleep(&self) -> bool {
        // Release: pairs with the Acquire in `park`.
        match self.word.swap(WOKEN, Release) {
            ASLEEP => self.token.unpark(),
            before => return before == ELSEWHERE,
        }
        false
    }
    // ANCHOR_END: unpark

    /// Whether this is the thread that sleeps here.
    pub(crate) fn is_current(&self) -> bool {
        self.token.is_current()
    }
}
