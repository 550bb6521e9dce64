//! Exercise 2: a parker.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use executor_exercises::parker::Parker;

/// Much longer than any wake takes. A lost wake is a sleep of this length, and `false`.
const LONG: Duration = Duration::from_secs(20);

#[test]
fn a_wake_before_the_sleep_is_not_lost() {
    let parker = Parker::new();
    parker.unpark();
    assert!(parker.park_timeout(LONG));
    parker.unpark();
    parker.park();
}

#[test]
fn two_wakes_end_one_sleep() {
    let parker = Parker::new();
    parker.unpark();
    parker.unpark();
    assert!(parker.park_timeout(LONG));
    assert!(!parker.park_timeout(Duration::from_millis(10)), "nobody came since");
}

#[test]
fn without_a_wake_the_time_runs_out() {
    let parker = Parker::new();
    assert!(!parker.park_timeout(Duration::ZERO));
    assert!(!parker.park_timeout(Duration::from_millis(10)));
    parker.unpark();
    assert!(parker.park_timeout(Duration::ZERO), "it came before");
}

#[test]
fn threads_wake_each_other_in_turns() {
    const ROUNDS: usize = if cfg!(miri) { 20 } else { 5_000 };
    let (ping, pong) = (Parker::new(), Parker::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..ROUNDS {
                assert!(ping.park_timeout(LONG), "a wake was lost in round {round}");
                pong.unpark();
            }
        });
        for round in 0..ROUNDS {
            ping.unpark();
            assert!(pong.park_timeout(LONG), "a wake was lost in round {round}");
        }
    });
}

/// Lets the other thread go on to its end, also when this one has failed.
struct LastTurn<'a>(&'a AtomicUsize);

impl Drop for LastTurn<'_> {
    fn drop(&mut self) {
        self.0.store(usize::MAX, Relaxed);
    }
}

/// Each wake ends one sleep, in time or too late, and none ends two.
#[test]
fn a_wake_at_the_last_moment_counts_once() {
    const ROUNDS: usize = if cfg!(miri) { 10 } else { 500 };
    let parker = Parker::new();
    let turn = AtomicUsize::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..ROUNDS {
                while turn.load(Relaxed) <= round {
                    thread::yield_now();
                }
                parker.unpark();
            }
        });
        let _last = LastTurn(&turn);
        for round in 0..ROUNDS {
            turn.store(round + 1, Relaxed);
            if !parker.park_timeout(Duration::from_micros(20)) {
                assert!(parker.park_timeout(LONG), "the wake of round {round} was lost");
            }
            assert!(!parker.park_timeout(Duration::ZERO), "it ended two sleeps");
        }
    });
}

/// A value that has no lock of its own: the parker must make it visible.
struct Letter(UnsafeCell<Vec<u32>>);

// SAFETY: it is written before the wake and read after it.
unsafe impl Sync for Letter {}

#[test]
fn what_was_written_before_the_wake_is_seen_after_it() {
    let (parker, letter) = (Parker::new(), Letter(UnsafeCell::new(Vec::new())));
    thread::scope(|scope| {
        let (parker, letter) = (&parker, &letter);
        scope.spawn(move || {
            // SAFETY: before the wake, nobody else looks.
            let letter = unsafe { &mut *letter.0.get() };
            letter.extend([1, 2, 3]);
            parker.unpark();
        });
        assert!(parker.park_timeout(LONG));
        // SAFETY: after the wake, nobody writes.
        assert_eq!(unsafe { &*letter.0.get() }, &[1, 2, 3]);
    });
}
