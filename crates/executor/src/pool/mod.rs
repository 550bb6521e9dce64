//! Threads that run tasks together.
//!
//! ```text
//!              spawn and wake, from other threads
//!                          │
//!                          ▼
//!                 ┌─────────────────┐
//!                 │ injection queues│  one for each priority
//!                 └───┬─────────┬───┘
//!        in batches   │         │
//!                     ▼         ▼
//!  spawn and    ┌───────┐     ┌───────┐
//!  wake by ────►│ rings │◄────┤ rings │◄──── spawn and wake by its own tasks
//!  its own      └───┬───┘steal└───┬───┘
//!  tasks            ▼             ▼
//!               worker 0      worker 1
//! ```
//!
//! A worker runs what is in its own rings, in order; then what was pushed from outside; then it steals half of
//! what another one has. If there is nothing anywhere it sleeps. [`idle`] says how no wake is lost over
//! that, [`worker`] how a worker chooses, and [`ending`](Pool::end) how all of it ends.

mod idle;
mod seat;
mod worker;

pub(crate) use worker::{Worker, put_into_stock, take_from_stock};

use crate::inject::Inject;
use crate::pool::idle::Idle;
use crate::pool::seat::Seat;
use crate::sync::atomic::{
    AtomicU8, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, SeqCst},
    fence,
};
use crate::sync::lock;
use crate::sync::thread::Thread;
use crate::task::header::{self, Listed};
use crate::task::{Header, Priority, TaskPtr};
use crate::timer::Timers;

/// What the workers share with each other and with everybody who spawns or wakes.
///
/// Invariants:
///
/// 1. A task that is not completed is being run; or in one ring or injection queue, once; or in the list that
///    its header names, or in both of these; or with a thread that is about to push it.
/// 2. The injection queues are closed by the last worker, when it ends, and never opened again.
pub(crate) struct Pool {
    inject: [Inject<Header>; 3],
    seats: Box<[Seat]>,
    idle: Idle,
    timers: Timers,
    /// The number of the worker that sleeps until the next deadline, plus 1; 0: there is none.
    keeper: AtomicUsize,
    ending: AtomicU8,
    /// How many workers have not ended.
    working: AtomicUsize,
    /// How many tasks threads that are no workers have spawned.
    spawned_outside: AtomicUsize,
    /// How many of them met closed queues, and how many were left when the pool ended.
    ended_outside: AtomicUsize,
    /// How many tasks were left when the pool ended.
    left: AtomicUsize,
}

/// [`Pool::ending`]: go on.
const RUN: u8 = 0;
/// End when there is no task left.
pub(crate) const FINISH: u8 = 1;
/// Drop all tasks and end.
pub(crate) const STOP: u8 = 2;

impl Pool {
    /// A pool whose workers will run on these threads, in this order.
    pub(crate) fn new(threads: impl IntoIterator<Item = Thread>) -> Self {
        let seats: Box<[Seat]> = threads.into_iter().map(Seat::new).collect();
        Self {
            inject: [Inject::new(), Inject::new(), Inject::new()],
            idle: Idle::new(seats.len()),
            timers: Timers::new(),
            keeper: AtomicUsize::new(0),
            ending: AtomicU8::new(RUN),
            working: AtomicUsize::new(seats.len()),
            spawned_outside: AtomicUsize::new(0),
            ended_outside: AtomicUsize::new(0),
            left: AtomicUsize::new(0),
            seats,
        }
    }

    pub(crate) fn timers(&self) -> &Timers {
        &self.timers
    }

    /// A timer was left that is earlier than all others.
    pub(crate) fn rouse_keeper(&self) {
        // Who is about to become the keeper does so first and then asks the timers, which are under a lock, for
        // the next deadline. So either it sees the new one or we see it.
        match self.keeper.load(SeqCst).checked_sub(1) {
            Some(keeper) => self.unpark(keeper),
            // Nobody sleeps for the timers: whoever is awake will look at them before it sleeps. But it may be
            // long at its task, so somebody who is asleep had better.
            None => self.notify(),
        }
    }

    fn unpark(&self, worker: usize) {
        if let Some(seat) = self.seats.get(worker) {
            seat.parker.unpark();
        }
    }

    // ANCHOR: push
    /// Push `task`, and see to it that a worker runs it. `false`: the pool has ended.
    ///
    /// # Safety
    ///
    /// As for [`Scheduler::push`](crate::scheduler::Scheduler::push).
    pub(crate) unsafe fn push(&self, task: TaskPtr) -> bool {
        // SAFETY: the caller's promise.
        if unsafe { worker::push(self, task) } {
            return true;
        }
        // SAFETY: the caller's reference.
        let priority = unsafe { task.as_ref() }.priority();
        // From the push on, a worker may run the task, and end, and everyone else may let go of `self`. What
        // keeps it here is the caller's reference to the task.
        // SAFETY: the caller may push the task.
        let pushed = unsafe { self.inject[priority.index()].push(task) };
        if pushed {
            self.notify();
        }
        pushed
    }
    // ANCHOR_END: push

    /// Something was pushed: wake a worker, if one is asleep and none is looking for work already.
    fn notify(&self) {
        if let Some(worker) = self.idle.wake(&self.keeper) {
            self.unpark(worker);
        }
    }

    /// Count a task that is about to be spawned.
    pub(crate) fn count_spawn(&self) {
        if !worker::count_spawn(self) {
            // Relaxed: the push that follows publishes it.
            self.spawned_outside.fetch_add(1, Relaxed);
        }
    }

    /// Count a task that was refused.
    pub(crate) fn count_refused(&self) {
        self.ended_outside.fetch_add(1, Relaxed);
    }

    /// Tell the workers to end.
    pub(crate) fn end(&self, how: u8) {
        // SeqCst: pairs with the look at `ending` in `Worker::sleep`, which comes after the worker has said
        // that it sleeps, in the same way as a push does.
        self.ending.fetch_max(how, SeqCst);
        for seat in &self.seats {
            seat.parker.unpark();
        }
    }

    fn ending(&self) -> u8 {
        self.ending.load(SeqCst)
    }

    /// Whether new tasks are welcome.
    pub(crate) fn is_open(&self) -> bool {
        // Relaxed: who spawns while the executor is being ended does not know which came first.
        self.ending.load(Relaxed) == RUN
    }

    // ANCHOR: is_finished
    /// Whether all tasks that were spawned have ended, when no worker runs one.
    ///
    /// The tasks that ended are counted first. So what they had spawned is among the spawned ones: a worker
    /// counts a spawn before it pushes the task, and whoever ends it does so after. If both sums are the same,
    /// no task was left when the second count began.
    fn is_finished(&self) -> bool {
        // Whoever ends a task and whoever asks does so before and after such a fence: of two workers that end
        // the last two tasks at once, one sees what the other has counted.
        fence(SeqCst);
        let ended = self.ended_outside.load(Acquire)
            + self.seats.iter().map(|seat| seat.counts.ended.load(Acquire)).sum::<usize>();
        let spawned = self.spawned_outside.load(Acquire)
            + self.seats.iter().map(|seat| seat.counts.spawned.load(Acquire)).sum::<usize>();
        ended == spawned
    }
    // ANCHOR_END: is_finished

    /// Whether there is something to run.
    fn has_work(&self) -> bool {
        self.inject.iter().any(|queue| !queue.is_empty())
            || self.seats.iter().any(|seat| seat.rings.iter().any(|ring| !ring.is_empty()))
    }

    /// A worker has ended. The last one drops every task that is left.
    fn leave(&self) {
        // AcqRel: the last one to leave sees what the others did.
        if self.working.fetch_sub(1, AcqRel) != 1 {
            return;
        }
        let mut left = 0;
        for queue in &self.inject {
            for task in queue.close() {
                // SAFETY: it was in a queue, so it is not completed, and no worker is left to run it.
                unsafe { self.list(task) };
            }
        }
        for ring in self.seats.iter().flat_map(|seat| &seat.rings) {
            // SAFETY: the owner has left, so we are in its place.
            while let Some(task) = unsafe { ring.pop() } {
                // SAFETY: as above.
                unsafe { self.list(task) };
            }
        }
        for (number, seat) in self.seats.iter().enumerate() {
            loop {
                // The lock is not held while a future is dropped.
                let Some(task) = lock(&seat.tasks).pop() else { break };
                left += 1;
                // SAFETY: it was in a list, so it is not completed; no worker is left, and the queues are closed
                // and empty.
                let listed = unsafe { header::seize(task) };
                debug_assert_eq!(listed.number(), Some(number));
                // SAFETY: the executor's reference, and its last use.
                unsafe { header::drop_reference(task) };
            }
        }
        self.left.store(left, Relaxed);
        self.timers.clear();
    }

    /// Put a task into the first list, if it is in none.
    ///
    /// # Safety
    ///
    /// The task is not completed, and no worker is left to run it.
    unsafe fn list(&self, task: TaskPtr) {
        // SAFETY: not completed, so the executor's reference is there; and nobody else may set RUNNING, so `list` is
        // ours.
        unsafe {
            task.as_ref().list_in(|| {
                lock(&self.seats[0].tasks).insert(task);
                Listed::at(0)
            })
        };
    }

    pub(crate) fn workers(&self) -> usize {
        self.seats.len()
    }

    /// Whether this thread is one of the workers.
    pub(crate) fn is_current(&self) -> bool {
        worker::is_current(self)
    }

    /// How many tasks were left when the pool ended.
    pub(crate) fn left(&self) -> usize {
        self.left.load(Relaxed)
    }
}

/// Each priority's place.
const _: () = {
    let mut place = 0;
    while place < Priority::ALL.len() {
        assert!(Priority::ALL[place].index() == place);
        place += 1;
    }
};
