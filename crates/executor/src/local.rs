//! The executor of one thread, for tasks that cannot leave it.

use crate::inject::{Inject, Linked};
use crate::scheduler::{Kind, SchedulerRef};
use crate::sync::UnsafeCell;
use crate::sync::atomic::Ordering::Relaxed;
use crate::sync::thread;
use crate::task::header::{self, Listed, Run};
use crate::task::list::List;
use crate::task::{Header, Task, TaskOptions, TaskPtr, handle::NewTask};
use crate::waker::DriverRef;
use std::fmt;
use std::marker::PhantomData;
use std::pin::pin;
use std::ptr;
use std::task::{Context, Poll};

/// How many tasks run, at most, before the future of [`LocalExecutor::block_on`], the timers and the other
/// threads' wakes are looked at again.
const BUDGET: usize = 61;

/// What the wakers of a [`LocalExecutor`]'s tasks know of it.
pub(crate) struct Local {
    driver: DriverRef,
    /// What other threads pushed.
    inbox: Inject<Header>,
    /// Invariant: touched by the thread of `driver` alone, and never twice at a time.
    own: UnsafeCell<Own>,
}

// SAFETY: `own` is touched by one thread alone: `with_own` asks.
unsafe impl Send for Local {}
// SAFETY: as above.
unsafe impl Sync for Local {}

/// What the executor's thread has to itself.
struct Own {
    /// By priority.
    ready: [Fifo; 3],
    /// Every task that has waited and is not completed.
    tasks: List,
    /// How many tasks were spawned and are not completed.
    count: usize,
    chosen: usize,
    closed: bool,
}

/// Tasks in order, linked through their headers.
struct Fifo {
    first: *mut Header,
    last: *mut Header,
}

impl Fifo {
    const fn new() -> Self {
        Self { first: ptr::null_mut(), last: ptr::null_mut() }
    }

    /// # Safety
    ///
    /// `task` is not completed before it is popped, and in no queue.
    unsafe fn push(&mut self, task: TaskPtr) {
        // SAFETY: not completed, and so alive.
        unsafe { task.as_ref() }.next().store(ptr::null_mut(), Relaxed);
        match TaskPtr::new(self.last) {
            // SAFETY: in the queue, and so alive.
            Some(last) => unsafe { last.as_ref() }.next().store(task.as_ptr(), Relaxed),
            None => self.first = task.as_ptr(),
        }
        self.last = task.as_ptr();
    }

    fn pop(&mut self) -> Option<TaskPtr> {
        let first = TaskPtr::new(self.first)?;
        // SAFETY: in the queue, and so alive.
        self.first = unsafe { first.as_ref() }.next().swap(ptr::null_mut(), Relaxed);
        if self.first.is_null() {
            self.last = ptr::null_mut();
        }
        Some(first)
    }
}

impl Local {
    pub(crate) fn driver(&self) -> &DriverRef {
        &self.driver
    }

    fn is_here(&self) -> bool {
        self.driver.parker.is_current()
    }

    /// Use what the thread has to itself.
    ///
    /// # Safety
    ///
    /// On the executor's thread; `f` runs no code of others.
    unsafe fn with_own<R>(&self, f: impl FnOnce(&mut Own) -> R) -> R {
        debug_assert!(self.is_here());
        // SAFETY: the invariant, by the caller's promise.
        self.own.with_mut(|own| f(unsafe { &mut *own }))
    }

    /// # Safety
    ///
    /// As for [`Scheduler::push`](crate::scheduler::Scheduler::push).
    pub(crate) unsafe fn push(&self, task: TaskPtr) -> bool {
        if self.is_here() {
            // SAFETY: this is the thread.
            return unsafe { self.with_own(|own| own.push(task)) };
        }
        // SAFETY: the caller's promise.
        let pushed = unsafe { self.inbox.push(task) };
        if pushed {
            self.driver.parker.unpark();
        }
        pushed
    }
}

impl Own {
    fn push(&mut self, task: TaskPtr) -> bool {
        if self.closed {
            return false;
        }
        // SAFETY: whoever pushes has the right to, and so the task is not completed, and in no queue.
        let priority = unsafe { task.as_ref() }.priority().index();
        // SAFETY: as above.
        unsafe { self.ready[priority].push(task) };
        true
    }

    fn pop(&mut self) -> Option<TaskPtr> {
        self.chosen += 1;
        if self.chosen.is_multiple_of(BUDGET) {
            return self.ready.iter_mut().rev().find_map(Fifo::pop);
        }
        self.ready.iter_mut().find_map(Fifo::pop)
    }
}

/// An executor for the thread that makes it, with tasks that need not be `Send`.
///
/// Its tasks run while somebody waits in [`block_on`](Self::block_on) or [`run`](Self::run), and only then.
/// They run in the order in which they were woken, those of a higher [`Priority`](crate::Priority) first. Their
/// wakers may be used by any thread. Dropping the executor drops its tasks.
///
/// # Examples
///
/// ```
/// use executor::LocalExecutor;
/// use std::cell::Cell;
/// use std::rc::Rc;
///
/// let executor = LocalExecutor::new();
/// let count = Rc::new(Cell::new(0));
/// for _ in 0..3 {
///     let count = count.clone();
///     executor.spawn(async move { count.set(count.get() + 1) }).detach();
/// }
/// executor.run();
/// assert_eq!(count.get(), 3);
/// ```
///
/// It stays on its thread:
///
/// ```compile_fail
/// let executor = executor::LocalExecutor::new();
/// std::thread::spawn(move || executor.run());
/// ```
pub struct LocalExecutor {
    spawner: LocalSpawner,
}

/// Spawns tasks on a [`LocalExecutor`] without keeping it up. For tasks that spawn others.
///
/// # Examples
///
/// ```
/// use executor::LocalExecutor;
///
/// let executor = LocalExecutor::new();
/// let spawner = executor.spawner();
/// let task = executor.spawn(async move { spawner.spawn(async { 7 }).await });
/// assert_eq!(executor.block_on(task).unwrap().unwrap(), 7);
/// ```
#[derive(Clone)]
pub struct LocalSpawner {
    scheduler: SchedulerRef,
    /// It belongs to its thread.
    not_send: PhantomData<*mut ()>,
}

impl LocalExecutor {
    /// An executor for this thread.
    pub fn new() -> Self {
        let own = Own {
            ready: [Fifo::new(), Fifo::new(), Fifo::new()],
            tasks: List::new(),
            count: 0,
            chosen: 0,
            closed: false,
        };
        let local = Local {
            driver: DriverRef::new(thread::current()),
            inbox: Inject::new(),
            own: UnsafeCell::new(own),
        };
        let scheduler = SchedulerRef::new(Kind::Local(local));
        Self { spawner: LocalSpawner { scheduler, not_send: PhantomData } }
    }

    /// A handle that can spawn, for tasks that do not own the executor.
    pub fn spawner(&self) -> LocalSpawner {
        self.spawner.clone()
    }

    /// Run `future` on this thread, while somebody waits in [`block_on`](Self::block_on) or [`run`](Self::run).
    ///
    /// # Cost
    ///
    /// One allocation, for the future, its result and its state together.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        self.spawner.spawn(future)
    }

    /// The same, with a [`Priority`](crate::Priority), or a name: see [`TaskOptions`].
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn_with<'name, F>(
        &self,
        options: impl Into<TaskOptions<'name>>,
        future: F,
    ) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        self.spawner.spawn_with(options, future)
    }

    /// Run `future` to its end and return its output; run tasks meanwhile.
    ///
    /// Tasks that have not ended then stay, and run the next time.
    ///
    /// # Panics
    ///
    /// If the future does: the panic passes through.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{LocalExecutor, sleep};
    /// use std::time::Duration;
    ///
    /// let executor = LocalExecutor::new();
    /// let tea = executor.spawn(async {
    ///     sleep(Duration::from_millis(10)).await;
    ///     "tea"
    /// });
    /// assert_eq!(executor.block_on(tea).unwrap(), "tea");
    /// ```
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let local = self.local();
        let waker = local.driver.waker();
        let mut context = Context::from_waker(&waker);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            self.run_or_wait();
        }
    }

    /// Run tasks until all have ended, those that tasks spawn meanwhile included.
    pub fn run(&self) {
        // SAFETY: this is the thread: the executor is not `Send`.
        while unsafe { self.local().with_own(|own| own.count) } != 0 {
            self.run_or_wait();
        }
    }

    fn local(&self) -> &Local {
        self.spawner.local()
    }

    /// Run some tasks; if there is none, sleep until there may be.
    fn run_or_wait(&self) {
        let local = self.local();
        self.receive();
        for ran in 0..BUDGET {
            // SAFETY: this is the thread.
            let Some(task) = (unsafe { local.with_own(Own::pop) }) else {
                if ran == 0 {
                    local.driver.wait();
                    return;
                }
                break;
            };
            self.run_task(task);
        }
        local.driver.fire();
    }

    /// Take in what other threads pushed.
    fn receive(&self) {
        let local = self.local();
        if !local.inbox.is_empty() {
            // SAFETY: this is the thread.
            local.inbox.take(usize::MAX, |task| unsafe {
                local.with_own(|own| own.push(task));
            });
        }
    }

    fn run_task(&self, task: TaskPtr) {
        let local = self.local();
        let list = |task| {
            // SAFETY: the task is being run, and so is not completed.
            let insert = |own: &mut Own| unsafe { own.tasks.insert(task) };
            // SAFETY: this is the thread.
            unsafe { local.with_own(insert) };
            Listed::at(0)
        };
        // SAFETY: the task comes from the queue; this is the thread.
        match unsafe { header::run(task, list) } {
            Run::Idle => {}
            Run::Again => {
                // SAFETY: this is the thread; `run` says that the task must be pushed.
                unsafe { local.with_own(|own| own.push(task)) };
            }
            Run::Completed(listed) => self.completed(task, listed),
        }
    }

    /// Forget a task that has just been completed.
    fn completed(&self, task: TaskPtr, listed: Listed) {
        let forget = |own: &mut Own| {
            own.count -= 1;
            if listed.number().is_some() {
                // SAFETY: the executor's reference; the task is in this list, or in none any more.
                unsafe { own.tasks.remove(task) };
            }
        };
        // SAFETY: this is the thread.
        unsafe { self.local().with_own(forget) };
        // SAFETY: the executor's reference, and its last use.
        unsafe { header::drop_reference(task) };
    }
}

impl Drop for LocalExecutor {
    fn drop(&mut self) {
        let local = self.local();
        // SAFETY: this is the thread.
        unsafe { local.with_own(|own| own.closed = true) };
        let rest = local.inbox.close();
        let gather = |own: &mut Own| {
            let ready = std::iter::from_fn(|| own.ready.iter_mut().find_map(Fifo::pop));
            for task in ready.chain(rest) {
                let list = || {
                    // SAFETY: it was in a queue, so it is not completed.
                    unsafe { own.tasks.insert(task) };
                    Listed::at(0)
                };
                // SAFETY: as above.
                let header = unsafe { task.as_ref() };
                // SAFETY: nobody else may run it.
                unsafe { header.list_in(list) };
            }
        };
        // SAFETY: this is the thread.
        unsafe { local.with_own(gather) };
        // SAFETY: this is the thread.
        while let Some(task) = unsafe { local.with_own(|own| own.tasks.pop()) } {
            // SAFETY: it was in the list, so it is not completed; the queues are closed and empty.
            let listed = unsafe { header::seize(task) };
            self.completed(task, listed);
        }
        local.driver.timers.clear();
    }
}

impl Default for LocalExecutor {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LocalExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalExecutor").finish_non_exhaustive()
    }
}

impl LocalSpawner {
    /// Run `future` on the executor's thread, as [`LocalExecutor::spawn`] does.
    ///
    /// If the executor has ended, the future is dropped here and now, and the task is cancelled.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
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
        F: Future + 'static,
    {
        // SAFETY: the future stays on this thread: only `LocalExecutor`, which is not `Send`, polls and drops it.
        // It borrows nothing.
        let NewTask { task, handle } =
            unsafe { Task::allocate(future, self.scheduler.clone(), options.into()) };
        let local = self.local();
        let push = |own: &mut Own| {
            let pushed = own.push(task);
            own.count += usize::from(pushed);
            pushed
        };
        // SAFETY: this is the thread, since a `LocalSpawner` is not `Send`.
        if !unsafe { local.with_own(push) } {
            // SAFETY: the refused push was ours, so no executor has the task or will have it.
            unsafe { header::seize(task) };
            // SAFETY: the executor's reference, and its last use.
            unsafe { header::drop_reference(task) };
        }
        handle
    }

    /// Whether a task that is spawned now would only be dropped.
    #[cfg(feature = "futures-task")]
    pub(crate) fn has_ended(&self) -> bool {
        // SAFETY: this is the thread, since a `LocalSpawner` is not `Send`.
        unsafe { self.local().with_own(|own| own.closed) }
    }

    fn local(&self) -> &Local {
        match self.scheduler.local() {
            Some(local) => local,
            None => unreachable!("made with a local scheduler"),
        }
    }
}

impl fmt::Debug for LocalSpawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSpawner").finish_non_exhaustive()
    }
}
