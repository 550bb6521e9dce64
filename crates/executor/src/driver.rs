//! What a thread that polls futures sleeps on: a parker, and the timers that end its sleep.

use crate::parker::Parker;
use crate::sync::thread::Thread;
use crate::timer::Timers;
use std::time::Instant;

/// A [`Parker`] and the [`Timers`] that its thread fires between two sleeps.
///
/// There is one for each `block_on`, one for each `Executor`, and one for the thread that serves
/// futures on executors of others.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) parker: Parker,
    pub(crate) timers: Timers,
}

impl Driver {
    pub(crate) fn new(thread: Thread) -> Self {
        Self { parker: Parker::new(thread), timers: Timers::new() }
    }

    /// Fire what is due, then sleep until the next deadline or the next wake, then fire again.
    pub(crate) fn wait(&self) {
        match self.fire() {
            None => self.parker.park(),
            Some(deadline) => {
                self.parker.park_until(deadline);
                self.fire();
            }
        }
    }

    /// Wake the futures whose deadline has passed, and say when the next one comes.
    pub(crate) fn fire(&self) -> Option<Instant> {
        if self.timers.is_empty() { None } else { self.timers.fire(Instant::now()) }
    }
}
