//! How a work knows that all of its tasks have ended.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use futures::task::AtomicWaker;

/// Counts tasks down, and wakes who waits for the last of them.
pub(crate) struct Countdown {
    left: AtomicU64,
    waiting: AtomicWaker,
}

/// The one of the work that is being measured; there is no other at the same time. A task that has
/// to own nothing to reach it is as small as a task can be.
pub(crate) static LEFT: Countdown =
    Countdown { left: AtomicU64::new(0), waiting: AtomicWaker::new() };

impl Countdown {
    /// Wait for so many tasks; nobody else waits.
    pub(crate) fn begin(&self, tasks: u64) {
        // Relaxed: a task is spawned after this, and that makes it visible there.
        self.left.store(tasks, Ordering::Relaxed);
    }

    pub(crate) fn arrive(&self) {
        // AcqRel: the last one to arrive has seen all others; pairs with the Acquire in `all`.
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            // It may come when the next work waits already, which then looks and waits again.
            self.waiting.wake();
        }
    }

    /// Until all have arrived.
    pub(crate) async fn all(&self) {
        poll_fn(|cx| {
            self.waiting.register(cx.waker());
            // Acquire: pairs with the last `arrive`.
            match self.left.load(Ordering::Acquire) {
                0 => Poll::Ready(()),
                _ => Poll::Pending,
            }
        })
        .await;
    }
}
