//! How one value at a time is measured: encoded one after another into a buffer that is used
//! again, decoded one after another and added up.
//!
//! Each type is measured by a program of its own, where every function of a peer has one caller.
//! In one program for all types the compiler no longer inlines some of them, and bincode and
//! prost take up to four times as long.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};

use super::data::{Set, VALUES};
use super::formats::Format;
use super::sum::Sum;

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// What is measured of one contestant on one data set.
type Measure<T> = fn(&mut Group<'_>, &[T]);

/// What is measured of all of them.
pub(crate) struct Contestants<'a, T> {
    pub(crate) encode: &'a [Measure<T>],
    pub(crate) decode: &'a [Measure<T>],
}

pub(crate) fn encode<T: Sum, F: Format<T>>(group: &mut Group<'_>, values: &[T]) {
    let mut out = Vec::with_capacity(19 * VALUES);
    group.bench_function(F::NAME, |b| b.iter(|| F::encode(black_box(values), &mut out)));
}

pub(crate) fn decode<T: Sum, F: Format<T>>(group: &mut Group<'_>, values: &[T]) {
    let mut bytes = Vec::new();
    let len = F::encode(values, &mut bytes);
    let bytes = &bytes[..len];
    let sum = values.iter().fold(T::default(), |sum, value| sum.plus(*value));
    assert!(F::sum(bytes) == sum, "{} does not give back what it was given", F::NAME);

    group.bench_function(F::NAME, |b| b.iter(|| F::sum(black_box(bytes))));
}

/// Both works of each contestant.
macro_rules! contestants {
    ($($(#[$attribute:meta])? $format:ident,)*) => {
        one_value::Contestants {
            encode: &[$($(#[$attribute])? one_value::encode::<_, $format>),*],
            decode: &[$($(#[$attribute])? one_value::decode::<_, $format>),*],
        }
    };
}
pub(crate) use contestants;

/// A group for each work and data set, with a function for each contestant.
pub(crate) fn measure<T>(
    criterion: &mut Criterion,
    sets: &[Set<T>],
    contestants: Contestants<'_, T>,
) {
    let Contestants { encode, decode } = contestants;
    for (work, contestants) in [("encode", encode), ("decode", decode)] {
        for (name, values) in sets {
            let mut group = criterion.benchmark_group(format!("integer-codec/{work} {name}"));
            group.throughput(Throughput::Elements(VALUES as u64));
            contestants.iter().for_each(|contestant| contestant(&mut group, values));
            group.finish();
        }
    }
}
