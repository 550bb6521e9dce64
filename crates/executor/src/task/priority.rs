//! How urgent a task is.

/// How urgent a task is, compared with other tasks of its executor. For
/// [`Executor::spawn_with`](crate::Executor::spawn_with).
///
/// A worker that has tasks of several priorities runs those of the highest first, in the order in which they
/// became ready. Each 61st time it begins with a low or a normal one, in turn, so that a stream of urgent tasks
/// holds the others up, but not for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// When there is nothing else to do.
    Low,
    /// What [`spawn`](crate::Executor::spawn) gives.
    #[default]
    Normal,
    /// Before all others.
    High,
}

impl Priority {
    /// All of them, the most urgent first.
    pub(crate) const ALL: [Self; 3] = [Self::High, Self::Normal, Self::Low];

    /// The place in an array that has the most urgent first.
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::High => 0,
            Self::Normal => 1,
            Self::Low => 2,
        }
    }
}
