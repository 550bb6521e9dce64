//! How a task can end other than well.

use std::any::Any;
use std::error::Error;
use std::fmt;

/// Why a [`Task`](crate::Task) has no output.
///
/// It is `Send` and `Sync`, so `?` turns it into the usual boxed errors.
#[derive(Debug)]
#[non_exhaustive]
pub enum TaskError {
    /// The task was cancelled before it finished: by [`Task::cancel`](crate::Task::cancel), or
    /// because its executor ended.
    Cancelled,
    /// The future panicked, when it was polled or when it was dropped.
    Panicked(Payload),
}

impl TaskError {
    /// Whether the task was cancelled.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(executor::TaskError::Cancelled.is_cancelled());
    /// ```
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled)
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("the task was cancelled"),
            Self::Panicked(payload) => match payload.message() {
                Some(text) => write!(f, "the task panicked: {text}"),
                None => f.write_str("the task panicked"),
            },
        }
    }
}

impl Error for TaskError {}

/// What a panic carried.
///
/// # Examples
///
/// ```
/// use executor::{Executor, TaskError, block_on};
///
/// let executor = Executor::new();
/// let task = executor.spawn(async { panic!("no more {}", "tea") });
/// match block_on(task) {
///     Err(TaskError::Panicked(payload)) => assert_eq!(payload.message(), Some("no more tea")),
///     _ => unreachable!(),
/// }
/// ```
pub struct Payload(Box<dyn Any + Send + 'static>);

// SAFETY: `&Payload` gives access to the content only in `message`, and only if it is a `&str` or a
// `String`, which are `Sync`. The type's name is read from the box's vtable, which is immutable.
unsafe impl Sync for Payload {}

impl Payload {
    pub(crate) fn new(payload: Box<dyn Any + Send>) -> Self {
        Self(payload)
    }

    /// The text of the panic, if it carried text, as that of `panic!` does.
    pub fn message(&self) -> Option<&str> {
        match self.0.downcast_ref::<&str>() {
            Some(text) => Some(text),
            None => self.0.downcast_ref::<String>().map(String::as_str),
        }
    }

    /// What the panic carried, as `std::thread::JoinHandle::join` would give it;
    /// `std::panic::resume_unwind` passes it on.
    pub fn into_inner(self) -> Box<dyn Any + Send + 'static> {
        self.0
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message() {
            Some(text) => f.debug_tuple("Payload").field(&text).finish(),
            None => f.write_str("Payload(..)"),
        }
    }
}
