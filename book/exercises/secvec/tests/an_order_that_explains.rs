//! Exercise 4: a checker for a small history.

use secvec_exercises::an_order_that_explains::Call::{Get, Pop, Push};
use secvec_exercises::an_order_that_explains::{Call, Event, explained};

/// A call from the first moment to the second.
fn at(called: u32, returned: u32, call: Call) -> Event {
    Event { call, called, returned }
}

#[test]
fn one_thread_that_does_what_a_vector_does() {
    assert!(explained(&[]));
    assert!(explained(&[at(1, 2, Push(7, 0)), at(3, 4, Get(0, Some(7))), at(5, 6, Pop(Some(7)))]));
    assert!(explained(&[at(1, 2, Pop(None)), at(3, 4, Push(7, 0)), at(5, 6, Get(1, None))]));
}

#[test]
fn one_thread_that_does_not() {
    assert!(!explained(&[at(1, 2, Pop(Some(7)))]));
    assert!(!explained(&[at(1, 2, Push(7, 1))]));
    assert!(!explained(&[at(1, 2, Push(7, 0)), at(3, 4, Get(0, None))]));
    assert!(!explained(&[at(1, 2, Push(7, 0)), at(3, 4, Pop(Some(7))), at(5, 6, Pop(Some(7)))]));
}

#[test]
fn calls_at_the_same_time_have_either_order() {
    let pushes = |a, b| [at(1, 4, Push(5, a)), at(2, 3, Push(6, b))];
    assert!(explained(&pushes(0, 1)));
    assert!(explained(&pushes(1, 0)));
    assert!(!explained(&pushes(0, 0)));
    assert!(!explained(&pushes(1, 2)));
}

#[test]
fn a_call_that_has_returned_comes_first() {
    // The get began after the push had returned.
    assert!(!explained(&[at(1, 2, Push(7, 0)), at(3, 4, Get(0, None))]));
    // Here it began before.
    assert!(explained(&[at(1, 3, Push(7, 0)), at(2, 4, Get(0, None))]));
    assert!(explained(&[at(1, 3, Push(7, 0)), at(2, 4, Get(0, Some(7)))]));
    // The order in which the history is written down says nothing.
    assert!(explained(&[at(3, 4, Pop(Some(7))), at(1, 2, Push(7, 0))]));
}

#[test]
fn what_two_threads_saw_must_fit_together() {
    // Both pushes overlap everything. One thread saw the 7 in front, the other one the 9.
    let pushes = [at(1, 20, Push(7, 0)), at(2, 19, Push(9, 1))];
    let see = |a, b| [pushes[0], pushes[1], at(3, 4, Get(0, a)), at(5, 6, Get(0, b))];
    assert!(explained(&see(None, Some(7))));
    assert!(!explained(&see(Some(7), None)));
    assert!(!explained(&see(Some(7), Some(9))));
}

#[test]
fn the_lost_push_of_the_chapter() {
    // Two pushes, and the second element comes out as 0.
    let pushes = [at(1, 2, Push(10, 0)), at(3, 4, Push(20, 1))];
    assert!(!explained(&[pushes[0], pushes[1], at(5, 6, Pop(Some(0)))]));
    // A get that trusts the slot of a popped element.
    assert!(!explained(&[pushes[0], at(3, 4, Pop(Some(10))), at(5, 6, Get(0, Some(10)))]));
}

#[test]
fn a_way_that_leads_nowhere_is_left_again() {
    // The pops must be between the pushes, and the first choice is wrong at each step.
    let history = [
        at(1, 30, Push(1, 0)),
        at(2, 31, Push(2, 0)),
        at(3, 32, Push(3, 0)),
        at(4, 33, Pop(Some(3))),
        at(5, 34, Pop(Some(2))),
        at(6, 35, Pop(None)),
        at(7, 36, Get(0, Some(1))),
    ];
    assert!(explained(&history));
    let mut wrong = history;
    wrong[6].call = Get(1, Some(1));
    assert!(!explained(&wrong));
}
