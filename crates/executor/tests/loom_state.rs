//! The state word by itself, with two who run the task, in every order that loom can think of. The models in
//! `loom.rs` have one worker, to which its own writes are never strange.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p executor --test loom_state --release`

#![cfg(loom)]
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

#[path = "../src/task/state.rs"]
mod state;
#[path = "../src/sync.rs"]
#[allow(unused_imports)]
mod sync;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
};
use loom::thread;
use state::State;

/// A task, and a queue with room for it.
struct Task {
    state: State,
    /// Touched by whoever runs the task; loom sees if two of them could meet.
    stage: UnsafeCell<()>,
    /// Touched by whoever pushes the task, and by whoever pops it, as the queue's link is.
    link: UnsafeCell<()>,
    queued: AtomicBool,
    data: AtomicBool,
}

impl Task {
    /// A new one, pushed.
    fn new() -> Arc<Self> {
        Arc::new(Self {
            state: State::new(),
            stage: UnsafeCell::new(()),
            link: UnsafeCell::new(()),
            queued: AtomicBool::new(true),
            data: AtomicBool::new(false),
        })
    }

    fn push(&self) {
        self.link.with_mut(|_| ());
        // Release, and Acquire in `pop`: as much as the real queues order, and no more.
        assert!(!self.queued.swap(true, Release), "it is in the queue already");
    }

    fn pop(&self) -> bool {
        let popped = self.queued.swap(false, Acquire);
        if popped {
            self.link.with_mut(|_| ());
        }
        popped
    }

    /// Run it once, if it is in the queue. Whether the run saw what was written.
    fn run(&self) -> Option<bool> {
        self.pop().then(|| {
            let cancelled = self.state.start();
            self.stage.with_mut(|_| ());
            // Relaxed: that it is seen is the state's promise.
            let saw_data = self.data.load(Relaxed);
            if cancelled {
                self.state.complete();
            } else if self.state.pause() {
                self.push();
            }
            saw_data
        })
    }

    /// Write something, then wake or cancel.
    fn ask(&self, operation: fn(&State) -> bool) {
        self.data.store(true, Relaxed);
        if operation(&self.state) {
            self.push();
        }
    }
}

/// Two who run the task while a third asks for a run.
fn two_run(operation: fn(&State) -> bool) {
    loom::model(move || {
        let task = Task::new();
        let asks = thread::spawn({
            let task = task.clone();
            move || task.ask(operation)
        });
        let runs = thread::spawn({
            let task = task.clone();
            move || task.run()
        });
        task.run();
        asks.join().unwrap();
        runs.join().unwrap();
        task.run();
    });
}

#[test]
fn the_stage_goes_from_one_run_to_the_next_by_a_wake() {
    two_run(State::schedule);
}

#[test]
fn the_stage_goes_from_one_run_to_the_next_by_a_cancel() {
    two_run(State::cancel);
}

/// What one wrote before it asked is seen by the last run, though another one's wake may have come before.
fn is_seen(operation: fn(&State) -> bool) {
    loom::model(move || {
        let task = Task::new();
        let first = thread::spawn({
            let task = task.clone();
            // So that the other one may find it scheduled.
            move || {
                if task.state.schedule() {
                    task.push();
                }
            }
        });
        let second = thread::spawn({
            let task = task.clone();
            move || task.ask(operation)
        });
        let mut last = task.run();
        first.join().unwrap();
        // Not joined before it has been run, which would show everything.
        while let Some(seen) = task.run() {
            last = Some(seen);
        }
        second.join().unwrap();
        if !task.pop() {
            assert!(last.unwrap());
        }
    });
}

#[test]
fn what_was_written_before_a_wake_is_seen() {
    is_seen(State::schedule);
}

#[test]
fn what_was_written_before_a_cancel_is_seen() {
    is_seen(State::cancel);
}
