//! The works, each for any contestant that can do it.

use std::hint::black_box;

use crate::harness::{Size, Turn, race};
use crate::random::Random;
use crate::vectors::{Element, Extend, Get, Pop, Set, Snapshot, Vector};

/// How many elements there are to get and to set.
pub(crate) const LENGTH: usize = 65_536;
/// How many more there are when threads pop.
const MORE: usize = 1_024;
/// How many elements one `extend` adds.
pub(crate) const SLICE: usize = 64;
/// How many elements there are to take a snapshot of.
pub(crate) const SNAPSHOT: usize = 1_000;

/// It starts with a cache line, and there is nothing else in its lines: where a contestant happens to
/// stand is not measured. (Processors fetch lines in pairs.)
#[repr(align(128))]
struct Alone<V>(V);

/// A vector of so many elements.
fn filled<V: Vector>(length: usize) -> Alone<V> {
    let vector = V::new();
    for n in 0..length {
        vector.push(Element::of(n as u64));
    }
    Alone(vector)
}

/// What `V` does of it when it changes the vector.
fn part<V: Vector>(size: Size) -> Size {
    Size { operations: size.operations / V::PART, ..size }
}

/// As many as reach most of the elements.
fn warm(size: Size) -> u64 {
    size.operations / 8
}

/// A random index of `LENGTH`, from the high bits.
fn index(random: u64) -> usize {
    const { assert!(LENGTH == 1 << 16) };
    (random >> 48) as usize
}

pub(crate) fn push<V: Vector>(size: Size) -> Turn {
    let Alone(vector) = &filled::<V>(0);
    race(part::<V>(size), 0, |_, operations| {
        for n in 0..operations {
            vector.push(Element::of(black_box(n)));
        }
    })
}

pub(crate) fn push_then_pop<V: Pop>(size: Size) -> Turn {
    let Alone(vector) = &filled::<V>(MORE);
    race(part::<V>(size), warm(size), |_, operations| {
        for n in 0..operations / 2 {
            vector.push(Element::of(black_box(n)));
            black_box(vector.pop());
        }
    })
}

pub(crate) fn get<V: Get>(size: Size) -> Turn {
    let Alone(vector) = &filled::<V>(LENGTH);
    race(size, warm(size), |thread, operations| {
        let mut random = Random::new(thread);
        for _ in 0..operations {
            black_box(vector.get(index(random.next())));
        }
    })
}

/// Many who look, few who change.
pub(crate) fn gets<V: Pop + Get + Set>(size: Size) -> Turn {
    mix::<V>(size, 70, 20)
}

/// After the paper, which mixes the same four operations.
pub(crate) fn gets_and_sets<V: Pop + Get + Set>(size: Size) -> Turn {
    mix::<V>(size, 40, 40)
}

/// After the paper as well.
pub(crate) fn pushes_and_pops<V: Pop + Get + Set>(size: Size) -> Turn {
    mix::<V>(size, 10, 10)
}

/// In a hundred operations `get` gets and `set` sets. The others are pushes and pops, which take
/// turns in each thread, so that the length stays what it is.
#[inline(always)]
fn mix<V: Pop + Get + Set>(size: Size, get: u32, set: u32) -> Turn {
    let Alone(vector) = &filled::<V>(LENGTH + MORE);
    race(part::<V>(size), warm(size), |thread, operations| {
        let mut random = Random::new(thread);
        let mut pop = false;
        for _ in 0..operations {
            let random = random.next();
            // From bits that the index is not made of.
            let kind = (((random & 0xffff_ffff) * 100) >> 32) as u32;
            if kind < get {
                black_box(vector.get(index(random)));
            } else if kind < get + set {
                black_box(vector.set(index(random), Element::of(random)));
            } else if pop {
                black_box(vector.pop());
                pop = false;
            } else {
                vector.push(Element::of(random));
                pop = true;
            }
        }
    })
}

/// An operation is one element.
pub(crate) fn extend<V: Extend>(size: Size) -> Turn {
    let Alone(vector) = &filled::<V>(0);
    race(size, 0, |thread, operations| {
        let values: [V::Element; SLICE] = std::array::from_fn(|n| Element::of(thread + n as u64));
        for _ in 0..operations / SLICE as u64 {
            vector.extend(black_box(&values));
        }
    })
}

/// An operation is one element, of a vector that nobody changes.
pub(crate) fn snapshot<V: Snapshot>(size: Size) -> Turn {
    let Alone(vector) = &filled::<V>(SNAPSHOT);
    race(size, warm(size), |_, operations| {
        for _ in 0..operations / SNAPSHOT as u64 {
            black_box(vector.snapshot());
        }
    })
}
