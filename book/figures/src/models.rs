//! Small models that loom runs in every order, and the order in which one of them fails.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Mutex, PoisonError};

use loom::sync::Arc;
use loom::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
    fence,
};
use loom::thread;

use crate::File;

/// Held by the one exploration of this process: the steps and the panic hook are the process's.
static TURN: Mutex<()> = Mutex::new(());

/// What was done in this order, line by line.
static STEPS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn steps<R>(f: impl FnOnce(&mut Vec<String>) -> R) -> R {
    f(&mut STEPS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Note a step, and what came of it.
fn note(who: &str, what: &str, result: Option<bool>) {
    let result = result.map_or("", |it| if it { ": yes" } else { ": no" });
    steps(|steps| steps.push(format!("{who:<8}{what}{result}\n")));
}

/// Run `model` in every order. The order in which it fails, or how many there were.
fn explore(model: impl Fn() + Send + Sync + 'static) -> String {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let orders = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = orders.clone();
    let hook = take_hook();
    // What a failing model says is for the page, not for the terminal.
    set_hook(Box::new(|_| ()));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        loom::model(move || {
            count.fetch_add(1, Relaxed);
            steps(Vec::clear);
            model();
        });
    }));
    set_hook(hook);
    let orders = orders.load(Relaxed);
    match outcome {
        Ok(()) => format!("{orders} orders, and it holds in each\n"),
        Err(payload) => {
            let mut text = steps(|steps| steps.concat());
            let message = payload.downcast_ref::<&str>().copied().unwrap_or("it fails");
            let _ = writeln!(text, "{message} (order {orders})");
            text
        }
    }
}

// ANCHOR: idle
/// A queue with room for one task, and a worker.
#[derive(Default)]
struct Pool {
    task: AtomicBool,
    asleep: AtomicBool,
}

/// The worker says whether it goes to sleep, the pusher whether it wakes the worker.
fn idle(worker: fn(&Pool) -> bool, pusher: fn(&Pool) -> bool) -> String {
    explore(move || {
        let pool = Arc::new(Pool::default());
        let other = thread::spawn({
            let pool = pool.clone();
            move || pusher(&pool)
        });
        let sleeps = worker(&pool);
        let wakes = other.join().expect("it does not panic");
        assert!(!sleeps || wakes, "the worker sleeps beside a task");
    })
}
// ANCHOR_END: idle

// Exchanges, since they see the latest value whatever the ordering; loom takes SeqCst for AcqRel.
// ANCHOR: looks_then_says
fn looks_then_says(pool: &Pool) -> bool {
    let found = pool.task.fetch_or(false, SeqCst);
    note("worker", "looks for a task", Some(found));
    if !found {
        pool.asleep.swap(true, SeqCst);
        note("worker", "says that it sleeps", None);
    }
    !found
}

fn pushes_then_looks(pool: &Pool) -> bool {
    pool.task.swap(true, SeqCst);
    note("pusher", "pushes a task", None);
    let asleep = pool.asleep.fetch_or(false, SeqCst);
    note("pusher", "looks whether the worker sleeps", Some(asleep));
    asleep
}
// ANCHOR_END: looks_then_says

// ANCHOR: too_weak
fn says_then_looks_too_weak(pool: &Pool) -> bool {
    pool.asleep.store(true, Release);
    note("worker", "says that it sleeps", None);
    let found = pool.task.load(Acquire);
    note("worker", "looks for a task", Some(found));
    !found
}

fn pushes_then_looks_too_weak(pool: &Pool) -> bool {
    pool.task.store(true, Release);
    note("pusher", "pushes a task", None);
    let asleep = pool.asleep.load(Acquire);
    note("pusher", "looks whether the worker sleeps", Some(asleep));
    asleep
}
// ANCHOR_END: too_weak

// ANCHOR: one_order
fn says_then_looks(pool: &Pool) -> bool {
    pool.asleep.store(true, Relaxed);
    fence(SeqCst);
    !pool.task.load(Relaxed)
}

fn pushes_then_looks_in_order(pool: &Pool) -> bool {
    pool.task.store(true, Relaxed);
    fence(SeqCst);
    pool.asleep.load(Relaxed)
}
// ANCHOR_END: one_order

// ANCHOR: wake
const SCHEDULED: usize = 1;

/// A task that is scheduled already is woken once more, with data for its next poll.
fn second_wake(wake: fn(&AtomicUsize)) -> String {
    explore(move || {
        let state = Arc::new(AtomicUsize::new(SCHEDULED));
        let data = Arc::new(AtomicBool::new(false));
        let other = thread::spawn({
            let (state, data) = (state.clone(), data.clone());
            move || {
                data.store(true, Relaxed);
                note("waker", "writes data", None);
                wake(&state);
            }
        });
        state.fetch_and(!SCHEDULED, Acquire);
        note("worker", "takes the task, and clears SCHEDULED", None);
        let seen = data.load(Relaxed);
        note("worker", "polls: sees the data", Some(seen));
        other.join().expect("it does not panic");
        let again = state.load(Relaxed) & SCHEDULED != 0;
        assert!(seen || again, "no poll sees the data, and none will come");
    })
}
// ANCHOR_END: wake

// ANCHOR: looks_first
fn looks_first(state: &AtomicUsize) {
    let scheduled = state.load(Relaxed) & SCHEDULED != 0;
    note("waker", "looks whether the task is scheduled", Some(scheduled));
    if !scheduled {
        state.fetch_or(SCHEDULED, AcqRel);
    }
}
// ANCHOR_END: looks_first

// ANCHOR: wakes_always
fn wakes_always(state: &AtomicUsize) {
    state.fetch_or(SCHEDULED, AcqRel);
}
// ANCHOR_END: wakes_always

/// What loom says of each.
pub(crate) fn files() -> Vec<File> {
    vec![
        ("loom-looks-then-says.txt", idle(looks_then_says, pushes_then_looks)),
        ("loom-too-weak.txt", idle(says_then_looks_too_weak, pushes_then_looks_too_weak)),
        ("loom-one-order.txt", idle(says_then_looks, pushes_then_looks_in_order)),
        ("loom-looks-first.txt", second_wake(looks_first)),
        ("loom-wakes-always.txt", second_wake(wakes_always)),
    ]
}

#[cfg(test)]
mod tests {
    use super::files;

    #[test]
    #[cfg_attr(miri, ignore = "loom switches stacks by hand")]
    fn the_flawed_ones_fail_and_the_others_do_not() {
        for (name, text) in files() {
            let flawed = !["loom-one-order.txt", "loom-wakes-always.txt"].contains(&name);
            assert_eq!(flawed, !text.contains("it holds in each"), "{name}: {text}");
        }
    }
}
