//! What the wakers of a simulation's tasks know of it.

use super::error::{SimulationError, Waiting};
use super::random::Random;
use crate::driver::Driver;
use crate::sync::{Mutex, lock, thread};
use crate::task::TaskPtr;
use crate::waker::DriverRef;
use std::collections::HashMap;
use std::panic::Location;
use std::time::{Duration, Instant};

/// The ready tasks, the seeded choice among them, and the virtual time.
pub(crate) struct World {
    seed: u64,
    start: Instant,
    /// Its parker says which thread the simulation belongs to; nobody sleeps on it.
    driver: DriverRef,
    /// No code of others runs under this lock.
    state: Mutex<State>,
}

/// Invariants:
///
/// 1. `tasks` has every task that was spawned and is not completed; so all of them are alive.
/// 2. `ready` has those of them that were pushed and not chosen since.
struct State {
    ready: Vec<TaskPtr>,
    tasks: HashMap<TaskPtr, Waiting>,
    random: Random,
    spawned: u32,
    trace: Vec<u32>,
    /// Another thread was here, for the task of that number.
    intruded: Option<u32>,
    closed: bool,
}

// SAFETY: the pointers are to headers, which may be used from any thread.
unsafe impl Send for State {}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let state = State {
            ready: Vec::new(),
            tasks: HashMap::new(),
            random: Random::new(seed),
            spawned: 0,
            trace: Vec::new(),
            intruded: None,
            closed: false,
        };
        let driver = DriverRef::with(Driver::with_virtual_clock(thread::current()));
        Self { seed, start: driver.timers.now(), driver, state: Mutex::new(state) }
    }

    pub(crate) fn driver(&self) -> &DriverRef {
        &self.driver
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    pub(super) fn now(&self) -> Instant {
        self.driver.timers.now()
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.now() - self.start
    }

    pub(super) fn trace(&self) -> Vec<u32> {
        lock(&self.state).trace.clone()
    }

    /// Make `task` ready. `false`: the simulation has ended, or this is not its thread.
    ///
    /// # Safety
    ///
    /// As for [`Scheduler::push`](crate::scheduler::Scheduler::push).
    pub(crate) unsafe fn push(&self, task: TaskPtr) -> bool {
        let state = &mut *lock(&self.state);
        if !self.driver.parker.is_current() {
            let number = state.tasks.get(&task).map(|task| task.number);
            state.intruded = state.intruded.or(number);
            return false;
        }
        if !state.closed {
            state.ready.push(task);
        }
        !state.closed
    }

    /// Give a new task its number, and make it ready. `false`: the simulation has ended.
    ///
    /// # Safety
    ///
    /// As for [`Scheduler::push`](crate::scheduler::Scheduler::push), on the simulation's thread.
    pub(super) unsafe fn spawn(
        &self,
        task: TaskPtr,
        spawned_at: &'static Location<'static>,
    ) -> bool {
        let mut state = lock(&self.state);
        if !state.closed {
            let number = state.spawned;
            state.spawned = number.wrapping_add(1);
            state.tasks.insert(task, Waiting { number, spawned_at });
            state.ready.push(task);
        }
        !state.closed
    }

    // ANCHOR: choose
    /// The next task to run, as the seed will have it. `None`: no task is ready.
    pub(super) fn choose(&self) -> Result<Option<TaskPtr>, SimulationError> {
        let state = &mut *lock(&self.state);
        if let Some(number) = state.intruded {
            return Err(SimulationError::OtherThread { seed: self.seed, number });
        }
        if state.ready.is_empty() {
            return Ok(None);
        }
        let task = state.ready.swap_remove(state.random.below(state.ready.len()));
        state.trace.extend(state.tasks.get(&task).map(|task| task.number));
        Ok(Some(task))
    }
    // ANCHOR_END: choose

    // ANCHOR: pass-time
    /// Let time pass until the next deadline.
    pub(super) fn pass_time(&self) -> Result<(), SimulationError> {
        let timers = &self.driver.timers;
        let Some(deadline) = timers.next_deadline() else { return Err(self.deadlock()) };
        timers.advance_to(deadline);
        timers.fire(deadline);
        Ok(())
    }
    // ANCHOR_END: pass-time

    fn deadlock(&self) -> SimulationError {
        let mut waiting: Vec<_> = lock(&self.state).tasks.values().cloned().collect();
        waiting.sort_unstable_by_key(|task| task.number);
        SimulationError::Deadlock { seed: self.seed, elapsed: self.elapsed(), waiting }
    }

    /// Whether all tasks have ended.
    pub(super) fn is_finished(&self) -> bool {
        lock(&self.state).tasks.is_empty()
    }

    /// A task is completed.
    pub(super) fn forget(&self, task: TaskPtr) {
        lock(&self.state).tasks.remove(&task);
    }

    /// A task will not run again, though it is not completed.
    pub(super) fn withdraw(&self, task: TaskPtr) {
        let mut state = lock(&self.state);
        state.tasks.remove(&task);
        state.ready.retain(|ready| *ready != task);
    }

    /// Accept no task any more. Those that are left, in the order in which they were spawned.
    pub(super) fn close(&self) -> Vec<TaskPtr> {
        let mut state = lock(&self.state);
        state.closed = true;
        state.ready.clear();
        let mut left: Vec<_> = state.tasks.drain().collect();
        left.sort_unstable_by_key(|(_, task)| task.number);
        left.into_iter().map(|(task, _)| task).collect()
    }
}
