//! Who is compared, each with its workers. A runtime is made once, when it is needed first, and
//! stays: no work measures how it starts or ends.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use futures::executor::{LocalPool, LocalSpawner, ThreadPool};
use futures::future::RemoteHandle;
use futures::task::{LocalSpawnExt, SpawnExt};

use crate::harness::{Contestant, Size, Turn};

/// What every contestant can do, as its users ask for it. A copy of it is as good as itself, so
/// that a task that spawns others owns nothing that has to be counted.
pub(crate) trait Runtime: Copy + Send + 'static {
    /// What awaits a task's end.
    type Handle: Future + Send;

    /// Run a task that nobody awaits.
    fn spawn<F: Future<Output = ()> + Send + 'static>(self, future: F);

    /// Run a task that somebody awaits.
    fn start<F: Future<Output = ()> + Send + 'static>(self, future: F) -> Self::Handle;

    /// Wait for a future, outside of the workers. If there is no worker but the thread that waits,
    /// the tasks run meanwhile.
    fn block_on<F: Future>(self, future: F) -> F::Output;
}

/// Those that have timers.
pub(crate) trait Timers: Runtime {
    fn sleep(self, time: Duration) -> impl Future + Send + 'static;
}

/// What is done with a runtime, whichever it is. Compiled for each of them, so that whatever can be
/// inlined is.
pub(crate) trait Work {
    fn run<R: Runtime>(runtime: R, operations: u64) -> Turn;
}

/// What is done with timers.
pub(crate) trait TimerWork {
    fn run<R: Timers>(runtime: R, operations: u64) -> Turn;
}

/// A line each: the name, the most workers that there can be, and what makes it with so many.
macro_rules! contestants {
    ($(#[$doc:meta])* $contestants:ident, $work:ident; $($name:literal, $most:expr, $runtime:expr;)*) => {
        $(#[$doc])*
        pub(crate) fn $contestants<W: $work>(workers: u64) -> Vec<Contestant> {
            let mut all = Vec::new();
            $(
                if workers <= $most {
                    all.push(Contestant { name: $name, run: |size| {
                        let runtime = $runtime(size.threads as usize);
                        // What caches, memory allocators and sleeping workers have to learn.
                        W::run(runtime, operations(size) / 8);
                        W::run(runtime, operations(size))
                    }});
                }
            )*
            all
        }
    };
}

contestants! {
    /// All who can do the work `W` with so many workers.
    contestants, Work;
    "executor", u64::MAX, ours;
    "executor, LocalExecutor", 1, |_| OurLocal;
    "tokio multi_thread", u64::MAX, tokio;
    "tokio current_thread", 1, tokio_current;
    "async-executor", u64::MAX, async_executor;
    "futures ThreadPool", u64::MAX, thread_pool;
    "futures LocalPool", 1, |_| Local;
}

contestants! {
    /// All of them that have timers.
    with_timers, TimerWork;
    "executor", u64::MAX, ours;
    "executor, LocalExecutor", 1, |_| OurLocal;
    "tokio multi_thread", u64::MAX, tokio;
    "tokio current_thread", 1, tokio_current;
    "async-executor", u64::MAX, async_executor;
}

/// Of all threads together.
fn operations(size: Size) -> u64 {
    size.operations * size.threads
}

/// The runtimes of one kind, by their number of workers.
struct Made<T: 'static>(Mutex<BTreeMap<usize, &'static T>>);

impl<T> Made<T> {
    const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    fn with(&self, workers: usize, make: impl FnOnce() -> T) -> &'static T {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry(workers).or_insert_with(|| Box::leak(Box::new(make())))
    }
}

fn ours(workers: usize) -> &'static executor::Executor {
    static MADE: Made<executor::Executor> = Made::new();
    let make = || executor::Executor::builder().workers(workers).build();
    MADE.with(workers, || make().expect("threads can be started"))
}

impl Runtime for &'static executor::Executor {
    type Handle = executor::Task<()>;

    fn spawn<F: Future<Output = ()> + Send + 'static>(self, future: F) {
        executor::Executor::spawn(self, future).detach();
    }

    fn start<F: Future<Output = ()> + Send + 'static>(self, future: F) -> Self::Handle {
        executor::Executor::spawn(self, future)
    }

    fn block_on<F: Future>(self, future: F) -> F::Output {
        executor::block_on(future)
    }
}

impl Timers for &'static executor::Executor {
    fn sleep(self, time: Duration) -> impl Future + Send + 'static {
        executor::sleep(time)
    }
}

/// The `LocalExecutor` of this thread.
#[derive(Clone, Copy)]
struct OurLocal;

thread_local! {
    static OURS: executor::LocalExecutor = executor::LocalExecutor::new();
}

impl Runtime for OurLocal {
    type Handle = executor::Task<()>;

    fn spawn<F: Future<Output = ()> + Send + 'static>(self, future: F) {
        OURS.with(|it| it.spawn(future)).detach();
    }

    fn start<F: Future<Output = ()> + Send + 'static>(self, future: F) -> Self::Handle {
        OURS.with(|it| it.spawn(future))
    }

    fn block_on<F: Future>(self, future: F) -> F::Output {
        OURS.with(|it| it.block_on(future))
    }
}

impl Timers for OurLocal {
    fn sleep(self, time: Duration) -> impl Future + Send + 'static {
        executor::sleep(time)
    }
}

fn tokio(workers: usize) -> &'static tokio::runtime::Runtime {
    static MADE: Made<tokio::runtime::Runtime> = Made::new();
    MADE.with(workers, || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(workers).enable_time().build().expect("no thread for tokio")
    })
}

fn tokio_current(workers: usize) -> &'static tokio::runtime::Runtime {
    static MADE: Made<tokio::runtime::Runtime> = Made::new();
    MADE.with(workers, || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().build().expect("no clock for tokio")
    })
}

impl Runtime for &'static tokio::runtime::Runtime {
    type Handle = tokio::task::JoinHandle<()>;

    fn spawn<F: Future<Output = ()> + Send + 'static>(self, future: F) {
        drop(tokio::runtime::Runtime::spawn(self, future));
    }

    fn start<F: Future<Output = ()> + Send + 'static>(self, future: F) -> Self::Handle {
        tokio::runtime::Runtime::spawn(self, future)
    }

    fn block_on<F: Future>(self, future: F) -> F::Output {
        tokio::runtime::Runtime::block_on(self, future)
    }
}

impl Timers for &'static tokio::runtime::Runtime {
    fn sleep(self, time: Duration) -> impl Future + Send + 'static {
        tokio::time::sleep(time)
    }
}

type AsyncExecutor = async_executor::Executor<'static>;

/// Its workers are threads that block on it and drive its timers, as those of smol.
fn async_executor(workers: usize) -> &'static AsyncExecutor {
    static MADE: Made<AsyncExecutor> = Made::new();
    let mut new = false;
    let executor = MADE.with(workers, || {
        new = true;
        AsyncExecutor::new()
    });
    if new {
        for _ in 0..workers {
            thread::spawn(|| async_io::block_on(executor.run(future::pending::<()>())));
        }
    }
    executor
}

impl Runtime for &'static AsyncExecutor {
    type Handle = async_executor::Task<()>;

    fn spawn<F: Future<Output = ()> + Send + 'static>(self, future: F) {
        AsyncExecutor::spawn(self, future).detach();
    }

    fn start<F: Future<Output = ()> + Send + 'static>(self, future: F) -> Self::Handle {
        AsyncExecutor::spawn(self, future)
    }

    fn block_on<F: Future>(self, future: F) -> F::Output {
        async_io::block_on(future)
    }
}

impl Timers for &'static AsyncExecutor {
    fn sleep(self, time: Duration) -> impl Future + Send + 'static {
        async_io::Timer::after(time)
    }
}

fn thread_pool(workers: usize) -> &'static ThreadPool {
    static MADE: Made<ThreadPool> = Made::new();
    MADE.with(workers, || {
        ThreadPool::builder().pool_size(workers).create().expect("no thread for the pool")
    })
}

impl Runtime for &'static ThreadPool {
    type Handle = RemoteHandle<()>;

    fn spawn<F: Future<Output = ()> + Send + 'static>(self, future: F) {
        self.spawn_ok(future);
    }

    fn start<F: Future<Output = ()> + Send + 'static>(self, future: F) -> Self::Handle {
        self.spawn_with_handle(future).expect("the pool has ended")
    }

    fn block_on<F: Future>(self, future: F) -> F::Output {
        futures::executor::block_on(future)
    }
}

/// The `LocalPool` of this thread.
#[derive(Clone, Copy)]
struct Local;

thread_local! {
    static POOL: RefCell<LocalPool> = RefCell::new(LocalPool::new());
    static SPAWNER: LocalSpawner = POOL.with_borrow(LocalPool::spawner);
}

impl Runtime for Local {
    type Handle = RemoteHandle<()>;

    fn spawn<F: Future<Output = ()> + Send + 'static>(self, future: F) {
        SPAWNER.with(|it| it.spawn_local(future)).expect("the pool has ended");
    }

    fn start<F: Future<Output = ()> + Send + 'static>(self, future: F) -> Self::Handle {
        SPAWNER.with(|it| it.spawn_local_with_handle(future)).expect("the pool has ended")
    }

    fn block_on<F: Future>(self, future: F) -> F::Output {
        POOL.with_borrow_mut(|it| it.run_until(future))
    }
}
