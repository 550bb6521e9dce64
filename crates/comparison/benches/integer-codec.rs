//! One value at a time, over a million of them: fewer, repeated, would teach the branch predictor
//! the lengths.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use integer_codec::VarInt;

const VALUES: usize = 1 << 20;

/// xorshift64*, so that every run measures the same values.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
}

fn data() -> [(&'static str, Vec<u64>); 3] {
    let mut random = Random(0x1234_5678_9ABC_DEF1);
    let mut values = |f: fn(u64, u64) -> u64| {
        (0..VALUES).map(|_| f(random.next(), random.next())).collect::<Vec<u64>>()
    };
    [
        ("0..=127", values(|a, _| a % 128)),
        ("log-uniform u64", values(|a, b| a >> (b % 64))),
        ("uniform u64", values(|a, _| a)),
    ]
}

fn encode(criterion: &mut Criterion) {
    for (name, values) in data() {
        let mut out = Vec::with_capacity(VALUES * 20);
        let mut group = criterion.benchmark_group(format!("integer-codec/encode {name}"));
        group.throughput(Throughput::Elements(VALUES as u64));
        group.bench_function("integer-codec", |b| {
            b.iter(|| {
                out.clear();
                black_box(&values).iter().for_each(|value| value.encode_to(&mut out));
            });
        });
        group.bench_function("leb128", |b| {
            b.iter(|| {
                out.clear();
                for value in black_box(&values) {
                    let _ = leb128::write::unsigned(&mut out, *value);
                }
            });
        });
        group.bench_function("bincode 2", |b| {
            b.iter(|| {
                out.clear();
                let config = bincode::config::standard();
                for value in black_box(&values) {
                    let _ = bincode::encode_into_std_write(value, &mut out, config);
                }
            });
        });
        group.finish();
    }
}

fn decode(criterion: &mut Criterion) {
    for (name, values) in data() {
        let config = bincode::config::standard();
        let (mut ours, mut leb, mut bincode) = (Vec::new(), Vec::new(), Vec::new());
        for value in &values {
            value.encode_to(&mut ours);
            let _ = leb128::write::unsigned(&mut leb, *value);
            let _ = bincode::encode_into_std_write(value, &mut bincode, config);
        }
        let mut group = criterion.benchmark_group(format!("integer-codec/decode {name}"));
        group.throughput(Throughput::Elements(VALUES as u64));
        group.bench_function("integer-codec", |b| {
            b.iter(|| {
                let (mut rest, mut sum) = (black_box(ours.as_slice()), 0_u64);
                while let Ok((value, used)) = u64::decode(rest) {
                    sum = sum.wrapping_add(value);
                    rest = &rest[used..];
                }
                sum
            });
        });
        group.bench_function("leb128", |b| {
            b.iter(|| {
                let (mut rest, mut sum) = (black_box(leb.as_slice()), 0_u64);
                while let Ok(value) = leb128::read::unsigned(&mut rest) {
                    sum = sum.wrapping_add(value);
                }
                sum
            });
        });
        group.bench_function("bincode 2", |b| {
            b.iter(|| {
                let (mut rest, mut sum) = (black_box(bincode.as_slice()), 0_u64);
                while let Ok((value, used)) = bincode::decode_from_slice::<u64, _>(rest, config) {
                    sum = sum.wrapping_add(value);
                    rest = &rest[used..];
                }
                sum
            });
        });
        group.finish();
    }
}

criterion_group!(benches, encode, decode);
criterion_main!(benches);
