//! The executor: a pool of threads, and how it begins and ends.

use crate::metrics::Metrics;
use crate::pool::blocking::Call;
use crate::pool::{FINISH, Options, Pool, STOP, Worker};
use crate::reactor::Reactor;
use crate::scheduler::{Kind, SchedulerRef};
use crate::sync::thread::JoinHandle;
use crate::sync::{mpsc, thread};
use crate::task::{Task, TaskOptions, TaskPtr, handle::NewTask, header};
use crate::timeline::Timeline;
use std::fmt;
use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Threads that run tasks.
///
/// There is one worker for each processor, or as many as its [`Builder`] was told. A task runs on whichever worker
/// comes to it first, and may go on on another one after each wait. Workers without a task sleep.
///
/// # Order
///
/// Each worker runs the tasks that are woken or spawned on it in that order, and a task that wakes itself goes to
/// the end; tasks that other threads wake or spawn wait in a queue of their own, of which a worker takes some when
/// it has none left, and each 61st time anyway. A worker that has nothing takes half of what another one has.
/// So no task starves another one, but between tasks of different workers there is no order. With one
/// worker, tasks that are woken on it run in the order in which they were woken.
///
/// # The end
///
/// [`join`](Self::join) lets all tasks finish, [`shutdown`](Self::shutdown) those that finish before a deadline.
/// Dropping the executor cancels them: the workers end the poll they are in, the last one drops every future that is
/// left, and the drop waits for them, unless one of the executor's own tasks does it, which would wait for itself.
/// After that, a waker that is still somewhere does nothing.
///
/// A drop that waits blocks like any other call. Two executors, each dropped by a task of the other,
/// wait for each other for ever.
///
/// # Panics in tasks
///
/// A future that panics, when polled or when dropped, takes down its own task:
/// [`TaskError::Panicked`](crate::TaskError::Panicked). What nobody can be told of (the output of a
/// detached task panics when it is dropped, or a waker of another executor when it is woken) is
/// reported by the panic hook and goes no further.
///
/// # Examples
///
/// ```
/// use executor::{Executor, block_on, sleep};
/// use std::time::Duration;
///
/// let executor = Executor::new();
/// let one = executor.spawn(async {
///     sleep(Duration::from_millis(10)).await;
///     1
/// });
/// let two = executor.spawn(async { "two" });
/// let both = block_on(async { (one.await.unwrap(), two.await.unwrap()) });
/// assert_eq!(both, (1, "two"));
/// ```
pub struct Executor {
    spawner: Spawner,
    /// Empty once they are joined.
    threads: Vec<JoinHandle<()>>,
}

/// Spawns tasks on an [`Executor`] without keeping it up. For tasks that spawn others.
///
/// # Examples
///
/// ```
/// use executor::{Executor, block_on};
///
/// let executor = Executor::new();
/// let spawner = executor.spawner();
/// let task = executor.spawn(async move { spawner.spawn(async { 7 }).await });
/// assert_eq!(block_on(task).unwrap().unwrap(), 7);
/// ```
#[derive(Clone)]
pub struct Spawner {
    pub(crate) scheduler: SchedulerRef,
}

/// How an [`Executor`] is to be. Made by [`Executor::builder`].
///
/// # Examples
///
/// ```
/// use executor::Executor;
///
/// let executor = Executor::builder().workers(2).name("tea").build()?;
/// executor.spawn(async { assert!(std::thread::current().name().unwrap().starts_with("tea")) }).detach();
/// executor.join();
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a `Builder` does nothing until `build`"]
pub struct Builder {
    workers: Option<usize>,
    options: Options,
}

impl Builder {
    /// How many threads run tasks; at least one. Without it: one for each processor that the process may use.
    ///
    /// There are at most 65,535.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = Some(workers.clamp(1, usize::from(u16::MAX)));
        self
    }

    /// What the threads are called: this, a hyphen and a number. Without it: `executor`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.options.name = name.into();
        self
    }

    /// How many threads, at most, run what is given to [`Executor::spawn_blocking`]; at least one. Without it: 512.
    pub fn blocking_threads(mut self, threads: usize) -> Self {
        self.options.blocking_threads = threads.max(1);
        self
    }

    /// What workers wait in that have nothing to do. Without it they wait for tasks and timers alone.
    pub fn reactor(mut self, reactor: Arc<dyn Reactor>) -> Self {
        self.options.reactor = Some(reactor);
        self
    }

    /// Whether to time each poll, for [`WorkerMetrics::poll_times`](crate::WorkerMetrics::poll_times). It is not done without
    /// this: reading the clock twice may take longer than a poll.
    pub fn poll_times(mut self, poll_times: bool) -> Self {
        self.options.poll_times = poll_times;
        self
    }

    /// Record what each worker does when.
    pub fn timeline(mut self, timeline: &Timeline) -> Self {
        self.options.timeline = Some(timeline.clone());
        self
    }

    /// Start the threads.
    ///
    /// # Errors
    ///
    /// If the operating system starts no more threads, or the name has a zero byte in it.
    pub fn build(self) -> io::Result<Executor> {
        if self.options.name.contains('\0') {
            let message =
                format!("the name of an executor has a zero byte in it: {:?}", self.options.name);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let count = self
            .workers
            .or_else(|| std::thread::available_parallelism().ok().map(NonZero::get))
            .unwrap_or(1);
        let mut threads = Vec::with_capacity(count);
        let mut senders = Vec::with_capacity(count);
        for number in 0..count {
            // Whom to wake is known only when all threads are there; until then they wait.
            let (sender, receiver) = mpsc::channel::<SchedulerRef>();
            let body = move || {
                if let Ok(scheduler) = receiver.recv() {
                    Worker::new(scheduler, number).run();
                }
            };
            // If one cannot be started, the senders go, and with them the threads that are there.
            let name = format!("{}-{number}", self.options.name);
            threads.push(thread::Builder::new().name(name).spawn(body)?);
            senders.push(sender);
        }
        let pool = Pool::new(threads.iter().map(|thread| thread.thread().clone()), self.options);
        let scheduler = SchedulerRef::new(Kind::Pool(pool));
        for sender in senders {
            // The receiver waits for exactly this.
            let _ = sender.send(scheduler.clone());
        }
        Ok(Executor { spawner: Spawner { scheduler }, threads })
    }
}

impl Executor {
    /// Start an executor with one worker for each processor.
    ///
    /// # Panics
    ///
    /// If the operating system starts no threads. [`Builder::build`] returns that as an error.
    pub fn new() -> Self {
        match Self::builder().build() {
            Ok(executor) => executor,
            Err(error) => panic!("cannot start the threads of an executor: {error}"),
        }
    }

    /// An executor as one likes it.
    pub fn builder() -> Builder {
        Builder { workers: None, options: Options::default() }
    }

    /// Run `future` on one of the executor's threads.
    ///
    /// It runs whether or not the [`Task`] is awaited, but not after the `Task` is dropped.
    ///
    /// # Cost
    ///
    /// One allocation, for the future, its result and its state together.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{Executor, block_on};
    ///
    /// let executor = Executor::new();
    /// let task = executor.spawn(async { vec![1, 2, 3] });
    /// assert_eq!(block_on(task).unwrap(), [1, 2, 3]);
    /// ```
    ///
    /// What the future borrows must live as long as the program, since the task may outlive the
    /// caller:
    ///
    /// ```compile_fail,E0597
    /// let executor = executor::Executor::new();
    /// let local = 7;
    /// let borrowed = &local;
    /// let task = executor.spawn(async move { println!("{borrowed}") });
    /// ```
    ///
    /// And it must be `Send`, since it runs on another thread:
    ///
    /// ```compile_fail
    /// let executor = executor::Executor::new();
    /// let shared = std::rc::Rc::new(7);
    /// let task = executor.spawn(async move { println!("{shared}") });
    /// ```
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.spawner.spawn(future)
    }

    /// Run `future` with a [`Priority`](crate::Priority), or a name: see [`TaskOptions`].
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{Executor, Priority, block_on};
    ///
    /// let executor = Executor::new();
    /// let task = executor.spawn_with(Priority::High, async { 7 });
    /// assert_eq!(block_on(task).unwrap(), 7);
    /// ```
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn_with<'name, F>(
        &self,
        options: impl Into<TaskOptions<'name>>,
        future: F,
    ) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.spawner.spawn_with(options, future)
    }

    /// Call `f`, which may block, on a thread for such calls.
    ///
    /// There are as many threads as there are calls, up to [`Builder::blocking_threads`]; one that has had nothing to
    /// do for ten seconds ends. Calls that find no thread wait, in order. A call that has begun cannot be
    /// cancelled: the executor's end waits for it.
    ///
    /// # Cost
    ///
    /// One allocation, a lock, and when there is no idle thread the start of one.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{Executor, block_on};
    ///
    /// let executor = Executor::new();
    /// let sum = executor.spawn_blocking(|| (1..=1_000).sum::<u64>());
    /// assert_eq!(block_on(sum).unwrap(), 500_500);
    /// ```
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn_blocking<F, T>(&self, f: F) -> Task<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.spawner.spawn_blocking(f)
    }

    /// A handle that can spawn, for tasks and threads that do not own the executor.
    pub fn spawner(&self) -> Spawner {
        self.spawner.clone()
    }

    #[cfg(feature = "futures-task")]
    pub(crate) fn spawner_ref(&self) -> &Spawner {
        &self.spawner
    }

    /// What the executor has done and has to do, in numbers.
    ///
    /// # Cost
    ///
    /// Some loads for each worker, and a lock that calls which block take as well.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{Executor, block_on};
    ///
    /// let executor = Executor::new();
    /// let waits = executor.spawn(std::future::pending::<()>());
    /// block_on(executor.spawn(async {})).unwrap();
    /// let metrics = executor.metrics();
    /// assert_eq!(metrics.spawned, 2);
    /// println!("{} tasks, {} polls so far", metrics.live(), metrics.polls());
    /// ```
    pub fn metrics(&self) -> Metrics {
        self.spawner.metrics()
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.spawner.pool().workers()
    }

    /// Wait until every task has finished, those that tasks spawn meanwhile included, and end.
    ///
    /// It waits for ever if a task does.
    ///
    /// # Panics
    ///
    /// If it is called by one of the executor's own tasks, which would wait for itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::Executor;
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// static DONE: AtomicU32 = AtomicU32::new(0);
    ///
    /// let executor = Executor::new();
    /// for _ in 0..3 {
    ///     executor.spawn(async { DONE.fetch_add(1, Ordering::Relaxed) }).detach();
    /// }
    /// executor.join();
    /// assert_eq!(DONE.load(Ordering::Relaxed), 3);
    /// ```
    pub fn join(mut self) {
        assert!(
            !self.spawner.pool().is_current(),
            "a task cannot wait for all tasks to finish: it is one of them"
        );
        self.end(FINISH);
    }

    /// Refuse new tasks, let those that are there finish until `deadline`, then cancel the rest, and end. What was left.
    ///
    /// Tasks may still spawn what they need to finish; what other threads spawn is cancelled at once. It returns when
    /// all tasks have finished. If the deadline comes first, it cancels what is left; a poll, or a call of
    /// [`spawn_blocking`](Self::spawn_blocking), that does not return then is not waited for any longer than a tenth of
    /// a second: its thread ends by itself when it does return, and the last one drops what the others have left.
    ///
    /// # Panics
    ///
    /// If it is called by one of the executor's own tasks, which would wait for itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{Executor, block_on};
    /// use std::time::{Duration, Instant};
    ///
    /// let executor = Executor::new();
    /// block_on(executor.spawn(async { println!("quickly done") })).unwrap();
    /// executor.spawn(std::future::pending::<()>()).detach();
    /// let left = executor.shutdown(Instant::now() + Duration::from_millis(50));
    /// assert_eq!(left.tasks, 1);
    /// assert_eq!(left.running, 0);
    /// ```
    pub fn shutdown(mut self, deadline: Instant) -> Left {
        let pool = self.spawner.pool();
        assert!(
            !pool.is_current(),
            "a task cannot wait for all tasks to finish: it is one of them"
        );
        pool.close();
        pool.end(FINISH);
        if pool.wait_until(deadline) {
            self.end(FINISH);
            return Left { tasks: 0, running: 0 };
        }
        pool.end(STOP);
        let calls = pool.close_blocking();
        let ended = pool.wait_until(Instant::now() + GRACE);
        let running = pool.running();
        // What the last worker has dropped is known for certain; if it has not come to that, what its books say.
        let tasks = calls + if ended { pool.left() + running } else { pool.live() };
        if running == 0 {
            self.end(STOP);
        } else {
            self.threads.clear();
            pool.take_blocking_threads();
        }
        Left { tasks, running }
    }

    fn end(&mut self, how: u8) {
        let pool = self.spawner.pool();
        pool.end(how);
        if how == STOP {
            pool.close_blocking();
        }
        // A task that owns its executor and drops it: the threads end after this poll, by themselves.
        let waits = !pool.is_current();
        let join = |thread: JoinHandle<()>| {
            // Nor can a call that blocks wait for its own thread.
            let waits = waits && thread.thread().id() != thread::current().id();
            if waits && let Err(payload) = thread.join() {
                // Nothing of the user's runs there uncaught, so this is a defect of ours: let it out.
                std::panic::resume_unwind(payload);
            }
        };
        self.threads.drain(..).for_each(join);
        pool.close_blocking();
        pool.take_blocking_threads().into_iter().for_each(join);
    }
}

/// How long the threads of an executor may take to return after the deadline of [`Executor::shutdown`].
const GRACE: Duration = Duration::from_millis(100);

/// What an executor had not finished when it had to: see [`Executor::shutdown`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Left {
    /// How many tasks were cancelled or were still running, those that block included.
    pub tasks: usize,
    /// How many of them were being polled, or called, and did not return.
    pub running: usize,
}

impl Default for Executor {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.end(STOP);
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").field("workers", &self.workers()).finish_non_exhaustive()
    }
}

impl Spawner {
    /// Run `future` on one of the executor's threads, as [`Executor::spawn`] does.
    ///
    /// If the executor has ended, the future is dropped here and now, and the task is cancelled.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.spawn_with(TaskOptions::new(), future)
    }

    /// The same, with a [`Priority`](crate::Priority), or a name: see [`TaskOptions`].
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn_with<'name, F>(
        &self,
        options: impl Into<TaskOptions<'name>>,
        future: F,
    ) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        // SAFETY: the future and its output are `Send` and borrow nothing.
        unsafe { self.spawn_unchecked(options.into(), future) }
    }

    /// Run `future`, whatever it borrows.
    ///
    /// # Safety
    ///
    /// It and its output may be used by, and dropped on, any thread. What they borrow lives until they are dropped, or
    /// the output is the handle's.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub(crate) unsafe fn spawn_unchecked<F: Future>(
        &self,
        options: TaskOptions<'_>,
        future: F,
    ) -> Task<F::Output> {
        // SAFETY: the caller's promise.
        let NewTask { task, handle } =
            unsafe { Task::allocate(future, self.scheduler.clone(), options) };
        let pool = self.pool();
        pool.count_spawn();
        // ANCHOR: refused
        // SAFETY: a new task is its spawner's to push, and `handle` has a reference.
        if !(pool.is_open() && unsafe { pool.push(task) }) {
            // SAFETY: nobody has pushed it.
            unsafe { self.refuse(task) };
        }
        // ANCHOR_END: refused
        handle
    }

    /// Call `f`, which may block, on a thread for such calls, as [`Executor::spawn_blocking`] does.
    ///
    /// If the executor has ended, or has no such thread and the operating system starts none, `f` is dropped here
    /// and now, and the task is cancelled.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn_blocking<F, T>(&self, f: F) -> Task<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        // SAFETY: the closure is `Send` and borrows nothing, and so may be called and dropped anywhere.
        let NewTask { task, handle } =
            unsafe { Task::allocate(Call(Some(f)), self.scheduler.clone(), TaskOptions::new()) };
        let pool = self.pool();
        pool.count_spawn();
        // SAFETY: a new task, made of a `Call`.
        if !(pool.is_open() && unsafe { pool.push_blocking(&self.scheduler, task) }) {
            // SAFETY: nobody has pushed it.
            unsafe { self.refuse(task) };
        }
        handle
    }

    /// End a task that was refused.
    ///
    /// # Safety
    ///
    /// The task is a new one, and in no queue.
    unsafe fn refuse(&self, task: TaskPtr) {
        // SAFETY: no worker has the task or will have it: whoever may push it did not, and nobody else may: its
        // ACTIVE was never cleared.
        unsafe { header::seize(task) };
        // SAFETY: the executor's reference, and its last use.
        unsafe { header::drop_reference(task) };
        self.pool().count_ended_outside(1);
    }

    /// What the executor has done and has to do, in numbers: see [`Executor::metrics`].
    pub fn metrics(&self) -> Metrics {
        self.pool().metrics()
    }

    pub(crate) fn pool(&self) -> &Pool {
        match self.scheduler.pool() {
            Some(pool) => pool,
            None => unreachable!("made with a pool"),
        }
    }
}

impl fmt::Debug for Spawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawner").finish_non_exhaustive()
    }
}
