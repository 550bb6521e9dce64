//! Exercise 1: four functions.

#![allow(clippy::waker_clone_wake, reason = "a wake by value is not a wake by reference")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Waker;
use std::thread;

use executor_exercises::four_functions::waker;

/// How often it rang, and whether what rings is still there.
#[derive(Clone, Default)]
struct Bell {
    rings: Arc<AtomicUsize>,
    there: Arc<()>,
}

impl Bell {
    fn waker(&self) -> Waker {
        let Self { rings, there } = self.clone();
        waker(move || {
            let _ = &there;
            rings.fetch_add(1, Relaxed);
        })
    }

    fn rings(&self) -> usize {
        self.rings.load(Relaxed)
    }

    fn is_there(&self) -> bool {
        Arc::strong_count(&self.there) > 1
    }
}

#[test]
fn a_waker_that_is_dropped_rings_nobody() {
    let bell = Bell::default();
    drop(bell.waker());
    assert_eq!((bell.rings(), bell.is_there()), (0, false));
}

#[test]
fn wake_by_ref_leaves_the_waker() {
    let bell = Bell::default();
    let waker = bell.waker();
    waker.wake_by_ref();
    waker.wake_by_ref();
    assert_eq!((bell.rings(), bell.is_there()), (2, true));
    drop(waker);
    assert_eq!((bell.rings(), bell.is_there()), (2, false));
}

#[test]
fn wake_ends_the_waker() {
    let bell = Bell::default();
    bell.waker().wake();
    assert_eq!((bell.rings(), bell.is_there()), (1, false));
}

#[test]
fn the_last_clone_ends_it() {
    let bell = Bell::default();
    let first = bell.waker();
    let (second, third) = (first.clone(), first.clone());
    drop(first);
    second.wake();
    assert_eq!((bell.rings(), bell.is_there()), (1, true));
    let fourth = third.clone();
    drop(third);
    fourth.wake_by_ref();
    assert!(bell.is_there());
    drop(fourth);
    assert_eq!((bell.rings(), bell.is_there()), (2, false));
}

#[test]
fn clones_share_what_they_point_to() {
    let bell = Bell::default();
    let waker = bell.waker();
    assert!(waker.will_wake(&waker.clone()));
    assert!(!waker.will_wake(&bell.waker()));
}

#[test]
fn a_panic_of_the_bell_keeps_nothing() {
    let there = Arc::new(());
    let waker = waker({
        let there = there.clone();
        move || {
            let _ = &there;
            panic!("out of order");
        }
    });
    assert!(catch_unwind(AssertUnwindSafe(|| waker.wake_by_ref())).is_err());
    assert_eq!(Arc::strong_count(&there), 2, "it was only lent");
    assert!(catch_unwind(AssertUnwindSafe(|| waker.wake())).is_err());
    assert_eq!(Arc::strong_count(&there), 1);
}

#[test]
fn it_is_used_and_ended_by_many_threads() {
    const EACH: usize = if cfg!(miri) { 5 } else { 1_000 };
    let bell = Bell::default();
    let waker = bell.waker();
    thread::scope(|scope| {
        for _ in 0..4 {
            let waker = waker.clone();
            scope.spawn(move || {
                for _ in 0..EACH {
                    waker.clone().wake();
                }
            });
        }
        drop(waker);
    });
    assert_eq!((bell.rings(), bell.is_there()), (4 * EACH, false));
}
