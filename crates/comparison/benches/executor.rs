//! One worker thread, as our executor has it today, beside others held to one worker.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::thread;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};

const TASKS: usize = 10_000;
const YIELDERS: usize = 200;
const YIELDS: usize = 1_000;

/// Counts tasks down and unparks the thread that waits for the last of them.
#[derive(Clone)]
struct Latch(Arc<AtomicUsize>, thread::Thread);

impl Latch {
    fn new(tasks: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(tasks)), thread::current())
    }

    fn arrive(&self) {
        // AcqRel: the last one to arrive has seen all others; pairs with the Acquire in `wait`.
        if self.0.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.1.unpark();
        }
    }

    fn wait(&self) {
        // Acquire: pairs with the last `arrive`.
        while self.0.load(Ordering::Acquire) != 0 {
            thread::park();
        }
    }
}

async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The works, with a `spawn` that lets its task run on alone.
fn works(
    name: &str,
    spawn_many: &mut BenchmarkGroup<'_, WallTime>,
    spawn: impl Fn(std::pin::Pin<Box<dyn Future<Output = ()> + Send>>),
    yields: bool,
) {
    if yields {
        spawn_many.bench_function(name, |b| {
            b.iter(|| {
                let latch = Latch::new(YIELDERS);
                for _ in 0..YIELDERS {
                    let latch = latch.clone();
                    spawn(Box::pin(async move {
                        for _ in 0..YIELDS {
                            yield_now().await;
                        }
                        latch.arrive();
                    }));
                }
                latch.wait();
            });
        });
    } else {
        spawn_many.bench_function(name, |b| {
            b.iter(|| {
                let latch = Latch::new(TASKS);
                for _ in 0..TASKS {
                    let latch = latch.clone();
                    spawn(Box::pin(async move { latch.arrive() }));
                }
                latch.wait();
            });
        });
    }
}

fn everybody(group: &mut BenchmarkGroup<'_, WallTime>, yields: bool) {
    let ours = executor::Executor::new();
    works("executor", group, |future| ours.spawn(future).detach(), yields);
    drop(ours);

    let theirs = Arc::new(async_executor::Executor::new());
    let (stop, stopped) = futures::channel::oneshot::channel::<()>();
    let runner = theirs.clone();
    let worker = thread::spawn(move || pollster::block_on(runner.run(stopped)));
    works("async-executor", group, |future| theirs.spawn(future).detach(), yields);
    drop(stop);
    let _ = worker.join();

    if let Ok(pool) = futures::executor::ThreadPool::builder().pool_size(1).create() {
        works("futures ThreadPool", group, |future| pool.spawn_ok(future), yields);
    }

    if let Ok(runtime) = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build() {
        works("tokio", group, |future| drop(runtime.spawn(future)), yields);
    }
}

fn spawn_many(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("executor/spawn 10,000 tasks from outside");
    group.throughput(Throughput::Elements(TASKS as u64)).sample_size(20);
    everybody(&mut group, false);
    group.finish();
}

fn yield_many(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("executor/yield: 200 tasks, 1,000 times each");
    group.throughput(Throughput::Elements((YIELDERS * YIELDS) as u64)).sample_size(20);
    everybody(&mut group, true);
    group.finish();
}

fn block_on(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("executor/block_on a future that is ready");
    group.bench_function("executor", |b| b.iter(|| executor::block_on(async { black_box(1) })));
    group.bench_function("pollster", |b| b.iter(|| pollster::block_on(async { black_box(1) })));
    group.bench_function("futures", |b| {
        b.iter(|| futures::executor::block_on(async { black_box(1) }));
    });
    group.finish();
}

criterion_group!(benches, spawn_many, yield_many, block_on);
criterion_main!(benches);
