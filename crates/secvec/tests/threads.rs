//! Real threads: nothing is lost, nothing comes twice, and each thread's order holds.
//!
//! The tests are those of `common::suite::threads`. `tests/checker.rs` has vectors with which they fail.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;
#[path = "common/ours.rs"]
mod ours;

use std::sync::atomic::AtomicBool;
use std::thread;

use common::suite::threads::{Done, EACH, now_and_then, together, until};
use secvec::SecVec;

common::suite::test_threads!(SecVec<u32>);
common::suite::test_threads_exchanges!(SecVec<u32>);
common::suite::test_threads_batches!(SecVec<u32>);

mod boxes {
    use super::common;
    use super::ours::Boxes;

    common::suite::test_threads!(Boxes);
    common::suite::test_threads_batches!(Boxes);
}

#[test]
fn an_element_of_two_words_is_never_read_torn() {
    let numbers = SecVec::from_iter([(0_u32, 0_u32)]);
    let done = AtomicBool::new(false);
    together(|thread| {
        if thread == 0 {
            let _done = Done(&done);
            for i in 0..EACH {
                numbers.set(0, (i, i)).unwrap();
                now_and_then(i);
            }
        } else {
            until(&done, || {
                let (low, high) = numbers.get(0).unwrap();
                assert_eq!(low, high);
            });
        }
    });
}

#[test]
fn what_was_pushed_while_iterating_shows_from_the_beginning_or_not_at_all() {
    let numbers = SecVec::new();
    let done = AtomicBool::new(false);
    together(|thread| {
        if thread == 0 {
            let _done = Done(&done);
            for i in 0..EACH {
                numbers.push(i);
                now_and_then(i);
            }
        } else {
            until(&done, || {
                let seen = numbers.iter().zip(0..).inspect(|(value, i)| assert_eq!(value, i));
                assert!(seen.count() <= EACH as usize);
            });
        }
    });
    assert_eq!(numbers.into_vec(), (0..EACH).collect::<Vec<_>>());
}

#[test]
fn a_vector_goes_to_another_thread_and_threads_come_and_go() {
    let numbers = SecVec::new();
    for i in 0..10 {
        thread::scope(|scope| scope.spawn(|| numbers.push(i)).join().unwrap());
    }
    let numbers = thread::spawn(move || numbers.into_vec()).join().unwrap();
    assert_eq!(numbers, (0..10).collect::<Vec<_>>());
}
