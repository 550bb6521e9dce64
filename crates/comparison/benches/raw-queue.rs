//! The linked queue beside the standard library's two.

use std::collections::{LinkedList, VecDeque};
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use raw_queue::Queue;

const LENGTH: u64 = 1_000;

fn push_then_pop(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("raw-queue/push 1,000, then pop 1,000");
    group.throughput(Throughput::Elements(2 * LENGTH));
    group.bench_function("raw-queue", |b| {
        b.iter(|| {
            let mut queue = Queue::new();
            (0..LENGTH).for_each(|i| queue.push(black_box(i)));
            while let Some(i) = queue.pop() {
                black_box(i);
            }
        });
    });
    group.bench_function("std LinkedList", |b| {
        b.iter(|| {
            let mut queue = LinkedList::new();
            (0..LENGTH).for_each(|i| queue.push_back(black_box(i)));
            while let Some(i) = queue.pop_front() {
                black_box(i);
            }
        });
    });
    group.bench_function("std VecDeque", |b| {
        b.iter(|| {
            let mut queue = VecDeque::new();
            (0..LENGTH).for_each(|i| queue.push_back(black_box(i)));
            while let Some(i) = queue.pop_front() {
                black_box(i);
            }
        });
    });
    group.finish();
}

fn iterate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("raw-queue/iterate over 1,000");
    group.throughput(Throughput::Elements(LENGTH));
    let queue: Queue<u64> = (0..LENGTH).collect();
    let list: LinkedList<u64> = (0..LENGTH).collect();
    let ring: VecDeque<u64> = (0..LENGTH).collect();
    group.bench_function("raw-queue", |b| b.iter(|| black_box(&queue).iter().sum::<u64>()));
    group.bench_function("std LinkedList", |b| b.iter(|| black_box(&list).iter().sum::<u64>()));
    group.bench_function("std VecDeque", |b| b.iter(|| black_box(&ring).iter().sum::<u64>()));
    group.finish();
}

criterion_group!(benches, push_then_pop, iterate);
criterion_main!(benches);
