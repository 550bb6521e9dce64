//! Whole slices of a million values, into and out of buffers that are used again.
//!
//! Two contestants need more than a plain `cargo bench`. stream-vbyte has its vector code for
//! nightly Rust alone, and varint-simd the functions that read two values for a target that is
//! known to have AVX2:
//!
//! ```text
//! cargo xtask bench integer-codec-blocks --native --toolchain nightly --features stream-vbyte-simd
//! ```

use std::hint::black_box;

use bitpacking::{BitPacker4x, BitPacker8x};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};

use blocks::*;
use data::{Set, VALUES};

#[path = "integer_codec/blocks.rs"]
mod blocks;
#[path = "integer_codec/data.rs"]
mod data;

#[cfg(not(feature = "stream-vbyte-simd"))]
type StreamVbyteHere = StreamVbyte<stream_vbyte::scalar::Scalar, stream_vbyte::scalar::Scalar>;
#[cfg(feature = "stream-vbyte-simd")]
type StreamVbyteHere = StreamVbyte<stream_vbyte::x86::Sse41, stream_vbyte::x86::Ssse3>;

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// What is measured of one contestant on one data set.
type Measure<T> = fn(&mut Group<'_>, &[T]);

fn encode<T, B: Blocks<T>>(group: &mut Group<'_>, values: &[T]) {
    let mut out = Vec::new();
    group.bench_function(B::NAME, |b| b.iter(|| B::encode(black_box(values), &mut out)));
}

fn decode<T: PartialEq, B: Blocks<T>>(group: &mut Group<'_>, values: &[T]) {
    let mut bytes = Vec::new();
    let len = B::encode(values, &mut bytes);
    let bytes = &bytes[..len];
    let mut out = Vec::new();
    B::decode(bytes, values.len(), &mut out);
    assert!(out == values, "{} does not give back what it was given", B::NAME);

    group.bench_function(B::NAME, |b| {
        b.iter(|| B::decode(black_box(bytes), values.len(), black_box(&mut out)));
    });
}

macro_rules! contestants {
    ($($format:ty),* $(,)?) => {
        ([$(encode::<_, $format>),*], [$(decode::<_, $format>),*])
    };
}

fn measure<T: PartialEq, const N: usize>(
    criterion: &mut Criterion,
    sets: &[Set<T>],
    (encode, decode): ([Measure<T>; N], [Measure<T>; N]),
) {
    for (work, contestants) in [("encode", encode), ("decode", decode)] {
        for (name, values) in sets {
            let group = format!("integer-codec/{work} blocks of {name}");
            let mut group = criterion.benchmark_group(group);
            group.throughput(Throughput::Elements(VALUES as u64));
            contestants.iter().for_each(|contestant| contestant(&mut group, values));
            group.finish();
        }
    }
}

#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
macro_rules! with_varint_simd {
    ($($format:ty),* $(,)?) => { contestants!($($format,)* VarintSimdTwo) };
}
#[cfg(not(all(target_arch = "x86_64", target_feature = "avx2")))]
macro_rules! with_varint_simd {
    ($($format:ty),* $(,)?) => { contestants!($($format),*) };
}

/// The contestants for a u32.
macro_rules! of_32_bits {
    () => {
        with_varint_simd!(
            IntegerCodec,
            IntegerCodecPlain,
            Copying,
            StreamVbyteHere,
            Bitpacking<BitPacker4x>,
            Bitpacking<BitPacker8x>,
        )
    };
}

fn run(criterion: &mut Criterion) {
    if cfg!(not(feature = "stream-vbyte-simd")) {
        eprintln!("stream-vbyte: without its vector code, which needs nightly Rust");
    }
    if cfg!(not(target_feature = "avx2")) {
        eprintln!("varint-simd: left out, this build may not assume AVX2");
    }
    let (sorted, others): (Vec<_>, Vec<_>) =
        data::u32_sets().into_iter().partition(|(_, values)| values.is_sorted());
    let of_sorted = contestants!(
        IntegerCodec,
        IntegerCodecPlain,
        IntegerCodecDelta,
        Copying,
        StreamVbyteHere,
        Bitpacking<BitPacker4x>,
        Bitpacking<BitPacker8x>,
        BitpackingSorted<BitPacker4x>,
        BitpackingSorted<BitPacker8x>,
    );
    measure(criterion, &data::more_u32_sets(), of_32_bits!());
    measure(criterion, &others, of_32_bits!());
    measure(criterion, &sorted, of_sorted);
    let (sorted, others): (Vec<_>, Vec<_>) =
        data::u64_sets().into_iter().partition(|(_, values)| values.is_sorted());
    let of_u64 = with_varint_simd!(IntegerCodec, IntegerCodecPlain, Copying);
    measure(criterion, &others, of_u64);
    let of_sorted = with_varint_simd!(IntegerCodec, IntegerCodecPlain, IntegerCodecDelta, Copying);
    measure(criterion, &sorted, of_sorted);
    let of_i64 = with_varint_simd!(IntegerCodec, IntegerCodecPlain, Copying);
    measure(criterion, &data::i64_sets(), of_i64);
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).nresamples(2000);
    targets = run
}
criterion_main!(benches);
