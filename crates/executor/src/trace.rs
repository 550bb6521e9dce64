//! What tracing sees of a task: a span for its life, entered for each poll, and an event for what happens to
//! its wakers. Names, targets and fields are those that tokio-console knows tasks by.
//!
//! Nothing of it is there without the feature `tracing`: see `no_trace.rs`.

use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tracing::Span;
use tracing::span::Entered;

/// A task's span. It ends with the future.
pub(crate) struct TaskSpan(Span);

/// What a task's wakers know of its span, and still know when it has ended.
#[derive(Clone, Copy)]
pub(crate) struct TaskId(u64);

/// What happens to a waker.
#[derive(Clone, Copy)]
pub(crate) enum WakerOp {
    Wake,
    WakeByRef,
    Clone,
    Drop,
}

/// How many tasks had a span. Not the span's id, which is used again.
static COUNT: AtomicU64 = AtomicU64::new(0);

impl TaskSpan {
    /// A span for a task with a future of type `F`, that the caller spawns.
    #[track_caller]
    pub(crate) fn new<F>(is_local: bool, name: Option<&str>) -> Self {
        let location = Location::caller();
        Self(tracing::trace_span!(
            target: "tokio::task",
            parent: None,
            "runtime.spawn",
            kind = if is_local { "local" } else { "task" },
            task.name = name,
            // Relaxed: only to be unique.
            task.id = COUNT.fetch_add(1, Relaxed),
            original_size.bytes = size_of::<F>(),
            size.bytes = size_of::<F>(),
            loc.file = location.file(),
            loc.line = location.line(),
            loc.col = location.column(),
        ))
    }

    pub(crate) fn id(&self) -> TaskId {
        TaskId(self.0.id().map_or(0, |id| id.into_u64()))
    }

    /// The task is polled while this is alive.
    pub(crate) fn enter(&self) -> Entered<'_> {
        self.0.enter()
    }
}

impl TaskId {
    /// Before it happens: a wake comes before the poll to which it leads.
    pub(crate) fn tell(self, op: WakerOp) {
        // Nobody is interested in this task.
        if self.0 == 0 {
            return;
        }
        let op = match op {
            WakerOp::Wake => "waker.wake",
            WakerOp::WakeByRef => "waker.wake_by_ref",
            WakerOp::Clone => "waker.clone",
            WakerOp::Drop => "waker.drop",
        };
        tracing::trace!(target: "tokio::task::waker", op = op, task.id = self.0);
    }
}
