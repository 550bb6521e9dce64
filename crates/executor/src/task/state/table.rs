//! Every step that a task's state can take, as a table: the book draws it, and the test below
//! compares it with what the operations of `State` do.

use super::{ACTIVE, AWAITER, CANCELLED, COMPLETED, HANDLE, SCHEDULED};

/// An operation of the state that changes its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// A waker is woken.
    Schedule,
    /// A run begins.
    Start,
    /// A poll is over, the future is not.
    Pause,
    /// An executor that ends takes the task.
    Seize,
    /// The result is in its place.
    Complete,
    /// The `Task` asks for the end.
    Cancel,
    /// The `Task` takes the awaiter's slot back.
    ClaimSlot,
    /// The `Task` gives the slot, with a waker in it.
    PublishSlot,
    /// The `Task` goes.
    ReleaseHandle,
}
use Operation::{
    Cancel, ClaimSlot, Complete, Pause, PublishSlot, ReleaseHandle, Schedule, Seize, Start,
};

/// A step: the operation takes the bits `from` to the bits `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// The bits before.
    pub from: usize,
    /// What is done.
    pub operation: Operation,
    /// The bits after.
    pub to: usize,
    /// Whether who did it must push the task now.
    pub push: bool,
}

/// A step after which nobody pushes.
const fn step(from: usize, operation: Operation, to: usize) -> Step {
    Step { from, operation, to, push: false }
}

/// A step after which the task must be pushed.
const fn push(from: usize, operation: Operation, to: usize) -> Step {
    Step { from, operation, to, push: true }
}

/// The bits that say where a task is.
pub const PLACE: usize = SCHEDULED | ACTIVE | COMPLETED | CANCELLED;

/// Where a new task is.
pub const FIRST_PLACE: usize = SCHEDULED | ACTIVE;

/// Every step from place to place.
pub const PLACES: &[Step] = {
    const S: usize = SCHEDULED;
    const A: usize = ACTIVE;
    const C: usize = COMPLETED;
    const X: usize = CANCELLED;
    &[
        push(0, Schedule, A | S),
        step(A, Schedule, A | S),
        step(A | S, Schedule, A | S),
        step(A | C, Schedule, A | C | S),
        step(A | C | S, Schedule, A | C | S),
        step(X | A, Schedule, X | A | S),
        step(X | A | S, Schedule, X | A | S),
        step(X | A | C, Schedule, X | A | C | S),
        step(X | A | C | S, Schedule, X | A | C | S),
        push(0, Cancel, X | A | S),
        step(A, Cancel, X | A | S),
        step(A | S, Cancel, X | A | S),
        step(A | C, Cancel, X | A | C | S),
        step(A | C | S, Cancel, X | A | C | S),
        step(X | A, Cancel, X | A | S),
        step(X | A | S, Cancel, X | A | S),
        step(X | A | C, Cancel, X | A | C | S),
        step(X | A | C | S, Cancel, X | A | C | S),
        step(A | S, Start, A),
        step(X | A | S, Start, X | A),
        step(A, Pause, 0),
        push(A | S, Pause, A | S),
        push(X | A | S, Pause, X | A | S),
        step(A, Complete, A | C),
        step(A | S, Complete, A | C | S),
        step(X | A, Complete, X | A | C),
        step(X | A | S, Complete, X | A | C | S),
        step(0, Seize, A),
        step(A | S, Seize, A | S),
        step(X | A | S, Seize, X | A | S),
    ]
};

/// The bits that say whose the result and the awaiter's slot are.
pub const OWNER: usize = HANDLE | AWAITER | COMPLETED;

/// What a new task begins with.
pub const FIRST_OWNER: usize = HANDLE;

/// Every step from owner to owner.
pub const OWNERS: &[Step] = {
    const H: usize = HANDLE;
    const A: usize = AWAITER;
    const C: usize = COMPLETED;
    &[
        step(H, ClaimSlot, H),
        step(H | A, ClaimSlot, H),
        step(H | C, ClaimSlot, H | C),
        step(H | A | C, ClaimSlot, H | C),
        step(H, PublishSlot, H | A),
        step(H | C, PublishSlot, H | A | C),
        step(H, ReleaseHandle, 0),
        step(H | A, ReleaseHandle, 0),
        step(H | C, ReleaseHandle, C),
        step(H | A | C, ReleaseHandle, C),
        step(H, Complete, H | C),
        step(H | A, Complete, H | A | C),
        step(0, Complete, C),
    ]
};

/// The bits and what they are called.
pub const NAMES: [(usize, &str); 6] = [
    (SCHEDULED, "scheduled"),
    (ACTIVE, "active"),
    (COMPLETED, "completed"),
    (CANCELLED, "cancelled"),
    (HANDLE, "handle"),
    (AWAITER, "awaiter"),
];

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use crate::task::state::{REFERENCE, State};
    use std::collections::BTreeSet;

    const ALL: [Operation; 9] =
        [Schedule, Start, Pause, Seize, Complete, Cancel, ClaimSlot, PublishSlot, ReleaseHandle];

    /// What whoever has the right to the next operation knows beside the bits.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    struct Situation {
        bits: usize,
        /// Somebody runs the task, and is not just about to push it.
        runs: bool,
        /// That run drops the future.
        drops: bool,
        /// The `Task` has claimed the slot, and not yet published it.
        claimed: bool,
    }

    impl Situation {
        fn has(self, bits: usize) -> bool {
            self.bits & bits == bits
        }

        fn lacks(self, bits: usize) -> bool {
            self.bits & bits == 0
        }

        /// Whether somebody may do this now: the rules in `task/mod.rs`.
        fn allows(self, operation: Operation) -> bool {
            match operation {
                Schedule => true,
                Start => !self.runs && self.has(ACTIVE) && self.lacks(COMPLETED),
                Pause => self.runs && !self.drops,
                Seize => !self.runs && self.lacks(COMPLETED),
                Complete => self.runs,
                Cancel | ClaimSlot | ReleaseHandle => self.has(HANDLE) && !self.claimed,
                PublishSlot => self.claimed,
            }
        }

        /// What the real operation makes of it, and whether it says that the task must be pushed.
        fn after(self, operation: Operation) -> (Self, bool) {
            let state = State(AtomicUsize::new(self.bits | (3 * REFERENCE)));
            let mut next = self;
            let mut push = false;
            match operation {
                Schedule => push = state.schedule(),
                Start => (next.runs, next.drops) = (true, state.start()),
                Pause => (next.runs, push) = (false, state.pause()),
                Seize => {
                    state.seize();
                    (next.runs, next.drops) = (true, true);
                }
                Complete => {
                    state.complete();
                    (next.runs, next.drops) = (false, false);
                }
                Cancel => push = state.cancel(),
                ClaimSlot => next.claimed = state.claim_slot(),
                PublishSlot => {
                    state.publish_slot();
                    next.claimed = false;
                }
                ReleaseHandle => {
                    state.release_handle();
                }
            }
            let word = state.0.load(Relaxed);
            assert_eq!(word / REFERENCE, 3, "no bit of {operation:?} runs into the count");
            next.bits = word % REFERENCE;
            (next, push)
        }
    }

    /// Every step that can come about from a new task on.
    fn reached() -> Vec<Step> {
        let new = State::new().0.load(Relaxed) % REFERENCE;
        let mut todo = vec![Situation { bits: new, runs: false, drops: false, claimed: false }];
        let mut seen = BTreeSet::from_iter(todo.iter().copied());
        let mut steps = Vec::new();
        while let Some(situation) = todo.pop() {
            for operation in ALL.into_iter().filter(|it| situation.allows(*it)) {
                let (next, push) = situation.after(operation);
                steps.push(Step { from: situation.bits, operation, to: next.bits, push });
                if seen.insert(next) {
                    todo.push(next);
                }
            }
        }
        steps
    }

    /// The table has each step that comes about, as far as it touches `bits`, and no other.
    fn check(bits: usize, operations: &[Operation], first: usize, table: &[Step]) {
        assert_eq!(State::new().0.load(Relaxed) & bits, first);
        let expected = BTreeSet::from_iter(table.iter().copied());
        assert_eq!(expected.len(), table.len(), "a step is there twice");
        let reached = reached().into_iter();
        let (ours, others): (Vec<_>, Vec<_>) =
            reached.partition(|step| operations.contains(&step.operation));
        for step in others {
            assert_eq!(step.from & bits, step.to & bits, "{step:?} is in another table");
        }
        let reached = ours
            .into_iter()
            .map(|step| Step { from: step.from & bits, to: step.to & bits, ..step })
            .collect::<BTreeSet<_>>();
        let missing: Vec<_> = reached.difference(&expected).collect();
        let never: Vec<_> = expected.difference(&reached).collect();
        assert!(missing.is_empty() && never.is_empty(), "not in it: {missing:?}; never: {never:?}");
    }

    #[test]
    fn the_places_are_those_that_come_about() {
        check(PLACE, &[Schedule, Start, Pause, Seize, Complete, Cancel], FIRST_PLACE, PLACES);
    }

    #[test]
    fn the_owners_are_those_that_come_about() {
        check(OWNER, &[Complete, ClaimSlot, PublishSlot, ReleaseHandle], FIRST_OWNER, OWNERS);
    }
}
