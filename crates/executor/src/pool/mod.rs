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

pub(crate) mod blocking;
mod idle;
mod seat;
mod worker;

pub(crate) use worker::{Worker, put_into_stock, take_from_stock};

use crate::inject::Inject;
use crate::metrics::{Histogram, Metrics, WorkerMetrics};
use crate::pool::blocking::Blocking;
use crate::pool::idle::Idle;
use crate::pool::seat::Seat;
use crate::reactor::Reactor;
use crate::ring::Ring;
use crate::scheduler::SchedulerRef;
use crate::sync::atomic::{
    AtomicBool, AtomicU8, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, SeqCst},
    fence,
};
use crate::sync::thread::{JoinHandle, Thread};
use crate::sync::{Condvar, Mutex, lock};
use crate::task::header::{self, Listed};
use crate::task::{Header, Priority, TaskPtr};
use crate::timeline::Timeline;
use crate::timer::Timers;
use std::sync::Arc;
use std::time::Instant;

/// What the workers share with each other and with everybody who spawns or wakes.
///
/// Invariants:
///
/// 1. A task that is not completed is being run; or in one ring or injection queue, once; or in the list that
///    its header names, or in both of these; or with a thread that is about to push it.
/// 2. The injection queues are closed by the last worker, when it ends, and never opened again.
pub(crate) struct Pool {
    inject: [Inject<Header>; 3],
    /// How many tasks were pushed to each of them.
    pushed: [AtomicUsize; 3],
    seats: Box<[Seat]>,
    idle: Idle,
    /// The number of the worker that sleeps until the next deadline, plus 1; 0: there is none.
    keeper: AtomicUsize,
    /// Threads for calls that block.
    blocking: Blocking,
    options: Options,
    ending: AtomicU8,
    /// Whether threads that are no workers may spawn.
    open: AtomicBool,
    /// How many workers have not ended.
    working: AtomicUsize,
    /// How many tasks threads that are no workers have spawned.
    spawned_outside: AtomicUsize,
    /// How many tasks have ended elsewhere than on a worker.
    ended_outside: AtomicUsize,
    /// How many tasks were left when the workers had ended.
    left: AtomicUsize,
    /// Whether all workers have ended, and who waits for that.
    ended: (Mutex<bool>, Condvar),
}

/// What a [`Pool`] is told when it is made.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) name: String,
    /// How many threads, at most, run calls that block.
    pub(crate) blocking_threads: usize,
    pub(crate) reactor: Option<Arc<dyn Reactor>>,
    /// Whether polls are timed.
    pub(crate) poll_times: bool,
    pub(crate) timeline: Option<Timeline>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: "executor".to_owned(),
            blocking_threads: 512,
            reactor: None,
            poll_times: false,
            timeline: None,
        }
    }
}

/// [`Pool::ending`]: go on.
const RUN: u8 = 0;
/// End when there is no task left.
pub(crate) const FINISH: u8 = 1;
/// Drop all tasks and end.
pub(crate) const STOP: u8 = 2;

impl Pool {
    /// A pool whose workers will run on these threads, in this order.
    pub(crate) fn new(threads: impl IntoIterator<Item = Thread>, options: Options) -> Self {
        let seats: Box<[Seat]> = threads.into_iter().map(Seat::new).collect();
        Self {
            inject: [Inject::new(), Inject::new(), Inject::new()],
            pushed: std::array::from_fn(|_| AtomicUsize::new(0)),
            idle: Idle::new(seats.len()),
            keeper: AtomicUsize::new(0),
            blocking: Blocking::new(options.blocking_threads, options.name.clone()),
            options,
            ending: AtomicU8::new(RUN),
            open: AtomicBool::new(true),
            working: AtomicUsize::new(seats.len()),
            spawned_outside: AtomicUsize::new(0),
            ended_outside: AtomicUsize::new(0),
            left: AtomicUsize::new(0),
            ended: (Mutex::new(false), Condvar::new()),
            seats,
        }
    }

    /// The number of the timers for a future that is polled on this thread: those of its worker, so that workers do not
    /// wait for each other's lock.
    pub(crate) fn own_timers(&self) -> usize {
        worker::number(self).unwrap_or(0)
    }

    /// The timers of that number, which are as many as there are workers.
    pub(crate) fn timers(&self, number: usize) -> &Timers {
        &self.seats[number].timers
    }

    /// Wake what is due, whoever's timers it is among.
    fn fire(&self) {
        let mut timers =
            self.seats.iter().map(|seat| &seat.timers).filter(|it| !it.is_empty()).peekable();
        if timers.peek().is_some() {
            let now = Instant::now();
            timers.for_each(|timers| timers.fire(now));
        }
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.seats.iter().filter_map(|seat| seat.timers.next_deadline()).min()
    }

    /// A timer was left that is earlier than all others.
    pub(crate) fn rouse_keeper(&self) {
        // Who becomes the keeper does so first and then asks for the next deadline, and has such a fence in between:
        // either it sees the new one or we see it.
        fence(SeqCst);
        match self.keeper.load(SeqCst).checked_sub(1) {
            Some(keeper) => self.unpark(keeper),
            // Nobody sleeps for the timers: whoever is awake will look at them before it sleeps. But it may be
            // long at its task, so somebody who is asleep had better.
            None => self.notify(),
        }
    }

    fn unpark(&self, worker: usize) {
        if let Some(seat) = self.seats.get(worker) {
            self.end_sleep(seat);
        }
    }

    /// Where the keeper sleeps, if it does not park.
    fn reactor(&self) -> Option<&Arc<dyn Reactor>> {
        self.options.reactor.as_ref()
    }

    fn end_sleep(&self, seat: &Seat) {
        if seat.parker.end_sleep()
            && let Some(reactor) = self.reactor()
        {
            reactor.interrupt();
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
        let pushed = unsafe { self.push_injected(priority.index(), task) };
        if pushed {
            self.notify();
        }
        pushed
    }
    // ANCHOR_END: push

    /// Push to an injection queue, and count.
    ///
    /// # Safety
    ///
    /// As for [`Inject::push`].
    unsafe fn push_injected(&self, priority: usize, task: TaskPtr) -> bool {
        // Relaxed, and before the push: a number to look at, which should not be less than what was taken.
        self.pushed[priority].fetch_add(1, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { self.inject[priority].push(task) }
    }

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

    /// Count tasks that ended elsewhere than on a worker.
    pub(crate) fn count_ended_outside(&self, count: usize) {
        // SeqCst: pairs with the fence in `is_finished`: whoever asks there sees this, or is asked to ask again.
        self.ended_outside.fetch_add(count, SeqCst);
        if self.ending() == FINISH {
            self.unpark_all();
        }
    }

    /// Have `task` run by a thread that may block. `false`: the pool has ended, or has no thread for it.
    ///
    /// # Safety
    ///
    /// As for [`Blocking::push`].
    pub(crate) unsafe fn push_blocking(&self, scheduler: &SchedulerRef, task: TaskPtr) -> bool {
        // SAFETY: the caller's promise.
        unsafe { self.blocking.push(scheduler, task) }
    }

    /// Tell the workers to end.
    pub(crate) fn end(&self, how: u8) {
        // SeqCst: pairs with the look at `ending` in `Worker::sleep`, which comes after the worker has said
        // that it sleeps, in the same way as a push does.
        self.ending.fetch_max(how, SeqCst);
        self.unpark_all();
    }

    fn unpark_all(&self) {
        for seat in &self.seats {
            self.end_sleep(seat);
        }
    }

    fn ending(&self) -> u8 {
        self.ending.load(SeqCst)
    }

    /// Whether this thread may spawn.
    pub(crate) fn is_open(&self) -> bool {
        // Relaxed: who spawns while the executor is being ended does not know which came first.
        self.open.load(Relaxed) || self.is_current()
    }

    /// Refuse what threads that are no workers spawn from now on.
    pub(crate) fn close(&self) {
        self.open.store(false, Relaxed);
    }

    /// Whether a task that is spawned now would only be dropped.
    #[cfg(feature = "futures-task")]
    pub(crate) fn has_ended(&self) -> bool {
        // Relaxed: as in `is_open`.
        self.ending.load(Relaxed) == STOP
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
        self.live() == 0
    }

    /// How many tasks were spawned and have not ended; the ended ones are counted first.
    pub(crate) fn live(&self) -> usize {
        let ended = self.ended();
        self.spawned() - ended
    }

    fn ended(&self) -> usize {
        // Acquire, as below: pairs with the Release with which each counts.
        self.ended_outside.load(Acquire)
            + self.seats.iter().map(|seat| seat.counts.ended.load(Acquire)).sum::<usize>()
    }

    fn spawned(&self) -> usize {
        self.spawned_outside.load(Acquire)
            + self.seats.iter().map(|seat| seat.counts.spawned.load(Acquire)).sum::<usize>()
    }
    // ANCHOR_END: is_finished

    /// What there was to do and is.
    pub(crate) fn metrics(&self) -> Metrics {
        // Those that ended first: see `is_finished`.
        let ended = self.ended();
        let spawned = self.spawned();
        let (blocking_running, blocking_waiting) = self.blocking.load();
        let injected = std::array::from_fn(|priority| {
            let taken = |seat: &Seat| seat.counts.taken[priority].load(Relaxed);
            let taken: usize = self.seats.iter().map(taken).sum();
            self.pushed[priority].load(Relaxed).saturating_sub(taken)
        });
        let worker = |seat: &Seat| {
            let counts = &seat.counts;
            let times = || counts.poll_times.each_ref().map(|count| count.load(Relaxed));
            WorkerMetrics {
                polls: counts.polls.load(Relaxed),
                steals: counts.steals.load(Relaxed),
                stolen: counts.stolen.load(Relaxed),
                parks: counts.parks.load(Relaxed),
                queued: seat.rings.each_ref().map(Ring::len),
                poll_times: self.options.poll_times.then(|| Histogram::new(times())),
            }
        };
        Metrics {
            spawned,
            ended,
            injected,
            workers: self.seats.iter().map(worker).collect(),
            blocking_running,
            blocking_waiting,
        }
    }

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
        self.ended_outside.fetch_add(left, Relaxed);
        self.seats.iter().for_each(|seat| seat.timers.clear());
        // Relaxed: read by who has seen the flag below.
        self.left.store(left, Relaxed);
        *lock(&self.ended.0) = true;
        self.ended.1.notify_all();
    }

    /// Wait until the workers have ended, or until `deadline`. Whether they have.
    pub(crate) fn wait_until(&self, deadline: Instant) -> bool {
        let mut ended = lock(&self.ended.0);
        while !*ended {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            ended = match self.ended.1.wait_timeout(ended, left) {
                Ok((ended, _)) => ended,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        true
    }

    /// How many tasks were left when the workers had ended. After [`wait_until`](Self::wait_until) has said that they have.
    pub(crate) fn left(&self) -> usize {
        self.left.load(Relaxed)
    }

    /// Drop the calls that have not begun, and refuse any more. How many these were.
    pub(crate) fn close_blocking(&self) -> usize {
        let count = self.blocking.close();
        self.count_ended_outside(count);
        count
    }

    /// The threads of [`close_blocking`](Self::close_blocking), to be joined.
    pub(crate) fn take_blocking_threads(&self) -> Vec<JoinHandle<()>> {
        self.blocking.take_threads()
    }

    /// How many tasks are being polled, or called.
    pub(crate) fn running(&self) -> usize {
        let polling = |seat: &&Seat| seat.counts.polling.load(Relaxed);
        self.seats.iter().filter(polling).count() + self.blocking.load().0
    }

    /// Put a task into the first list, if it is in none.
    ///
    /// # Safety
    ///
    /// The task is not completed, and no worker is left to run it.
    unsafe fn list(&self, task: TaskPtr) {
        let list = || {
            // SAFETY: not completed, so the executor's reference is there.
            unsafe { lock(&self.seats[0].tasks).insert(task) };
            Listed::at(0)
        };
        // SAFETY: as above.
        let header = unsafe { task.as_ref() };
        // SAFETY: nobody else may run it.
        unsafe { header.list_in(list) };
    }

    pub(crate) fn workers(&self) -> usize {
        self.seats.len()
    }

    /// Whether this thread is one of the workers.
    pub(crate) fn is_current(&self) -> bool {
        worker::is_current(self)
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
