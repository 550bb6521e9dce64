//! Tasks that borrow from whoever waits for them.

use crate::error::TaskError;
use crate::executor::{Executor, Spawner};
use crate::task::{Task, TaskOptions};
use pin_project_lite::pin_project;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread::{self, Thread};

impl Executor {
    /// Run tasks that may borrow from the caller, and wait until they have ended.
    ///
    /// `f` spawns them on the [`Scope`] that it is given. When it returns, this thread waits for all of them, also
    /// for those whose handle was detached; what `f` returned is returned then.
    ///
    /// # Why it is sound
    ///
    /// What the tasks borrow must live until they have ended, whatever happens. A future or a guard that waited for
    /// them in its `drop` could not see to that: safe code may forget it (`std::mem::forget`, a cycle of `Rc`), and
    /// then the caller returns while the tasks still use what was on its stack. So nobody gets anything to forget:
    /// `f` sees a reference, and the waiting is done by this very call, also if `f` panics (as in
    /// [`std::thread::scope`]). Each task is counted until its future *and* its output are dropped or are its
    /// handle's, which cannot leave the scope. A handle that is forgotten is only memory that is lost.
    ///
    /// For the same reason there is no asynchronous scope whose tasks run on other threads: its future could be
    /// forgotten between two polls. Borrowed futures that are polled by one task are no problem:
    /// `futures::join!` and `FuturesUnordered` do that.
    ///
    /// # Panics
    ///
    /// If `f` does, when the tasks have ended. And if it is called by one of the executor's own tasks: it would keep a
    /// worker waiting for tasks that this worker may have to run.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::Executor;
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// let executor = Executor::new();
    /// let words = vec!["tea", "and", "cake"];
    /// let letters = AtomicUsize::new(0);
    /// let longest = executor.scope(|scope| {
    ///     for word in &words {
    ///         let letters = &letters;
    ///         scope.spawn(async move { letters.fetch_add(word.len(), Ordering::Relaxed) }).detach();
    ///     }
    ///     words.iter().max_by_key(|word| word.len())
    /// });
    /// assert_eq!(letters.into_inner(), 10);
    /// assert_eq!(longest, Some(&"cake"));
    /// ```
    ///
    /// What they borrow must be there before the scope:
    ///
    /// ```compile_fail
    /// let executor = executor::Executor::new();
    /// executor.scope(|scope| {
    ///     let inside = 7;
    ///     scope.spawn(async { println!("{inside}") }).detach();
    /// });
    /// ```
    ///
    /// And a handle does not leave it:
    ///
    /// ```compile_fail
    /// let executor = executor::Executor::new();
    /// let task = executor.scope(|scope| scope.spawn(async { 7 }));
    /// ```
    pub fn scope<'env, F, R>(&'env self, f: F) -> R
    where
        F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> R,
    {
        assert!(
            !self.spawner().pool().is_current(),
            "a task cannot wait for tasks that its own worker may have to run"
        );
        let shared = Shared { count: AtomicUsize::new(0), thread: thread::current() };
        let scope = Scope {
            spawner: self.spawner(),
            shared: Arc::new(shared),
            scope: PhantomData,
            env: PhantomData,
        };
        let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
        // Acquire: pairs with the Release in `Counted::drop`: all that the tasks did is over.
        while scope.shared.count.load(Acquire) != 0 {
            thread::park();
        }
        result.unwrap_or_else(|payload| resume_unwind(payload))
    }
}

/// Where tasks are spawned that borrow. Given by [`Executor::scope`].
pub struct Scope<'scope, 'env: 'scope> {
    spawner: Spawner,
    shared: Arc<Shared>,
    /// Neither longer nor shorter, as in `std::thread::Scope`.
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

struct Shared {
    /// How many tasks may still use what they borrow.
    count: AtomicUsize,
    /// Who waits for them.
    thread: Thread,
}

impl<'scope> Scope<'scope, '_> {
    /// Run `future` on one of the executor's threads.
    ///
    /// As with [`Executor::spawn`], dropping the handle cancels the task; if the executor has ended, it is cancelled
    /// here and now.
    ///
    /// # Cost
    ///
    /// Two allocations: for the future and its state, and for its output.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn<F>(&'scope self, future: F) -> ScopedTask<'scope, F::Output>
    where
        F: Future + Send + 'scope,
        F::Output: Send + 'scope,
    {
        self.spawn_with(TaskOptions::new(), future)
    }

    /// The same, with a [`Priority`](crate::Priority), or a name: see [`TaskOptions`].
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn_with<'name, F>(
        &'scope self,
        options: impl Into<TaskOptions<'name>>,
        future: F,
    ) -> ScopedTask<'scope, F::Output>
    where
        F: Future + Send + 'scope,
        F::Output: Send + 'scope,
    {
        let output = Arc::new(Slot(Mutex::new(None)));
        // Relaxed: the thread that waits for the count is the one that counts, or gets this by the end of a task that
        // spawned another one.
        self.shared.count.fetch_add(1, Relaxed);
        let counted = Counted(self.shared.clone());
        let scoped = Scoped { future, output: output.clone(), counted };
        // SAFETY: `Executor::scope` does not return before `counted` is dropped, which is after the future and its
        // output, unless the handle has that; and nobody uses the task's stage after this.
        let task = unsafe { self.spawner.spawn_unchecked(options.into(), scoped) };
        ScopedTask { task, output, scope: PhantomData }
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Relaxed: nothing is concluded from it.
        let count = self.shared.count.load(Relaxed);
        f.debug_struct("Scope").field("tasks", &count).finish_non_exhaustive()
    }
}

/// One of the tasks that are waited for.
struct Counted(Arc<Shared>);

impl Drop for Counted {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `Executor::scope`; as a read-modify-write it continues the others'.
        if self.0.count.fetch_sub(1, Release) == 1 {
            self.0.thread.unpark();
        }
    }
}

/// Room for an output.
struct Slot<T>(Mutex<Option<T>>);

impl<T> Slot<T> {
    fn replace(&self, value: Option<T>) -> Option<T> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *slot, value)
    }
}

pin_project! {
    /// A future that leaves its output in a slot. The fields are dropped in this order.
    struct Scoped<F: Future> {
        #[pin]
        future: F,
        output: Arc<Slot<F::Output>>,
        counted: Counted,
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        this.future.poll(cx).map(|output| drop(this.output.replace(Some(output))))
    }
}

/// A task in a [`Scope`]. Awaiting it gives `Result<T, TaskError>`; dropping it cancels it.
///
/// # Panics
///
/// Polling it again after it has given its result panics.
#[must_use = "dropping a `ScopedTask` cancels it; `detach` lets it run on"]
pub struct ScopedTask<'scope, T> {
    task: Task<()>,
    output: Arc<Slot<T>>,
    scope: PhantomData<&'scope ()>,
}

// As for `Task`: nothing in it is pinned.
impl<T> Unpin for ScopedTask<'_, T> {}

impl<T> ScopedTask<'_, T> {
    /// Whether the task has ended: see [`Task::is_finished`].
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// Ask for the task's end, and return at once: see [`Task::cancel`].
    pub fn cancel(&mut self) -> &mut Self {
        self.task.cancel();
        self
    }

    /// Let the task run on without this handle, until the scope ends: that waits for it.
    pub fn detach(self) {
        self.task.detach();
    }
}

impl<T> Future for ScopedTask<'_, T> {
    type Output = Result<T, TaskError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let poll = Pin::new(&mut this.task).poll(cx);
        poll.map(|result| {
            result.map(|()| match this.output.replace(None) {
                Some(output) => output,
                None => unreachable!("a task that was not cancelled has left its output"),
            })
        })
    }
}

impl<T> fmt::Debug for ScopedTask<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ScopedTask").field(&self.task).finish()
    }
}
