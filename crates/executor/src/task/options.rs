//! How a task is to be spawned.

use crate::task::Priority;

/// What a task gets beside its future, for [`Executor::spawn_with`](crate::Executor::spawn_with) and its like. A
/// [`Priority`] alone will do there as well.
///
/// # Examples
///
/// ```
/// use executor::{Executor, Priority, TaskOptions, block_on};
///
/// let executor = Executor::new();
/// let options = TaskOptions::new().name("heartbeat").priority(Priority::High);
/// let task = executor.spawn_with(options, async { 7 });
/// assert_eq!(block_on(task).unwrap(), 7);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TaskOptions<'name> {
    pub(crate) priority: Priority,
    pub(crate) name: Option<&'name str>,
}

impl<'name> TaskOptions<'name> {
    /// What [`spawn`](crate::Executor::spawn) gives a task: [`Priority::Normal`], and no name.
    pub const fn new() -> Self {
        Self { priority: Priority::Normal, name: None }
    }

    /// How urgent the task is.
    #[must_use]
    pub const fn priority(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// A name for the task, by which tracing and tokio-console show it. Without the feature `tracing` nobody sees it,
    /// and it costs nothing.
    #[must_use]
    pub const fn name(self, name: &'name str) -> Self {
        Self { name: Some(name), ..self }
    }
}

impl From<Priority> for TaskOptions<'_> {
    fn from(priority: Priority) -> Self {
        Self::new().priority(priority)
    }
}
