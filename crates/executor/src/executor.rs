//! The executor: a pool of threads, and how it begins and ends.

use crate::pool::{FINISH, Pool, STOP, Worker};
use crate::scheduler::{Kind, SchedulerRef};
use crate::sync::thread::JoinHandle;
use crate::sync::{mpsc, thread};
use crate::task::{Priority, Task, handle::NewTask, header};
use std::fmt;
use std::io;
use std::num::NonZero;

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
    /// None once they are joined.
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
    name: String,
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
        self.name = name.into();
        self
    }

    /// Start the threads.
    ///
    /// # Errors
    ///
    /// If the operating system starts no more threads, or the name has a zero byte in it.
    pub fn build(self) -> io::Result<Executor> {
        if self.name.contains('\0') {
            let message = format!("the name of an executor has a zero byte in it: {:?}", self.name);
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
            let name = format!("{}-{number}", self.name);
            threads.push(thread::Builder::new().name(name).spawn(body)?);
            senders.push(sender);
        }
        let pool = Pool::new(threads.iter().map(|thread| thread.thread().clone()));
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
        Builder { workers: None, name: "executor".to_owned() }
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
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.spawner.spawn(future)
    }

    /// Run `future` with a [`Priority`].
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
    pub fn spawn_with<F>(&self, priority: Priority, future: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.spawner.spawn_with(priority, future)
    }

    /// A handle that can spawn, for tasks and threads that do not own the executor.
    pub fn spawner(&self) -> Spawner {
        self.spawner.clone()
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

    fn end(&mut self, how: u8) {
        let pool = self.spawner.pool();
        pool.end(how);
        // A task that owns its executor and drops it: the threads end after this poll, by themselves.
        let waits = !pool.is_current();
        for thread in self.threads.drain(..) {
            if waits && let Err(payload) = thread.join() {
                // Nothing of the user's runs there uncaught, so this is a defect of ours: let it out.
                std::panic::resume_unwind(payload);
            }
        }
    }
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
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.spawn_with(Priority::Normal, future)
    }

    /// Run `future` with a [`Priority`].
    pub fn spawn_with<F>(&self, priority: Priority, future: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        // SAFETY: the future is `Send` and borrows nothing, and so may be polled and dropped anywhere.
        let NewTask { task, handle } =
            unsafe { Task::allocate(future, self.scheduler.clone(), priority) };
        let pool = self.pool();
        pool.count_spawn();
        // ANCHOR: refused
        // SAFETY: a new task is its spawner's to push, and `handle` has a reference.
        if !unsafe { pool.push(task) } {
            // SAFETY: the refused push was ours, so no worker has the task or will have it, and any further push is
            // refused as well.
            unsafe { header::seize(task) };
            // SAFETY: the executor's reference, and its last use.
            unsafe { header::drop_reference(task) };
            pool.count_refused();
        }
        // ANCHOR_END: refused
        handle
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
