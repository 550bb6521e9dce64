//! Elements of any type: each is there once, is dropped once, and stays while somebody looks at it.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

#[path = "common/stopped.rs"]
mod stopped;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use proptest::prelude::*;
use secvec::pause::Point;
use secvec::{OwnedSecVec, Ref, Taken};
use stopped::Stopped;

const ROUNDS: usize = if cfg!(miri) { 15 } else { 20_000 };

/// Counts how many of its kind are alive.
#[derive(Debug)]
struct Counted<'a> {
    alive: &'a AtomicUsize,
    value: Box<usize>,
}

impl<'a> Counted<'a> {
    fn new(alive: &'a AtomicUsize, value: usize) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self { alive, value: Box::new(value) }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        assert!(self.alive.fetch_sub(1, Ordering::Relaxed) > 0, "dropped twice");
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Push(u8),
    Append(usize),
    Pop,
    PopAndForget,
    PopAndTake,
    Set(usize, u8),
    Get(usize),
    GetMut(usize),
    Clear,
    Snapshot,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let index = 0..8_usize;
    let step = prop_oneof![
        4 => any::<u8>().prop_map(Step::Push),
        1 => (0..5_usize).prop_map(Step::Append),
        2 => Just(Step::Pop),
        1 => Just(Step::PopAndForget),
        1 => Just(Step::PopAndTake),
        2 => (index.clone(), any::<u8>()).prop_map(|(index, value)| Step::Set(index, value)),
        2 => index.clone().prop_map(Step::Get),
        1 => index.prop_map(Step::GetMut),
        1 => Just(Step::Clear),
        1 => Just(Step::Snapshot),
    ];
    prop::collection::vec(step, 0..if cfg!(miri) { 20 } else { 100 })
}

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn it_is_a_vec(steps in steps()) {
        let alive = AtomicUsize::new(0);
        let mut plain: Vec<usize> = Vec::new();
        let mut owned = OwnedSecVec::new();
        let mut forgotten = 0;
        for step in steps {
            match step {
                Step::Push(value) => {
                    let value = usize::from(value);
                    prop_assert_eq!(owned.push(Counted::new(&alive, value)), plain.len());
                    plain.push(value);
                }
                Step::Append(count) => {
                    let range = owned.append((0..count).map(|it| Counted::new(&alive, it)).collect());
                    prop_assert_eq!(range, plain.len()..plain.len() + count);
                    plain.extend(0..count);
                }
                Step::Pop => prop_assert_eq!(owned.pop().map(|it| *it.value), plain.pop()),
                Step::PopAndForget => {
                    forgotten += usize::from(owned.pop().map(std::mem::forget).is_some());
                    plain.pop();
                }
                Step::PopAndTake => {
                    let element = owned.pop().map(|it| it.try_into_inner().unwrap());
                    prop_assert_eq!(element.map(|it| *it.value), plain.pop());
                }
                Step::Set(index, value) => {
                    let value = usize::from(value);
                    match owned.set(index, Counted::new(&alive, value)) {
                        Ok(old) => prop_assert_eq!(*old.value, std::mem::replace(&mut plain[index], value)),
                        Err(error) => prop_assert_eq!(
                            (*error.value.value, error.len, index >= plain.len()),
                            (value, plain.len(), true)
                        ),
                    }
                }
                Step::Get(index) => {
                    prop_assert_eq!(owned.get(index).map(|it| *it.value), plain.get(index).copied());
                }
                Step::GetMut(index) => {
                    prop_assert_eq!(owned.get_mut(index).is_some(), index < plain.len());
                    if let Some(element) = owned.get_mut(index) {
                        *element.value += 1;
                        plain[index] += 1;
                    }
                }
                Step::Clear => {
                    owned.clear();
                    plain.clear();
                }
                Step::Snapshot => {
                    let all: Vec<_> = owned.snapshot().iter().map(|it| *it.value).collect();
                    prop_assert_eq!(&all, &plain);
                }
            }
            prop_assert_eq!(owned.len(), plain.len());
            prop_assert_eq!(alive.load(Ordering::Relaxed), plain.len() + forgotten);
        }
        let all: Vec<_> = owned.iter().map(|it| *it.value).collect();
        prop_assert_eq!(all, plain);
        drop(owned);
        prop_assert_eq!(alive.load(Ordering::Relaxed), 0);
    }
}

#[test]
fn every_element_is_dropped_once_whoever_holds_it() {
    let alive = AtomicUsize::new(0);
    let vector = OwnedSecVec::new();
    let taken = AtomicUsize::new(0);
    thread::scope(|scope| {
        for thread in 0..3 {
            let (vector, alive, taken) = (&vector, &alive, &taken);
            scope.spawn(move || {
                let mut looks: Vec<Ref<'_, Counted<'_>>> = Vec::new();
                let mut seed = thread as u64 + 1;
                for round in 0..ROUNDS {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let choice = (seed >> 33) as usize;
                    match choice % 8 {
                        0..3 => {
                            vector.push(Counted::new(alive, round));
                        }
                        3 => drop(vector.pop()),
                        4 => {
                            if let Some(Ok(element)) = vector.pop().map(Taken::try_into_inner) {
                                taken.fetch_add(*element.value, Ordering::Relaxed);
                            }
                        }
                        5 => drop(vector.set(choice % 3, Counted::new(alive, round))),
                        6 => looks.extend(vector.get(choice % 5)),
                        _ => {
                            for look in looks.drain(..) {
                                taken.fetch_add(*look.value, Ordering::Relaxed);
                            }
                        }
                    }
                }
            });
        }
    });
    assert_eq!(alive.load(Ordering::Relaxed), vector.len());
    drop(vector);
    assert_eq!(alive.load(Ordering::Relaxed), 0);
}

#[test]
fn a_look_keeps_the_element_and_delays_nothing_else() {
    let alive = AtomicUsize::new(0);
    let vector = OwnedSecVec::from_iter([Counted::new(&alive, 1), Counted::new(&alive, 2)]);
    let look = vector.get(1).unwrap();
    let taken = vector.pop().unwrap();
    assert_eq!((*look.value, *taken.value), (2, 2));
    let taken = taken.try_into_inner().unwrap_err();
    drop(taken);
    assert_eq!(alive.load(Ordering::Relaxed), 2, "held by the look");
    for value in 3..100 {
        vector.push(Counted::new(&alive, value));
        drop(vector.pop());
        assert_eq!((alive.load(Ordering::Relaxed), *look.value), (2, 2));
    }
    drop(look);
    assert_eq!(alive.load(Ordering::Relaxed), 1);
}

#[test]
fn a_thread_that_comes_to_a_node_too_late_finds_nothing_and_harms_nobody() {
    let vector = Arc::new(OwnedSecVec::from_iter([String::from("first")]));
    // It has the number of the node, and is counted in when the element is gone.
    let late = {
        let vector = Arc::clone(&vector);
        Stopped::at(Point::NodeHeld, 1, move || vector.get(0).map(|it| it.clone()))
    };
    let taken = vector.pop().unwrap();
    let taken = taken.try_into_inner().expect_err("somebody looks whether it may have it");
    drop(taken);
    vector.push(String::from("second"));
    assert_eq!(late.go_on().as_deref(), Some("second"));
    assert_eq!(vector.pop().unwrap().try_into_inner().unwrap(), "second");
}

#[test]
fn others_get_on_while_a_thread_stands_at_a_node() {
    for point in [Point::NodeTaken, Point::NodeFilled, Point::NodeHeld, Point::NodeReleased] {
        let vector = Arc::new(OwnedSecVec::from_iter([String::from("a"), String::from("b")]));
        let stopped = {
            let vector = Arc::clone(&vector);
            Stopped::at(point, 1, move || match point {
                Point::NodeHeld => drop(vector.get(1)),
                Point::NodeReleased => drop(vector.pop()),
                _ => drop(vector.set(1, String::from("c"))),
            })
        };
        let rounds = if cfg!(miri) { 20 } else { 200_000 };
        let before = vector.len();
        for round in 0..rounds {
            vector.push(round.to_string());
            assert!(vector.get(before).is_some_and(|it| *it == round.to_string()));
            let taken = vector.pop().unwrap();
            assert_eq!(*taken, round.to_string(), "{point:?}");
        }
        stopped.go_on();
        assert!(vector.len() <= 2);
    }
}

#[test]
fn a_drop_that_panics_drops_its_element_once_and_no_other() {
    struct Loud<'a>(&'a AtomicUsize, bool);
    impl Drop for Loud<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
            assert!(!self.1, "loud");
        }
    }
    let dropped = AtomicUsize::new(0);
    let vector = OwnedSecVec::new();
    vector.push(Loud(&dropped, false));
    vector.push(Loud(&dropped, true));
    assert!(catch_unwind(AssertUnwindSafe(|| drop(vector.pop()))).is_err());
    assert_eq!((dropped.load(Ordering::Relaxed), vector.len()), (1, 1));
    // The node came back, and is used again.
    vector.push(Loud(&dropped, true));
    vector.push(Loud(&dropped, false));
    assert!(catch_unwind(AssertUnwindSafe(|| drop(vector))).is_err());
    assert_eq!(dropped.load(Ordering::Relaxed), 4);
}

#[test]
fn an_element_need_not_be_sync() {
    let vector = OwnedSecVec::new();
    thread::scope(|scope| {
        for value in 0..3 {
            let vector = &vector;
            scope.spawn(move || {
                vector.push(Cell::new(value));
                vector.set(0, Cell::new(value + 10)).unwrap();
            });
        }
    });
    let taken = vector.pop().unwrap();
    taken.set(taken.get() + 100);
    assert!(taken.try_into_inner().unwrap().get() >= 100);
    assert_eq!(vector.into_vec().len(), 2);
}

#[test]
fn elements_without_a_size_and_large_ones() {
    let units = OwnedSecVec::from_iter([(); 20]);
    assert!(units.pop().is_some());
    assert_eq!(units.into_vec().len(), 19);
    let mut large = OwnedSecVec::from_iter((0..20).map(|it| [it; 100]));
    large.get_mut(3).unwrap()[99] = 7;
    assert_eq!((&large.get(3).unwrap()[98..], large.len()), (&[3, 7][..], 20));
}

#[test]
fn the_traits_of_a_collection() {
    let mut names: OwnedSecVec<String> = ["a", "b"].map(String::from).into_iter().collect();
    names.extend([String::from("c")]);
    assert_eq!(names.iter().map(|it| it.clone()).collect::<String>(), "abc");
    assert_eq!((&names).into_iter().count(), 3);
    let copy = names.clone();
    names.clear();
    assert!(names.is_empty() && names.iter().next().is_none());
    assert_eq!(format!("{copy:?}"), "OwnedSecVec { len: 3, .. }");
    assert_eq!(format!("{:?} {}", copy.get(0).unwrap(), copy.pop().unwrap()), "\"a\" c");
    assert_eq!(copy.into_iter().rev().collect::<String>(), "ba");
    assert_eq!(OwnedSecVec::<u8>::default().capacity(), 0);
    assert!(OwnedSecVec::<u8>::with_capacity(9).capacity() >= 9);
}
