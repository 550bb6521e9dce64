//! Threads for calls that block.

use crate::scheduler::SchedulerRef;
use crate::sync::thread::{self, JoinHandle};
use crate::sync::{Condvar, Mutex, MutexGuard, lock};
use crate::task::TaskPtr;
use crate::task::header::{self, Listed, Run};
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// How long a thread waits for the next call before it ends.
const IDLE: Duration = Duration::from_secs(10);

/// A closure, as a future that is ready when it is polled.
pub(crate) struct Call<F>(pub(crate) Option<F>);

// The closure is not pinned: it is moved out to be called.
impl<F> Unpin for Call<F> {}

impl<F: FnOnce() -> T, T> Future for Call<F> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        match self.0.take() {
            Some(call) => Poll::Ready(call()),
            None => unreachable!("a task is not polled after its end"),
        }
    }
}

/// A queue of calls, and threads that take from it: as many as there are calls, up to a limit.
pub(super) struct Blocking {
    state: Mutex<State>,
    changed: Condvar,
    most: usize,
    name: String,
}

struct State {
    /// Invariant: each is a task of a [`Call`] that nobody has run, with the executor's reference.
    calls: VecDeque<Waiting>,
    /// Threads that wait for a call.
    idle: usize,
    /// How many threads there were, for their names.
    started: usize,
    threads: Vec<JoinHandle<()>>,
    running: usize,
    closed: bool,
}

struct Waiting(TaskPtr);

// SAFETY: a task may be run by any thread: it was spawned as `Send`.
unsafe impl Send for Waiting {}

impl Blocking {
    pub(super) fn new(most: usize, name: String) -> Self {
        let state = State {
            calls: VecDeque::new(),
            idle: 0,
            started: 0,
            threads: Vec::new(),
            running: 0,
            closed: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new(), most, name }
    }

    /// Have `task` run by one of the threads. `false`: the executor has ended, or there is no thread and none can
    /// be started.
    ///
    /// # Safety
    ///
    /// `task` is a new one, made of a [`Call`] for this scheduler, and its executor's reference is the caller's.
    pub(super) unsafe fn push(&self, scheduler: &SchedulerRef, task: TaskPtr) -> bool {
        let mut state = lock(&self.state);
        if state.closed {
            return false;
        }
        state.calls.push_back(Waiting(task));
        if state.calls.len() <= state.idle {
            self.changed.notify_one();
        } else if state.threads.len() < self.most {
            let name = format!("{}-blocking-{}", self.name, state.started);
            let scheduler = scheduler.clone();
            let body = move || {
                if let Some(pool) = scheduler.pool() {
                    pool.blocking.work(pool);
                }
            };
            match thread::Builder::new().name(name).spawn(body) {
                Ok(thread) => {
                    state.started += 1;
                    state.threads.push(thread);
                }
                Err(_) if state.threads.is_empty() => {
                    state.calls.pop_back();
                    return false;
                }
                // Those that are there will come to it.
                Err(_) => {}
            }
        }
        true
    }

    /// Run calls until there are none for a while.
    fn work(&self, pool: &super::Pool) {
        let mut state = lock(&self.state);
        loop {
            while let Some(Waiting(task)) = state.calls.pop_front() {
                state.running += 1;
                drop(state);
                // SAFETY: the invariant: nobody has run it, and it is out of the queue.
                let run = unsafe { header::run(task, |_| unreachable!("a call does not wait")) };
                debug_assert_eq!(run, Run::Completed(Listed::NOWHERE));
                // SAFETY: the executor's reference, and its last use.
                unsafe { header::drop_reference(task) };
                pool.count_ended_outside(1);
                state = lock(&self.state);
                state.running -= 1;
            }
            if state.closed {
                return;
            }
            state.idle += 1;
            let (next, timed_out) = self.wait(state);
            state = next;
            state.idle -= 1;
            if timed_out && state.calls.is_empty() {
                // Whoever ends the executor need not wait for this thread any more.
                let own = thread::current().id();
                state.threads.retain(|thread| thread.thread().id() != own);
                return;
            }
        }
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> (MutexGuard<'a, State>, bool) {
        match self.changed.wait_timeout(state, IDLE) {
            Ok((state, result)) => (state, result.timed_out()),
            Err(poisoned) => {
                let (state, result) = poisoned.into_inner();
                (state, result.timed_out())
            }
        }
    }

    /// Refuse calls from now on, and drop those that have not begun. How many these were.
    pub(super) fn close(&self) -> usize {
        let mut state = lock(&self.state);
        state.closed = true;
        let calls = std::mem::take(&mut state.calls);
        drop(state);
        self.changed.notify_all();
        let count = calls.len();
        for Waiting(task) in calls {
            // SAFETY: it is out of the queue, and no other push of it would do anything: it never waits.
            unsafe { header::seize(task) };
            // SAFETY: the executor's reference, and its last use.
            unsafe { header::drop_reference(task) };
        }
        count
    }

    /// The threads, to be joined. After [`close`](Self::close).
    pub(super) fn take_threads(&self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut lock(&self.state).threads)
    }

    /// How many calls run, and how many wait.
    pub(super) fn load(&self) -> (usize, usize) {
        let state = lock(&self.state);
        (state.running, state.calls.len())
    }
}
