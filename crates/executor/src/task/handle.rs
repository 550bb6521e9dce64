//! The handle of a task.

use crate::error::TaskError;
use crate::scheduler::SchedulerRef;
use crate::task::header::{self, Header, TaskPtr};
use crate::task::raw::Cell;
use crate::task::{JoinHandle, TaskOptions};
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A task that was spawned. Awaiting it gives `Result<T, TaskError>`.
///
/// Dropping it cancels the task. [`detach`](Self::detach) lets the task run on without it.
///
/// The future is polled and dropped by the executor's thread, always; only if the executor has
/// ended before `spawn` came is it dropped by `spawn`. The output, which is `Send`, is dropped by
/// whoever has it: this handle, if there is one when the task ends, or else the executor's thread.
///
/// # Panics
///
/// Polling it again after it has given its result panics.
///
/// # Examples
///
/// ```
/// use executor::{Executor, block_on};
///
/// let executor = Executor::new();
/// let task = executor.spawn(async { "tea".to_owned() });
/// assert_eq!(block_on(task).unwrap(), "tea");
/// ```
#[must_use = "dropping a `Task` cancels it; `detach` lets it run on"]
pub struct Task<T> {
    /// Invariants:
    ///
    /// 1. It owns one reference, and HANDLE is set.
    /// 2. The future's output is a `T`.
    task: TaskPtr,
    output: PhantomData<T>,
}

// SAFETY: through a `Task` a `T` can be moved to its thread, and so must be `Send`. What it shares
// with the executor's thread are the header's atomics and what rules 2 and 5 hand over.
unsafe impl<T: Send> Send for Task<T> {}
// SAFETY: `&Task` allows reading the state, no more.
unsafe impl<T: Send> Sync for Task<T> {}
// A `Task` points to its output, which so does not move with it.
impl<T> Unpin for Task<T> {}

/// A task that nobody has pushed yet.
pub(crate) struct NewTask<T> {
    /// With the executor's reference, which is the holder's for now, and the right to push it.
    pub(crate) task: TaskPtr,
    pub(crate) handle: Task<T>,
}

impl<T> Task<T> {
    /// A new task, which nobody has pushed yet.
    ///
    /// # Safety
    ///
    /// The future is only polled and dropped where it may be: on its own thread, if it is not `Send`; and not
    /// after what it borrows has ended. The scheduler sees to both.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub(crate) unsafe fn allocate<F>(
        future: F,
        scheduler: SchedulerRef,
        options: TaskOptions<'_>,
    ) -> NewTask<T>
    where
        F: Future<Output = T>,
    {
        let task = Cell::allocate(future, scheduler, options);
        NewTask { task, handle: Self { task, output: PhantomData } }
    }

    /// Whether the task has ended: its output is there, or it panicked, or was cancelled and its
    /// future is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{Executor, block_on};
    ///
    /// let executor = Executor::new();
    /// let task = executor.spawn(std::future::pending::<()>());
    /// assert!(!task.is_finished());
    /// ```
    pub fn is_finished(&self) -> bool {
        self.header().state.is_completed()
    }

    /// Ask for the task's end, and return at once.
    ///
    /// The future is not polled again, but dropped: soon, by the executor's thread. Await the task to
    /// wait for that: the result is [`TaskError::Cancelled`], or the output if it came first.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{Executor, block_on};
    ///
    /// let executor = Executor::new();
    /// let mut task = executor.spawn(std::future::pending::<()>());
    /// let result = block_on(async { task.cancel().await });
    /// assert!(result.unwrap_err().is_cancelled());
    /// ```
    pub fn cancel(&mut self) -> &mut Self {
        // SAFETY: invariant 1, and `self` is borrowed until this returns.
        unsafe { header::cancel(self.task) };
        self
    }

    /// Let the task run on without this handle. Its output will be dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::Executor;
    ///
    /// let executor = Executor::new();
    /// executor.spawn(async { println!("on its own") }).detach();
    /// executor.join();
    /// ```
    pub fn detach(self) {
        ManuallyDrop::new(self).release();
    }

    /// Turn it into a handle whose drop lets the task run on.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{Executor, block_on};
    ///
    /// let executor = Executor::new();
    /// let handle = executor.spawn(async { 7 }).into_handle();
    /// assert_eq!(block_on(handle).unwrap(), 7);
    /// ```
    pub fn into_handle(self) -> JoinHandle<T> {
        JoinHandle::new(self)
    }

    fn header(&self) -> &Header {
        // SAFETY: invariant 1.
        unsafe { self.task.as_ref() }
    }

    /// Take the result. `None`: it was taken before.
    ///
    /// # Safety
    ///
    /// The task is completed.
    unsafe fn take(&mut self) -> Option<Result<T, TaskError>> {
        let mut result = None::<Result<T, TaskError>>;
        let take = self.header().vtable.take;
        // SAFETY: rule 2: HANDLE was set at completion, so the stage is ours; invariant 2, for the
        // type of `result`.
        unsafe { take(self.task, (&raw mut result).cast()) };
        result
    }

    /// Put a waker into the awaiter's slot, or none, and return what was there.
    ///
    /// # Safety
    ///
    /// The slot is the handle's: rule 5.
    unsafe fn replace_slot(&mut self, waker: Option<Waker>) -> Option<Waker> {
        // SAFETY: the caller has the slot.
        self.header().awaiter.with_mut(|slot| unsafe { std::mem::replace(&mut *slot, waker) })
    }

    /// Everything that the end of a handle means, but for the cancelling. Once only.
    fn release(&mut self) {
        let (result, waker) = if self.header().state.release_handle() {
            // The slot is left alone. If there was a waker in it, it is the executor's.
            // SAFETY: rule 2: the task was completed while HANDLE was set.
            (unsafe { self.take() }, None)
        } else {
            // SAFETY: rule 5: `release_handle` made the slot ours.
            (None, unsafe { self.replace_slot(None) })
        };
        // SAFETY: invariant 1: this is the handle's reference, and its last use.
        unsafe { header::drop_reference(self.task) };
        // Last, since these run code of others, which may panic.
        drop(waker);
        drop(result);
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, TaskError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if !this.is_finished() {
            // To clone and to drop a waker is code of others, which may panic. So it comes before
            // and after the slot is ours, and never leaves a waker there that nobody will take.
            let waker = cx.waker().clone();
            if this.header().state.claim_slot() {
                // SAFETY: `claim_slot` gave us the slot.
                let old = unsafe { this.replace_slot(Some(waker)) };
                if this.header().state.publish_slot() {
                    drop(old);
                    return Poll::Pending;
                }
                // SAFETY: completed in between, and `publish_slot` left the slot to us.
                let waker = unsafe { this.replace_slot(None) };
                drop(old);
                drop(waker);
            }
        }
        // SAFETY: completed, by each of the ways to here.
        match unsafe { this.take() } {
            Some(result) => Poll::Ready(result),
            None => panic!("a `Task` was polled after it had given its result"),
        }
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        // Before the cancelling: the executor may complete the task at once, and would wake whoever
        // awaits it, which is whoever drops it.
        let waker = if self.header().state.claim_slot() {
            // SAFETY: rule 5: `claim_slot` made the slot ours.
            unsafe { self.replace_slot(None) }
        } else {
            None
        };
        self.cancel();
        self.release();
        // Last, since this runs code of others, which may panic.
        drop(waker);
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("state", &self.header().state).finish()
    }
}
