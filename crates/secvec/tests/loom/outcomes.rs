//! The outcomes of operations, compared with those on a plain `Vec`.
//!
//! Most models are a few operations on each of two or three threads. For each run that loom finds there
//! must be an order of the operations, one after the other on a plain `Vec`, that keeps the order within
//! each thread and gives the same answers and the same elements at the end.

use std::collections::BTreeMap;
use std::sync::{Arc as StdArc, Mutex};

use loom::sync::Arc;
use loom::thread;
use secvec::SecVec;

use crate::model;

#[derive(Clone, Copy, Debug)]
enum Operation {
    Push(u32),
    Pop,
    Get(usize),
    Set(usize, u32),
    Exchange(usize, u32, u32),
    Extend(&'static [u32]),
    Len,
    Snapshot,
    Reserve(usize),
}
use Operation::{Exchange, Extend, Get, Len, Pop, Push, Reserve, Set, Snapshot};

#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Index(usize),
    Element(Option<u32>),
    Exchanged(Option<Result<u32, u32>>),
    All(Vec<u32>),
    Nothing,
}

impl Operation {
    fn on(self, vector: &SecVec<u32>) -> Answer {
        match self {
            Push(value) => Answer::Index(vector.push(value)),
            Pop => Answer::Element(vector.pop()),
            Get(index) => Answer::Element(vector.get(index)),
            Set(index, value) => Answer::Element(vector.set(index, value).ok()),
            Exchange(index, current, new) => {
                Answer::Exchanged(vector.compare_exchange(index, current, new))
            }
            Extend(values) => Answer::Index(vector.extend_from_slice(values).start),
            Len => Answer::Index(vector.len()),
            Snapshot => Answer::All(vector.snapshot()),
            Reserve(additional) => {
                vector.reserve(additional);
                Answer::Nothing
            }
        }
    }

    /// The same on a plain vector.
    fn on_plain(self, vector: &mut Vec<u32>) -> Answer {
        match self {
            Push(value) => {
                vector.push(value);
                Answer::Index(vector.len() - 1)
            }
            Pop => Answer::Element(vector.pop()),
            Get(index) => Answer::Element(vector.get(index).copied()),
            Set(index, value) => {
                Answer::Element(vector.get_mut(index).map(|it| std::mem::replace(it, value)))
            }
            Exchange(index, current, new) => Answer::Exchanged(vector.get_mut(index).map(|it| {
                if *it != current {
                    return Err(*it);
                }
                *it = new;
                Ok(current)
            })),
            Extend(values) => {
                vector.extend_from_slice(values);
                Answer::Index(vector.len() - values.len())
            }
            Len => Answer::Index(vector.len()),
            Snapshot => Answer::All(vector.clone()),
            Reserve(_) => Answer::Nothing,
        }
    }
}

/// What a run gave: what each thread did and was answered, and the elements at the end.
type Outcome = (Vec<Vec<(Operation, Answer)>>, Vec<u32>);

/// The outcomes of all orders of the operations that keep the order within each thread, one after the
/// other on a plain vector.
fn outcomes(start: &[u32], lists: &[&[Operation]]) -> BTreeMap<String, Outcome> {
    fn go_on(
        vector: &[u32],
        lists: &[&[Operation]],
        done: &Outcome,
        all: &mut BTreeMap<String, Outcome>,
    ) {
        if lists.iter().all(|it| it.is_empty()) {
            all.insert(format!("{done:?}"), done.clone());
        }
        for thread in 0..lists.len() {
            let Some((operation, rest)) = lists[thread].split_first() else { continue };
            let (mut vector, mut lists, mut done) = (vector.to_vec(), lists.to_vec(), done.clone());
            done.0[thread].push((*operation, operation.on_plain(&mut vector)));
            done.1.clone_from(&vector);
            lists[thread] = rest;
            go_on(&vector, &lists, &done, all);
        }
    }
    let mut all = BTreeMap::new();
    go_on(start, lists, &(vec![Vec::new(); lists.len()], start.to_vec()), &mut all);
    all
}

/// Run each list on a thread of its own, on a vector that begins with `start`. What comes out must be what
/// an order of the operations gives; and of each order the outcome must have come up, or the model did
/// not try what it is for.
///
/// Of an atomic loom remembers the last access only: if one thread loads it, and another loads and then
/// exchanges it, loom sees the exchange race with the load of its own thread alone, and never tries it
/// before the first thread's. The other way round it does. So each list has its turn at being the one
/// that runs first; and if an outcome is still missing, threads let others go first in the middle.
fn explore<const N: usize>(
    preemptions: usize,
    start: &'static [u32],
    lists: [&'static [Operation]; N],
) {
    // Not loom's: nothing depends on it.
    let left = StdArc::new(Mutex::new(outcomes(start, &lists)));
    let run = |first: usize, let_go: Option<(usize, usize)>| {
        let (in_run, possible) = (StdArc::clone(&left), outcomes(start, &lists));
        model(preemptions, move || {
            let vector = Arc::new(SecVec::from_iter(start.iter().copied()));
            let work = move |vector: &SecVec<u32>, number: usize| -> Vec<_> {
                let mut done = Vec::new();
                for (index, operation) in lists[number].iter().enumerate() {
                    if let_go == Some((number, index)) {
                        thread::yield_now();
                    }
                    done.push((*operation, operation.on(vector)));
                }
                done
            };
            let others: Vec<_> = (1..N)
                .map(|it| {
                    let vector = Arc::clone(&vector);
                    thread::spawn(move || work(&vector, (first + it) % N))
                })
                .collect();
            let mut done = vec![work(&vector, first)];
            done.extend(others.into_iter().map(|other| other.join().unwrap()));
            done.rotate_right(first);
            let last: Vec<u32> = vector.iter().collect();
            assert_eq!(last.len(), vector.len());
            let outcome = format!("{:?}", (done, last));
            assert!(possible.contains_key(&outcome), "no order explains {outcome} after {start:?}");
            in_run.lock().unwrap().remove(&outcome);
        });
        left.lock().unwrap().is_empty()
    };
    let complete = (0..N).fold(false, |complete, first| run(first, None) | complete);
    let mut all = (0..N)
        .flat_map(|thread| (0..lists[thread].len()).map(move |index| (thread, index)))
        .flat_map(|let_go| (0..N).map(move |first| (first, let_go)));
    let complete = complete || all.any(|(first, let_go)| run(first, Some(let_go)));
    assert!(complete, "never came up: {:#?}", left.lock().unwrap().keys());
}

#[test]
fn push_push() {
    explore(5, &[], [&[Push(1)], &[Push(2)]]);
}

#[test]
fn push_push_push() {
    explore(3, &[], [&[Push(1)], &[Push(2)], &[Push(3)]]);
}

#[test]
fn two_pushes_each() {
    explore(5, &[9], [&[Push(1), Push(2)], &[Push(3), Push(4)]]);
}

#[test]
fn push_pop() {
    explore(5, &[1], [&[Push(2)], &[Pop]]);
}

#[test]
fn push_pop_on_an_empty_one() {
    explore(5, &[], [&[Push(2), Get(0)], &[Pop, Len]]);
}

#[test]
fn pop_pop() {
    explore(5, &[1, 2], [&[Pop], &[Pop]]);
}

#[test]
fn pop_pop_pop() {
    explore(3, &[1, 2], [&[Pop], &[Pop], &[Pop]]);
}

#[test]
fn push_then_pop_on_both() {
    explore(3, &[], [&[Push(1), Pop], &[Push(2), Pop]]);
}

#[test]
fn set_set() {
    explore(5, &[1], [&[Set(0, 2), Get(0)], &[Set(0, 3)]]);
}

#[test]
fn set_pop() {
    explore(5, &[1], [&[Set(0, 2)], &[Pop]]);
}

#[test]
fn set_twice_against_pop() {
    explore(5, &[1], [&[Set(0, 2), Set(0, 3)], &[Pop, Pop]]);
}

/// In a model the count of a stamp overflows with the second set, so the pop must raise `top` first.
#[test]
fn sets_past_the_count_against_a_pop() {
    explore(3, &[1], [&[Set(0, 2), Set(0, 3), Set(0, 4)], &[Pop, Push(5), Get(0)]]);
}

/// A mark ahead of `top` would look valid after the push, and the set would go to the wrong slot.
#[test]
fn a_mark_after_sets_past_the_count_against_push_and_set() {
    explore(3, &[1], [&[Set(0, 2), Pop], &[Push(5), Set(0, 6)]]);
}

#[test]
fn set_pop_push() {
    explore(3, &[1], [&[Set(0, 2)], &[Pop], &[Push(3)]]);
}

/// The ABA of the paper: the value that was there before is there again.
#[test]
fn set_against_pop_then_push_of_the_old_value() {
    explore(5, &[1], [&[Set(0, 2), Get(0)], &[Pop, Push(1), Get(0)]]);
}

/// A helper that comes late finds the old value in the slot again, and a new one in the cell.
#[test]
fn a_late_helper_of_a_push_that_was_popped() {
    explore(5, &[5], [&[Push(1), Pop, Push(2)], &[Push(3)]]);
}

#[test]
fn a_late_helper_of_a_set() {
    explore(5, &[0], [&[Set(0, 1), Set(0, 0)], &[Pop, Push(7)]]);
}

#[test]
fn exchange_exchange() {
    explore(5, &[1], [&[Exchange(0, 1, 2)], &[Exchange(0, 1, 3), Get(0)]]);
}

#[test]
fn exchange_against_pop_then_push() {
    explore(5, &[1], [&[Exchange(0, 1, 2)], &[Pop, Push(1), Get(0)]]);
}

#[test]
fn get_against_push() {
    explore(5, &[1], [&[Get(1), Get(1), Len], &[Push(2), Push(3)]]);
}

#[test]
fn get_against_pop_then_push() {
    explore(5, &[1], [&[Get(0), Get(0)], &[Pop, Push(2)]]);
}

/// The mark that the pop left is seen, and when the length is looked at, another element is there.
#[test]
fn get_of_what_was_popped_against_pushes() {
    explore(5, &[1], [&[Len, Get(0)], &[Pop, Push(2), Push(3)]]);
}

#[test]
fn get_against_set_against_pop() {
    explore(3, &[1], [&[Get(0), Get(0)], &[Set(0, 2)], &[Pop]]);
}

#[test]
fn len_against_push_and_pop() {
    explore(5, &[1], [&[Len, Get(1), Len], &[Push(2), Pop]]);
}

#[test]
fn reserve_against_push() {
    explore(5, &[1, 2], [&[Reserve(2), Push(3)], &[Push(4), Len]]);
}

#[test]
fn growing_on_both() {
    explore(5, &[1], [&[Push(2), Push(3)], &[Push(4)]]);
}

#[test]
fn extend_push() {
    explore(5, &[1], [&[Extend(&[2, 3])], &[Push(4), Get(1)]]);
}

#[test]
fn extend_pop() {
    explore(5, &[1], [&[Extend(&[2, 3])], &[Pop, Pop]]);
}

#[test]
fn extend_extend() {
    explore(3, &[], [&[Extend(&[1, 2]), Pop], &[Extend(&[3, 4])]]);
}

#[test]
fn extend_against_get() {
    explore(5, &[], [&[Extend(&[1, 2])], &[Get(1), Get(0)]]);
}

/// What is announced for the second batch must not be taken for an element of the first.
#[test]
fn get_against_two_batches() {
    explore(4, &[], [&[Extend(&[1]), Extend(&[2])], &[Get(0)]]);
}

/// A late helper of the first batch must not take the count of the second for it.
#[test]
fn two_batches_against_a_helper() {
    explore(3, &[9], [&[Extend(&[1]), Extend(&[2, 3])], &[Push(4)]]);
}

#[test]
fn extend_against_set() {
    explore(3, &[], [&[Extend(&[1, 2])], &[Set(1, 5), Set(0, 6)]]);
}

#[test]
fn snapshot_against_sets() {
    explore(3, &[1, 2], [&[Snapshot], &[Set(0, 3), Set(1, 4)]]);
}

/// Each element is seen twice with the same value, and never were both there at once: only the stamps
/// tell.
#[test]
fn snapshot_against_sets_that_come_back() {
    const SETS: &[Operation] = &[Set(0, 3), Set(1, 4), Set(1, 2), Set(0, 1), Set(0, 3), Set(1, 4)];
    explore(6, &[1, 2], [&[Snapshot], SETS]);
}

#[test]
fn snapshot_against_pop_then_push() {
    explore(3, &[1, 2], [&[Snapshot], &[Pop, Push(2)]]);
}

#[test]
fn snapshot_against_extend() {
    explore(3, &[1], [&[Snapshot], &[Extend(&[2, 3])]]);
}
