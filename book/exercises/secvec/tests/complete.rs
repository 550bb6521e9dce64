//! Exercise 3: completing a write from a descriptor that is used again.

use secvec_exercises::complete::Vector;
use secvec_exercises::wide::Pair;

fn words(vector: &Vector) -> Vec<u32> {
    let len = vector.top.load().word as usize / 8;
    vector.slots[..len].iter().map(|slot| slot.load().word).collect()
}

/// Call `work` with a `stop` that does `others` at its `at`th call. False if it was not called so often.
fn stopped_at(at: usize, work: impl FnOnce(&mut dyn FnMut()), mut others: impl FnMut()) -> bool {
    let mut calls = 0;
    work(&mut || {
        if calls == at {
            others();
        }
        calls += 1;
    });
    calls > at
}

#[test]
fn the_next_push_writes_the_last_one() {
    let vector = Vector::default();
    assert_eq!(vector.push(1, 7), 0);
    assert_eq!(words(&vector), [0]);
    assert_eq!(vector.push(2, 9), 1);
    assert_eq!(words(&vector), [7, 0]);
    vector.complete(vector.top.load(), &mut || ());
    assert_eq!(words(&vector), [7, 9]);
}

#[test]
fn an_empty_vector_has_nothing_to_complete() {
    let vector = Vector::default();
    vector.complete(vector.top.load(), &mut || ());
    assert_eq!(vector.slots[0].load(), Pair { word: 0, stamp: 0 });
}

#[test]
fn what_is_written_is_not_written_again() {
    let vector = Vector::default();
    vector.push(1, 7);
    let old = vector.top.load();
    vector.push(1, 9);
    vector.complete(old, &mut || ());
    vector.complete(vector.top.load(), &mut || ());
    assert_eq!(words(&vector), [7, 9]);
}

#[test]
fn a_helper_that_comes_late_writes_nothing() {
    let mut stops = 0;
    for at in 0.. {
        let vector = Vector::default();
        vector.push(1, 7);
        let top = vector.top.load();
        let stopped = stopped_at(
            at,
            |stop| vector.complete(top, stop),
            // The cell is used again, twice.
            || {
                vector.push(1, 8);
                vector.push(1, 9);
            },
        );
        vector.complete(vector.top.load(), &mut || ());
        match stopped {
            true => assert_eq!(words(&vector), [7, 8, 9], "stopped at {at}"),
            false => break,
        }
        stops += 1;
    }
    assert!(stops >= 3, "before and after each look there is a stop");
}

#[test]
fn a_get_finds_what_is_written_and_what_is_not() {
    let vector = Vector::default();
    assert_eq!(vector.get(0, &mut || ()), None);
    vector.push(1, 7);
    vector.push(2, 9);
    let gets = [0, 1, 2, 100].map(|index| vector.get(index, &mut || ()));
    assert_eq!(gets, [Some(7), Some(9), None, None]);
    assert_eq!(words(&vector), [7, 0], "a get writes nothing");
}

#[test]
fn a_get_that_is_stopped_gives_no_element_of_another_index() {
    let mut stops = 0;
    for at in 0.. {
        let vector = Vector::default();
        vector.push(1, 7);
        let mut got = None;
        let others = || {
            vector.push(1, 8);
            vector.push(1, 9);
        };
        let stopped = stopped_at(at, |stop| got = vector.get(0, stop), others);
        assert_eq!(got, Some(7), "stopped at {at}");
        if !stopped {
            break;
        }
        stops += 1;
    }
    assert!(stops >= 3, "before and after each look there is a stop");
}

#[test]
fn a_get_beyond_the_end_may_see_a_push_that_comes_meanwhile() {
    for at in 0..3 {
        let vector = Vector::default();
        let mut got = None;
        let others = || {
            vector.push(1, 7);
            vector.push(1, 8);
        };
        stopped_at(at, |stop| got = vector.get(0, stop), others);
        assert!(matches!(got, None | Some(7)), "{got:?}, stopped at {at}");
    }
}
