//! The executor on a thread of its own.

use crate::queue::{Batch, Push, RunQueue};
use crate::sync::atomic::{
    AtomicU8,
    Ordering::{Acquire, Release},
};
use crate::sync::thread::{JoinHandle, Thread};
use crate::sync::{Arc, mpsc, spawn_named};
use crate::task::header::{self, Run};
use crate::task::list::List;
use crate::task::{Task, TaskPtr, handle::NewTask};
use crate::waker::DriverRef;
use std::fmt;

/// One thread that runs tasks.
///
/// Tasks run in the order in which they were woken, one poll each; a task that wakes itself goes to
/// the end of the queue. The thread sleeps when there is nothing to run.
///
/// [`join`](Self::join) lets all tasks finish. Dropping the executor cancels them: the thread ends
/// the poll it is in, drops every future that is left, and ends; the drop waits for it, unless one of
/// the executor's own tasks does it, which would wait for itself. After either, a waker that is still
/// somewhere does nothing.
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
    /// `None` once it is joined.
    thread: Option<JoinHandle<()>>,
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
    pub(crate) shared: Arc<Shared>,
}

/// What the executor's thread shares with everybody who spawns or wakes.
pub(crate) struct Shared {
    queue: RunQueue,
    ending: AtomicU8,
    driver: DriverRef,
}

/// [`Shared::ending`]: go on.
const RUN: u8 = 0;
/// End when there is no task left.
pub(crate) const FINISH: u8 = 1;
/// Drop all tasks and end.
pub(crate) const STOP: u8 = 2;

impl Shared {
    pub(crate) fn new(thread: Thread) -> Arc<Self> {
        let driver = DriverRef::new(thread);
        Arc::new(Self { queue: RunQueue::new(), ending: AtomicU8::new(RUN), driver })
    }

    pub(crate) fn driver(&self) -> &DriverRef {
        &self.driver
    }

    /// Push `task`, and wake the thread if it may be asleep. `false`: the executor has ended.
    ///
    /// # Safety
    ///
    /// As for [`RunQueue::push`].
    pub(crate) unsafe fn push(&self, task: TaskPtr) -> bool {
        // SAFETY: the caller's promise.
        let push = unsafe { self.queue.push(task) };
        if push == Push::First {
            // From the push on, the thread may run the task, and end, and everyone else may let go
            // of `self`. What keeps it here is the caller's reference to the task.
            self.driver.parker.unpark();
        }
        push != Push::Closed
    }

    pub(crate) fn end(&self, how: u8) {
        // Release: pairs with the Acquire in `Worker::ending`.
        self.ending.store(how, Release);
        self.driver.parker.unpark();
    }
}

impl Executor {
    /// Start an executor: one thread, asleep until there is a task.
    ///
    /// # Panics
    ///
    /// If the operating system starts no thread.
    pub fn new() -> Self {
        let (sender, receiver) = mpsc::channel::<Arc<Shared>>();
        let thread = spawn_named("executor", move || {
            if let Ok(shared) = receiver.recv() {
                Worker::new(shared).run();
            }
        });
        // The thread to wake is known only now, and the thread waits until it is told.
        let shared = Shared::new(thread.thread().clone());
        // The receiver waits for exactly this.
        let _ = sender.send(shared.clone());
        Self { spawner: Spawner { shared }, thread: Some(thread) }
    }

    /// Run `future` on the executor's thread.
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

    /// A handle that can spawn, for tasks and threads that do not own the executor.
    pub fn spawner(&self) -> Spawner {
        self.spawner.clone()
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
            !self.is_current(),
            "a task cannot wait for all tasks to finish: it is one of them"
        );
        self.end(FINISH);
    }

    fn is_current(&self) -> bool {
        self.spawner.shared.driver.parker.is_current()
    }

    fn end(&mut self, how: u8) {
        let Some(thread) = self.thread.take() else { return };
        self.spawner.shared.end(how);
        // A task that owns its executor and drops it: the thread ends after this poll, by itself.
        if !self.is_current()
            && let Err(payload) = thread.join()
        {
            // Nothing of the user's runs there uncaught, so this is a defect of ours: let it out.
            std::panic::resume_unwind(payload);
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
        f.debug_struct("Executor").field("thread", &self.thread).finish_non_exhaustive()
    }
}

impl Spawner {
    /// Run `future` on the executor's thread, as [`Executor::spawn`] does.
    ///
    /// If the executor has ended, the future is dropped here and now, and the task is cancelled.
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let NewTask { task, handle } = Task::allocate(future, self.shared.clone());
        // SAFETY: a new task is its spawner's to push, and `handle` has a reference.
        if !unsafe { self.shared.push(task) } {
            // SAFETY: the refused push is ours, so no executor has the task or will have it, and any
            // further push is refused as well: we stand in for the executor's thread.
            unsafe { header::seize(task) };
            // SAFETY: the executor's reference.
            unsafe { header::drop_reference(task) };
        }
        handle
    }
}

impl fmt::Debug for Spawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawner").finish_non_exhaustive()
    }
}

/// What the executor's thread has to itself.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    /// Taken from the queue, not yet run.
    ready: Batch,
    /// Every task that has been run and is not completed. We own a reference to each, and to each
    /// in `ready` and in the queue.
    tasks: List,
}

impl Worker {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, ready: Batch::new(), tasks: List::new() }
    }

    /// Run tasks until the executor ends.
    pub(crate) fn run(self) {
        let shared = self.shared.clone();
        self.run_tasks();
        shared.driver.timers.clear();
    }

    fn run_tasks(mut self) {
        loop {
            self.run_ready();
            match self.ending() {
                STOP => return self.stop(),
                FINISH if self.tasks.is_empty() && self.shared.queue.close_if_empty() => return,
                _ => {}
            }
            self.ready = self.shared.queue.take();
            if self.ready.is_empty() {
                self.shared.driver.wait();
            } else {
                self.shared.driver.fire();
            }
        }
    }

    /// Run what was taken from the queue, unless told to stop.
    fn run_ready(&mut self) {
        while self.ending() != STOP
            && let Some(task) = self.ready.pop()
        {
            self.run_task(task);
        }
    }

    fn run_task(&mut self, task: TaskPtr) {
        // SAFETY: the task is not completed, so our reference keeps it alive; `completed` takes it
        // out before that ends.
        unsafe { self.tasks.insert(task) };
        // SAFETY: this is the executor's thread, and it just took the task from the queue.
        match unsafe { header::run(task) } {
            Run::Idle => {}
            Run::Again => {
                // SAFETY: `run` says so; our reference is there until completion. The queue is open:
                // only this thread closes it. Nobody need be woken: this thread is awake.
                unsafe { self.shared.queue.push(task) };
            }
            Run::Completed => self.completed(task),
        }
    }

    /// Forget a task that has just been completed.
    fn completed(&mut self, task: TaskPtr) {
        // SAFETY: our reference; the task is in this list, if in any.
        unsafe { self.tasks.remove(task) };
        // SAFETY: that reference, and its last use.
        unsafe { header::drop_reference(task) };
    }

    /// Drop every future that is left.
    fn stop(mut self) {
        let rest = self.shared.queue.close();
        for mut batch in [std::mem::replace(&mut self.ready, Batch::new()), rest] {
            while let Some(task) = batch.pop() {
                // SAFETY: as in `run_task`.
                unsafe { self.tasks.insert(task) };
            }
        }
        while let Some(task) = self.tasks.pop() {
            // SAFETY: this is the executor's thread, the task is not completed, as it was in the
            // list, and the queue refuses it from now on.
            unsafe { header::seize(task) };
            self.completed(task);
        }
    }

    fn ending(&self) -> u8 {
        // Acquire: pairs with the Release in `Shared::end`.
        self.shared.ending.load(Acquire)
    }
}
