//! The handle of a task that runs on without it.

use crate::error::TaskError;
use crate::task::Task;
use std::fmt;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A [`Task`] that does not end with its handle. Made by [`Task::into_handle`].
///
/// Awaiting it gives `Result<T, TaskError>`, as for the `Task`; dropping it lets the task run on.
///
/// # Panics
///
/// Polling it again after it has given its result panics.
///
/// # Examples
///
/// ```
/// use executor::{Executor, JoinHandle, block_on};
///
/// let executor = Executor::new();
/// let tea: JoinHandle<&str> = executor.spawn(async { "tea" }).into_handle();
/// drop(executor.spawn(async { println!("on its own") }).into_handle());
/// assert_eq!(block_on(tea).unwrap(), "tea");
/// executor.join();
/// ```
pub struct JoinHandle<T>(
    /// Invariant: it is there until the drop.
    ManuallyDrop<Task<T>>,
);

impl<T> JoinHandle<T> {
    pub(super) fn new(task: Task<T>) -> Self {
        Self(ManuallyDrop::new(task))
    }

    /// Whether the task has ended: see [`Task::is_finished`].
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// Ask for the task's end, and return at once: see [`Task::cancel`].
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{Executor, block_on};
    ///
    /// let executor = Executor::new();
    /// let mut handle = executor.spawn(std::future::pending::<()>()).into_handle();
    /// assert!(block_on(handle.cancel()).unwrap_err().is_cancelled());
    /// ```
    pub fn cancel(&mut self) -> &mut Self {
        self.0.cancel();
        self
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, TaskError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut *self.get_mut().0).poll(cx)
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        // SAFETY: the invariant, and nobody uses it after this.
        unsafe { ManuallyDrop::take(&mut self.0) }.detach();
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JoinHandle").field(&*self.0).finish()
    }
}
