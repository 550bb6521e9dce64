//! Every protocol between threads, in every order of steps that loom finds.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p secvec --test loom --release`
//!
//! Most models are a few operations on each of two or three threads. For each run that loom finds there
//! must be an order of the operations, one after the other on a plain `Vec`, that keeps the order within
//! each thread and gives the same answers and the same elements at the end.
#![cfg(loom)]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::{Arc as StdArc, Mutex};

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;
use secvec::{FewNumbers, OwnedSecVec, SecVec, Taken};

/// Explore with at most `preemptions` forced switches of thread in a run.
fn model(preemptions: usize, f: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(f);
}

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

/// A value that stands for data elsewhere: whoever gets it must see the data.
struct Message(UnsafeCell<u32>);

// SAFETY: written before its number is pushed, read after its number is seen: loom checks it.
unsafe impl Send for Message {}
// SAFETY: the same.
unsafe impl Sync for Message {}

impl Message {
    fn write(&self) {
        // SAFETY: nobody knows of it yet.
        self.0.with_mut(|it| unsafe { *it = 7 });
    }

    fn read(&self) -> u32 {
        // SAFETY: its writer pushed or set its number afterwards.
        self.0.with(|it| unsafe { *it })
    }
}

/// One writes the message and says so, the other reads it if it hears of it. Each is the main thread
/// once, see [`explore`]; and it must have been heard, or nothing was tried.
fn tell(
    preemptions: usize,
    start: &'static [u32],
    say: fn(&SecVec<u32>),
    between: Option<fn(&SecVec<u32>)>,
    hears: fn(&SecVec<u32>) -> bool,
) {
    // Not loom's: nothing depends on it.
    let heard = Alive::default();
    for reader_is_main in [false, true] {
        let heard = Alive::clone(&heard);
        model(preemptions, move || {
            let vector = Arc::new(SecVec::from_iter(start.iter().copied()));
            let message = Arc::new(Message(UnsafeCell::new(0)));
            let helper = between.map(|work| {
                let vector = Arc::clone(&vector);
                thread::spawn(move || work(&vector))
            });
            let reader = {
                let (vector, message) = (Arc::clone(&vector), Arc::clone(&message));
                let heard = Alive::clone(&heard);
                move || {
                    if hears(&vector) {
                        heard.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        assert_eq!(message.read(), 7);
                    }
                }
            };
            let writer = move || {
                message.write();
                say(&vector);
            };
            let other = if reader_is_main {
                let writer = thread::spawn(writer);
                reader();
                writer
            } else {
                let reader = thread::spawn(reader);
                writer();
                reader
            };
            other.join().unwrap();
            helper.into_iter().for_each(|helper| helper.join().unwrap());
        });
    }
    assert_ne!(heard.load(std::sync::atomic::Ordering::Relaxed), 0, "nobody heard of it");
}

#[test]
fn what_came_before_a_push_is_seen_after_a_get() {
    tell(
        4,
        &[],
        |it| {
            let _ = it.push(1);
        },
        None,
        |it| it.get(0).is_some(),
    );
}

#[test]
fn what_came_before_a_push_is_seen_after_a_pop() {
    tell(
        4,
        &[],
        |it| {
            let _ = it.push(1);
        },
        None,
        |it| it.pop().is_some(),
    );
}

#[test]
fn what_came_before_a_set_is_seen_after_a_get() {
    // Two elements: the last one is still to be written to its slot, and the set would begin with that.
    tell(
        4,
        &[1, 1],
        |it| {
            let _ = it.set(0, 2);
        },
        None,
        |it| it.get(0) == Some(2),
    );
}

#[test]
fn what_came_before_a_set_is_seen_after_a_pop() {
    tell(
        4,
        &[1],
        |it| {
            let _ = it.set(0, 2);
        },
        None,
        |it| it.pop() == Some(2),
    );
}

/// The second push writes the first one's element; what came before the first goes with it. The bucket
/// is there before, or to find it would be enough.
#[test]
fn what_came_before_a_push_is_seen_through_a_helper() {
    let hears = |it: &SecVec<u32>| (1..3).any(|index| it.get(index) == Some(1));
    tell(
        3,
        &[9],
        |it| {
            let _ = it.push(1);
        },
        Some(|it| {
            let _ = it.push(2);
        }),
        hears,
    );
}

#[test]
fn what_came_before_an_extend_is_seen_after_a_get() {
    tell(
        3,
        &[],
        |it| {
            let _ = it.extend_from_slice(&[1, 2]);
        },
        None,
        |it| it.get(1).is_some(),
    );
}

/// How many elements there are that were not dropped. Not one of loom's: nothing depends on it.
type Alive = std::sync::Arc<std::sync::atomic::AtomicUsize>;

struct Counted(Alive, u32);

impl Counted {
    fn new(alive: &Alive, value: u32) -> Self {
        alive.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Self(Alive::clone(alive), value)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let before = self.0.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
        assert!(before > 0, "dropped twice");
    }
}

type Owned = Arc<OwnedSecVec<Counted>>;

/// Run the two on threads, on a vector of these elements; then nothing is left over. Each runs first once,
/// see [`explore`].
fn share(
    values: &'static [u32],
    one: fn(&OwnedSecVec<Counted>, &Alive),
    other: fn(&OwnedSecVec<Counted>, &Alive),
) {
    for (one, other) in [(one, other), (other, one)] {
        model(4, move || {
            let alive = Alive::default();
            let vector: Owned =
                Arc::new(values.iter().map(|&value| Counted::new(&alive, value)).collect());
            let thread = {
                let (vector, alive) = (Arc::clone(&vector), Alive::clone(&alive));
                thread::spawn(move || other(&vector, &alive))
            };
            one(&vector, &alive);
            thread.join().unwrap();
            let count = || alive.load(std::sync::atomic::Ordering::Relaxed);
            assert_eq!(count(), vector.len());
            drop(vector);
            assert_eq!(count(), 0);
        });
    }
}

fn looks(vector: &OwnedSecVec<Counted>, _: &Alive) {
    if let Some(look) = vector.get(0) {
        assert!(look.1 > 0);
    }
}

/// Reclamation against get: the element that is looked at is dropped by whoever comes last.
#[test]
fn a_look_against_a_pop() {
    share(&[1], looks, |vector, _| drop(vector.pop()));
}

#[test]
fn a_look_against_a_pop_that_moves_the_element_out() {
    share(&[1], looks, |vector, _| drop(vector.pop().map(Taken::try_into_inner)));
}

/// The node is used again, for another element at the same index.
#[test]
fn a_look_against_a_pop_then_a_push() {
    share(&[1], looks, |vector, alive| {
        drop(vector.pop());
        vector.push(Counted::new(alive, 2));
    });
}

#[test]
fn a_look_against_a_set() {
    share(&[1], looks, |vector, alive| drop(vector.set(0, Counted::new(alive, 2))));
}

#[test]
fn two_looks_against_a_set_and_a_pop() {
    share(
        &[1],
        |vector, alive| {
            looks(vector, alive);
            drop(vector.pop());
        },
        |vector, alive| {
            drop(vector.set(0, Counted::new(alive, 2)));
            looks(vector, alive);
        },
    );
}

#[test]
fn free_nodes_go_to_one_thread_each() {
    share(
        &[1, 2],
        |vector, alive| {
            drop(vector.pop());
            vector.push(Counted::new(alive, 3));
        },
        |vector, alive| {
            drop(vector.pop());
            vector.push(Counted::new(alive, 4));
        },
    );
}

#[test]
fn a_snapshot_against_a_pop_then_a_push() {
    share(
        &[1, 2],
        |vector, _| {
            let all: Vec<u32> = vector.snapshot().iter().map(|it| it.1).collect();
            assert!(matches!(all[..], [1, 2] | [1] | [1, 3]), "{all:?}");
        },
        |vector, alive| {
            drop(vector.pop());
            vector.push(Counted::new(alive, 3));
        },
    );
}

/// A number, and with it a cell, belongs to one thread at a time; and what the last owner did with the
/// cell comes before what the next one does.
#[test]
fn a_number_goes_from_thread_to_thread() {
    struct Shared {
        numbers: FewNumbers,
        cells: [UnsafeCell<u32>; 2],
    }
    // SAFETY: who has a number has its cell for himself, and loom says if that is not so.
    unsafe impl Sync for Shared {}

    model(4, || {
        let shared = Arc::new(Shared {
            numbers: FewNumbers::new(),
            cells: [UnsafeCell::new(0), UnsafeCell::new(0)],
        });
        let use_one = |shared: &Shared| {
            let number = shared.numbers.take();
            // SAFETY: this thread has the number.
            shared.cells[usize::from(number - 1)].with_mut(|it| unsafe { *it += 1 });
            shared.numbers.give_back(number);
        };
        let other = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || use_one(&shared))
        };
        use_one(&shared);
        other.join().unwrap();
        // SAFETY: there is no other thread any more.
        let uses: u32 = shared.cells.iter().map(|it| it.with(|it| unsafe { *it })).sum();
        assert_eq!(uses, 2);
    });
}
