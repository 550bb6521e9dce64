//! In the place of `trace.rs`, without the feature `tracing`: nothing, of no size, at no cost.

/// A task's span.
pub(crate) struct TaskSpan;

/// What a task's wakers know of its span.
#[derive(Clone, Copy)]
pub(crate) struct TaskId;

/// What happens to a waker.
#[derive(Clone, Copy)]
pub(crate) enum WakerOp {
    Wake,
    WakeByRef,
    Clone,
    Drop,
}

/// The length of a poll.
pub(crate) struct Entered;

impl TaskSpan {
    #[inline]
    #[allow(clippy::extra_unused_type_parameters, reason = "with the feature its size is told")]
    pub(crate) fn new<F>(_is_local: bool, _name: Option<&str>) -> Self {
        Self
    }

    #[inline]
    pub(crate) fn id(&self) -> TaskId {
        TaskId
    }

    #[inline]
    pub(crate) fn enter(&self) -> Entered {
        Entered
    }
}

impl TaskId {
    #[inline]
    pub(crate) fn tell(self, _op: WakerOp) {}
}
