//! The state of a task: one word, and every change of it one atomic operation.

use crate::sync::atomic::{
    AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use std::fmt;

// Said in full, since a test has this file alone.
#[path = "state/table.rs"]
pub mod table;

// ANCHOR: bits
/// A run is to come: it polls the future.
const SCHEDULED: usize = 1 << 0;

/// The task is in the run queue, on its way there, or being run: whoever sets this bit pushes it.
/// Whoever runs it has the stage to itself, and if it was scheduled again when the poll is over,
/// pushes it and leaves the bit set.
const ACTIVE: usize = 1 << 1;

/// The future is gone and will not run again; `ACTIVE` stays set. If `HANDLE` was set when this bit
/// came, the result belongs to the `Task`; if not, to the executor.
const COMPLETED: usize = 1 << 2;

/// The next run drops the future instead of polling it.
const CANCELLED: usize = 1 << 3;

/// There is a `Task` that can ask for the result. Once cleared, never set again.
const HANDLE: usize = 1 << 4;

/// The awaiter's slot holds a waker and belongs to the executor, which wakes it on completion.
/// While this bit is clear, the slot belongs to the `Task`.
const AWAITER: usize = 1 << 5;

/// One reference: the rest of the word counts the pointers that keep the allocation alive. They are
/// the `Task`'s, one for each waker, and the executor's, which it keeps until completion.
const REFERENCE: usize = 1 << 6;
// ANCHOR_END: bits

/// See the [module's documentation](super) for who may do what, when.
pub(crate) struct State(AtomicUsize);

/// What the executor learns when it completes a task.
#[derive(Debug)]
pub(super) struct Completion {
    /// The result belongs to the `Task`.
    pub(super) has_handle: bool,
    /// There is a waker in the slot, and it is the executor's to take.
    pub(super) has_awaiter: bool,
}

impl State {
    /// A new task, about to be pushed: one reference for the `Task`, one for the executor.
    pub(super) fn new() -> Self {
        Self(AtomicUsize::new(SCHEDULED | ACTIVE | HANDLE | (2 * REFERENCE)))
    }

    // ANCHOR: schedule
    /// Wake. `true`: the caller must push the task.
    ///
    /// The bits are set again even if they are there already. That looks idle, but it is what makes the
    /// caller's writes visible to the poll that follows.
    pub(super) fn schedule(&self) -> bool {
        // AcqRel: Release pairs with the Acquire in `start`, and so what was written before the wake is
        // seen by the poll after it; Acquire with the Release in `pause`, after which the queue's link
        // is free to be written.
        self.0.fetch_or(SCHEDULED | ACTIVE, AcqRel) & ACTIVE == 0
    }
    // ANCHOR_END: schedule

    // ANCHOR: run
    /// The executor took the task out of the queue and begins a run. `true`: it was cancelled.
    pub(super) fn start(&self) -> bool {
        // Acquire: pairs with the Release in `schedule` and `cancel`. Nothing is released: nobody may
        // do anything for having seen SCHEDULED go.
        let before = self.0.fetch_and(!SCHEDULED, Acquire);
        debug_assert_eq!(before & (SCHEDULED | ACTIVE | COMPLETED), SCHEDULED | ACTIVE);
        before & CANCELLED != 0
    }

    /// The poll is over, the future is not. `true`: it was woken meanwhile and must be pushed.
    pub(super) fn pause(&self) -> bool {
        // Release: pairs with the Acquire in `schedule` and `cancel`. Relaxed where it was woken: nothing
        // has changed, the queue hands on what this run has written, and `start` acquires the rest.
        let pause = |word| (word & SCHEDULED == 0).then_some(word & !ACTIVE);
        self.0.fetch_update(Release, Relaxed, pause).is_err()
    }
    // ANCHOR_END: run

    /// The executor ends and takes the task, wherever it is, so that nobody pushes it any more.
    pub(super) fn seize(&self) {
        // Acquire: as in `start`.
        let before = self.0.fetch_or(ACTIVE, Acquire);
        debug_assert_eq!(before & COMPLETED, 0);
    }

    /// The result is in its place.
    pub(super) fn complete(&self) -> Completion {
        // AcqRel: Release pairs with the Acquire in `is_completed`, `claim_slot`, `publish_slot` and
        // `release_handle`, through which the `Task` comes to the result; Acquire pairs with the
        // Release in `publish_slot`, through which the executor comes to the waker.
        let before = self.0.fetch_or(COMPLETED, AcqRel);
        debug_assert_eq!(before & (ACTIVE | COMPLETED), ACTIVE);
        Completion { has_handle: before & HANDLE != 0, has_awaiter: before & AWAITER != 0 }
    }

    // ANCHOR: cancel
    /// Ask for the end. `true`: the caller must push the task, to be dropped.
    pub(super) fn cancel(&self) -> bool {
        // AcqRel: as in `schedule`.
        self.0.fetch_or(CANCELLED | SCHEDULED | ACTIVE, AcqRel) & ACTIVE == 0
    }
    // ANCHOR_END: cancel

    pub(super) fn is_completed(&self) -> bool {
        // Acquire: pairs with the Release in `complete`.
        self.0.load(Acquire) & COMPLETED != 0
    }

    /// The `Task` takes the awaiter's slot back. `false`: the task is completed, the slot may be the
    /// executor's, and the result is there.
    pub(super) fn claim_slot(&self) -> bool {
        // Acquire: pairs with the Release in `complete`. The slot is given with `publish_slot`.
        self.0.fetch_and(!AWAITER, Acquire) & COMPLETED == 0
    }

    /// The `Task` gives the slot, with a waker in it, to the executor. `false`: the task is
    /// completed; nobody will look at the slot, which stays the `Task`'s, and the result is there.
    pub(super) fn publish_slot(&self) -> bool {
        // AcqRel: Release and Acquire pair with those in `complete`.
        self.0.fetch_or(AWAITER, AcqRel) & COMPLETED == 0
    }

    /// The `Task` goes. `true`: the task is completed, and the result is there, still the `Task`'s.
    /// `false`: it is not, and the slot is the `Task`'s again.
    pub(super) fn release_handle(&self) -> bool {
        // Acquire: pairs with the Release in `complete`. Nothing is released: the executor, if it
        // finds HANDLE gone, takes nothing over that the `Task` has written.
        self.0.fetch_and(!(HANDLE | AWAITER), Acquire) & COMPLETED != 0
    }

    /// One more reference.
    pub(super) fn add_reference(&self) {
        // Relaxed: the caller's reference keeps the task alive, and a new one publishes nothing.
        let before = self.0.fetch_add(REFERENCE, Relaxed);
        if before > isize::MAX as usize {
            // Somebody forgets wakers in a loop. A wrapped counter would free too early.
            std::process::abort();
        }
    }

    /// One reference less. `true`: it was the last.
    pub(super) fn drop_reference(&self) -> bool {
        // AcqRel: the Release half pairs with the Acquire half of the last of these, so that every
        // use of the task comes before its end.
        self.0.fetch_sub(REFERENCE, AcqRel) / REFERENCE == 1
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Relaxed: nothing is concluded from it.
        let word = self.0.load(Relaxed);
        let mut set = f.debug_set();
        for (bit, name) in table::NAMES {
            if word & bit != 0 {
                set.entry(&format_args!("{name}"));
            }
        }
        set.entry(&format_args!("{} references", word / REFERENCE)).finish()
    }
}
