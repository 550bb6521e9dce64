//! One thread: a `SecVec` does what a `Vec` does.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;
#[path = "common/ours.rs"]
mod ours;

use common::suite::model::config;
use proptest::prelude::*;
use secvec::{SecVec, Word};

common::suite::test_model!(SecVec<u32>);

mod boxes {
    use super::common;
    use super::ours::Boxes;

    common::suite::test_model!(Boxes);
}

#[derive(Clone, Debug)]
enum Step<T> {
    Push(T),
    Pop,
    Get(usize),
    Set(usize, T),
    /// With the value that is there, or with one that is not.
    CompareExchange(usize, Option<T>, T),
    Update(usize, T),
    Extend(Vec<T>),
    Snapshot,
    Reserve(usize),
    GetMut(usize, T),
    Clear,
}

fn steps<T: Arbitrary + Clone>() -> impl Strategy<Value = Vec<Step<T>>> {
    let index = || 0..24_usize;
    let value = any::<T>;
    let one = prop_oneof![
        8 => value().prop_map(Step::Push),
        4 => Just(Step::Pop),
        2 => index().prop_map(Step::Get),
        2 => (index(), value()).prop_map(|(i, new)| Step::Set(i, new)),
        2 => (index(), any::<Option<T>>(), value())
            .prop_map(|(i, current, new)| Step::CompareExchange(i, current, new)),
        2 => (index(), value()).prop_map(|(i, new)| Step::Update(i, new)),
        2 => (index(), value()).prop_map(|(i, new)| Step::GetMut(i, new)),
    ];
    let many = prop_oneof![
        2 => prop::collection::vec(value(), 0..12).prop_map(Step::Extend),
        1 => Just(Step::Snapshot),
        1 => (0..100_usize).prop_map(Step::Reserve),
        1 => Just(Step::Clear),
    ];
    let step = prop_oneof![4 => one, 1 => many];
    prop::collection::vec(step, 0..if cfg!(miri) { 12 } else { 200 })
}

/// The operations that the suite knows, with elements of any type, and those that it does not know.
fn same_as_vec<T: Word + PartialEq + std::fmt::Debug>(steps: Vec<Step<T>>) {
    let mut ours = SecVec::new();
    let mut plain = Vec::new();
    for step in steps {
        match step {
            Step::Push(value) => {
                assert_eq!(ours.push(value), plain.len());
                plain.push(value);
            }
            Step::Pop => assert_eq!(ours.pop(), plain.pop()),
            Step::Get(index) => assert_eq!(ours.get(index), plain.get(index).copied()),
            Step::Set(index, value) => match plain.get_mut(index) {
                Some(place) => {
                    assert_eq!(ours.set(index, value), Ok(std::mem::replace(place, value)));
                }
                None => {
                    let error = ours.set(index, value).unwrap_err();
                    assert_eq!((error.index, error.len, error.value), (index, plain.len(), value));
                }
            },
            Step::CompareExchange(index, current, new) => {
                let found = plain.get(index).copied();
                let current = current.or(found).unwrap_or(new);
                let expected = found.map(|it| if it == current { Ok(it) } else { Err(it) });
                assert_eq!(ours.compare_exchange(index, current, new), expected);
                if expected.is_some_and(|it| it.is_ok()) {
                    plain[index] = new;
                }
            }
            Step::Update(index, new) => {
                let expected = plain.get_mut(index).map(|place| std::mem::replace(place, new));
                let mut seen = None;
                let old = ours.update(index, |old| {
                    seen = Some(old);
                    new
                });
                assert_eq!((old, seen), (expected, expected));
            }
            Step::Extend(values) => {
                let first = plain.len();
                plain.extend_from_slice(&values);
                assert_eq!(ours.extend_from_slice(&values), first..plain.len());
            }
            Step::Snapshot => assert_eq!(ours.snapshot(), plain),
            Step::Reserve(additional) => {
                ours.reserve(additional);
                assert!(ours.capacity() >= plain.len() + additional);
            }
            Step::GetMut(index, value) => match (ours.get_mut(index), plain.get_mut(index)) {
                (Some(mut ours), Some(plain)) => {
                    assert_eq!(*ours, *plain);
                    *ours = value;
                    *plain = value;
                }
                (None, None) => {}
                (ours, plain) => panic!("{} and {}", ours.is_some(), plain.is_some()),
            },
            Step::Clear => {
                ours.clear();
                plain.clear();
            }
        }
        assert_eq!((ours.len(), ours.is_empty()), (plain.len(), plain.is_empty()));
        assert!(ours.capacity() >= ours.len());
    }
    assert!(ours.iter().eq(plain.iter().copied()));
    assert!(ours.clone().into_iter().rev().eq(plain.iter().rev().copied()));
    assert_eq!(format!("{ours:?}"), format!("{plain:?}"));
    assert_eq!(ours.into_vec(), plain);
}

fn many() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(any::<u64>(), 0..if cfg!(miri) { 12 } else { 40 })
}

fn there_and_back<T: Word + PartialEq + std::fmt::Debug>(value: T) {
    assert!(T::BITS == 64 || value.to_bits() >> T::BITS == 0, "{value:?} leaves bits above");
    assert_eq!(T::from_bits(value.to_bits()), value);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn elements_of_64_bits(steps in steps::<u64>()) {
        same_as_vec(steps);
    }

    #[test]
    fn elements_of_48_bits_in_two_parts(steps in steps::<(i32, i16)>()) {
        same_as_vec(steps);
    }

    #[test]
    fn collected_and_extended(first in many(), second in many()) {
        let mut ours: SecVec<u64> = first.iter().copied().collect();
        ours.extend(second.iter().copied());
        prop_assert_eq!(ours.into_vec(), [first, second].concat());
    }

    #[test]
    fn every_word_comes_back(
        a: u8, b: i16, c: i32, d: u64, e: i64, f: usize, g: bool, h: char,
        i: [i8; 7], j: ((bool, i8), u32), k: std::num::NonZero<i64>, l: (u64, [u8; 0]),
    ) {
        there_and_back(a);
        there_and_back(b);
        there_and_back(c);
        there_and_back(d);
        there_and_back(e);
        there_and_back(f);
        there_and_back(g);
        there_and_back(h);
        there_and_back(i);
        there_and_back(j);
        there_and_back(k);
        there_and_back(l);
    }

    #[test]
    fn floats_keep_every_bit(single: u32, double: u64) {
        // As bits: a NaN with a payload is not equal to itself.
        let singles = SecVec::from_iter([f32::from_bits(single)]);
        prop_assert_eq!(singles.pop().unwrap().to_bits(), single);
        let doubles = SecVec::from_iter([f64::from_bits(double)]);
        prop_assert_eq!(doubles.pop().unwrap().to_bits(), double);
    }
}

#[test]
fn the_ends_of_each_type() {
    there_and_back(i8::MIN);
    there_and_back(i64::MIN);
    there_and_back(u64::MAX);
    there_and_back(char::MAX);
    there_and_back([u32::MAX; 2]);
    there_and_back([(); 3].map(|()| [0_u64; 0]));
}

#[test]
fn an_iterator_that_ended_stays_ended() {
    let numbers = SecVec::from_iter([1]);
    let mut iter = numbers.iter();
    assert_eq!((iter.next(), iter.next()), (Some(1), None));
    numbers.push(2);
    assert_eq!(iter.next(), None);
}

#[test]
#[should_panic = "capacity overflow"]
fn a_capacity_beyond_memory_is_refused_before_anything_is_allocated() {
    SecVec::<u64>::new().reserve(usize::MAX);
}
