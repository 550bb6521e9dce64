//! The lock-free vector beside locks and beside vectors that cannot pop, on one and two threads.

use std::hint::black_box;
use std::sync::{Barrier, Mutex, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use crossbeam_queue::SegQueue;
use secvec::SecVec;

/// Operations of one thread in one round.
const OPERATIONS: u64 = 10_000;
const THREADS: [u64; 2] = [1, 2];

/// The time from the moment when all threads stand ready until the last has done its share.
fn race(threads: u64, rounds: u64, work: impl Fn(u64) + Sync) -> Duration {
    let mut total = Duration::ZERO;
    for _ in 0..rounds {
        let barrier = Barrier::new(threads as usize + 1);
        total += thread::scope(|scope| {
            for thread in 0..threads {
                let (barrier, work) = (&barrier, &work);
                scope.spawn(move || {
                    barrier.wait();
                    work(thread);
                    barrier.wait();
                });
            }
            barrier.wait();
            let start = Instant::now();
            barrier.wait();
            start.elapsed()
        });
    }
    total
}

fn push(criterion: &mut Criterion) {
    for threads in THREADS {
        let mut group = criterion.benchmark_group(format!("secvec/push, threads: {threads}"));
        group.throughput(Throughput::Elements(threads * OPERATIONS)).sample_size(20);
        group.bench_function("secvec", |b| {
            b.iter_custom(|rounds| {
                let mut time = Duration::ZERO;
                for _ in 0..rounds {
                    let vector = SecVec::<u32>::new();
                    time += race(threads, 1, |_| {
                        for n in 0..OPERATIONS {
                            vector.push(black_box(n as u32));
                        }
                    });
                }
                time
            });
        });
        group.bench_function("std Mutex of Vec", |b| {
            b.iter_custom(|rounds| {
                let mut time = Duration::ZERO;
                for _ in 0..rounds {
                    let vector = Mutex::new(Vec::<u32>::new());
                    time += race(threads, 1, |_| {
                        for n in 0..OPERATIONS {
                            if let Ok(mut vector) = vector.lock() {
                                vector.push(black_box(n as u32));
                            }
                        }
                    });
                }
                time
            });
        });
        group.bench_function("boxcar", |b| {
            b.iter_custom(|rounds| {
                let mut time = Duration::ZERO;
                for _ in 0..rounds {
                    let vector = boxcar::Vec::<u32>::new();
                    time += race(threads, 1, |_| {
                        for n in 0..OPERATIONS {
                            vector.push(black_box(n as u32));
                        }
                    });
                }
                time
            });
        });
        group.finish();
    }
}

fn push_then_pop(criterion: &mut Criterion) {
    for threads in THREADS {
        let mut group =
            criterion.benchmark_group(format!("secvec/push, then pop, threads: {threads}"));
        group.throughput(Throughput::Elements(2 * threads * OPERATIONS)).sample_size(20);
        let vector = SecVec::<u32>::new();
        group.bench_function("secvec", |b| {
            b.iter_custom(|rounds| {
                race(threads, rounds, |_| {
                    for n in 0..OPERATIONS {
                        vector.push(black_box(n as u32));
                        black_box(vector.pop());
                    }
                })
            });
        });
        let vector = Mutex::new(Vec::<u32>::new());
        group.bench_function("std Mutex of Vec", |b| {
            b.iter_custom(|rounds| {
                race(threads, rounds, |_| {
                    for n in 0..OPERATIONS {
                        if let Ok(mut vector) = vector.lock() {
                            vector.push(black_box(n as u32));
                        }
                        if let Ok(mut vector) = vector.lock() {
                            black_box(vector.pop());
                        }
                    }
                })
            });
        });
        let queue = SegQueue::<u32>::new();
        group.bench_function("crossbeam SegQueue", |b| {
            b.iter_custom(|rounds| {
                race(threads, rounds, |_| {
                    for n in 0..OPERATIONS {
                        queue.push(black_box(n as u32));
                        black_box(queue.pop());
                    }
                })
            });
        });
        group.finish();
    }
}

fn get(criterion: &mut Criterion) {
    const LENGTH: usize = 65_536;
    // An odd step visits every index, far from the last one.
    let index = |n: u64, thread: u64| ((n * 40_503 + thread * 7_919) as usize) % LENGTH;
    for threads in THREADS {
        let mut group =
            criterion.benchmark_group(format!("secvec/get of 65,536, threads: {threads}"));
        group.throughput(Throughput::Elements(threads * OPERATIONS)).sample_size(20);
        let vector: SecVec<u32> = (0..LENGTH as u32).collect();
        group.bench_function("secvec", |b| {
            b.iter_custom(|rounds| {
                race(threads, rounds, |thread| {
                    for n in 0..OPERATIONS {
                        black_box(vector.get(index(n, thread)));
                    }
                })
            });
        });
        let vector: boxcar::Vec<u32> = (0..LENGTH as u32).collect();
        group.bench_function("boxcar", |b| {
            b.iter_custom(|rounds| {
                race(threads, rounds, |thread| {
                    for n in 0..OPERATIONS {
                        black_box(vector.get(index(n, thread)));
                    }
                })
            });
        });
        let vector: RwLock<Vec<u32>> = RwLock::new((0..LENGTH as u32).collect());
        group.bench_function("std RwLock of Vec", |b| {
            b.iter_custom(|rounds| {
                race(threads, rounds, |thread| {
                    for n in 0..OPERATIONS {
                        if let Ok(vector) = vector.read() {
                            black_box(vector.get(index(n, thread)).copied());
                        }
                    }
                })
            });
        });
        group.finish();
    }
}

criterion_group!(benches, push, push_then_pop, get);
criterion_main!(benches);
