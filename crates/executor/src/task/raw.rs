//! The one allocation of a task, and the functions that know its future's type.

use crate::error::{Payload, TaskError};
use crate::scheduler::SchedulerRef;
use crate::sync::{UnsafeCell, catch_unwind, contain, discard};
use crate::task::TaskOptions;
use crate::task::header::{Header, TaskPtr};
use crate::trace::TaskSpan;
use std::pin::Pin;
use std::ptr::{self, NonNull};
use std::task::{Context, Poll};

/// A task in memory. `repr(C)`, so that a pointer to it is a pointer to its header.
#[repr(C)]
pub(super) struct Cell<F: Future> {
    header: Header,
    stage: UnsafeCell<Stage<F>>,
}

/// The future, and where it was, its result. The future does not move once it is here.
enum Stage<F: Future> {
    Future(F, TaskSpan),
    Result(Result<F::Output, TaskError>),
    Empty,
}

/// What can be done with a task whose future's type is forgotten.
///
/// For each function: `task` is alive, and the caller has the stage, by rule 2 of the
/// [module's documentation](super).
pub(crate) struct VTable {
    /// Poll the future. `true`: it is gone, and the stage holds the result.
    pub(super) poll: unsafe fn(TaskPtr, &mut Context<'_>) -> bool,
    /// Drop the future; the result is that it was cancelled.
    pub(super) cancel: unsafe fn(TaskPtr),
    /// Move the result out, into an `Option<Result<T, TaskError>>` that `out` points to.
    pub(super) take: unsafe fn(TaskPtr, out: *mut ()),
    /// Drop the result, which nobody will ask for.
    pub(super) discard: unsafe fn(TaskPtr),
    /// Free the allocation. Nobody else can reach the task any more.
    pub(super) free: unsafe fn(TaskPtr),
}

impl<F: Future> Cell<F> {
    const VTABLE: VTable = VTable {
        poll: poll::<F>,
        cancel: cancel::<F>,
        take: take::<F>,
        discard: discard_result::<F>,
        free: free::<F>,
    };

    /// Put `future` into a new task. Its two references are the caller's.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub(super) fn allocate(
        future: F,
        scheduler: SchedulerRef,
        options: TaskOptions<'_>,
    ) -> TaskPtr {
        let span = TaskSpan::new::<F>(scheduler.local().is_some(), options.name);
        let header = Header::new(&Self::VTABLE, scheduler, options.priority, span.id());
        let cell = Self { header, stage: UnsafeCell::new(Stage::Future(future, span)) };
        // The pointer that `leak` gives is good for the whole cell, and stays so when it is cast.
        NonNull::from(Box::leak(Box::new(cell))).cast()
    }
}

/// Use the stage of `task`.
///
/// # Safety
///
/// As for the functions of [`VTable`], and `F` is the future's type.
unsafe fn with_stage<F: Future, R>(task: TaskPtr, f: impl FnOnce(&mut Stage<F>) -> R) -> R {
    // SAFETY: the header is the first field of a live `Cell<F>`, and the pointer is the cell's own.
    let cell = unsafe { task.cast::<Cell<F>>().as_ref() };
    cell.stage.with_mut(|stage| {
        // SAFETY: the caller has the stage, so nobody else refers to it.
        f(unsafe { &mut *stage })
    })
}

impl<F: Future> Stage<F> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self {
            Self::Future(future, span) => {
                let _entered = span.enter();
                // SAFETY: the cell is on the heap, and the future stays in it until it is dropped
                // there, by `end`.
                unsafe { Pin::new_unchecked(future) }.poll(cx)
            }
            // The state does not let a task run after its end.
            Self::Result(_) | Self::Empty => unreachable!("polled after its end"),
        }
    }

    /// Drop the future where it is, and put the result in its place. If that panics, the panic is
    /// the result.
    fn end(&mut self, result: Result<F::Output, TaskError>) {
        let dropped = catch_unwind(|| {
            // SAFETY: the stage is whole, and is written anew below before anybody looks at it.
            unsafe { ptr::drop_in_place(self) };
        });
        // SAFETY: what was here is dropped. If that panicked, it must not be dropped again either.
        unsafe { ptr::write(self, Self::Empty) };
        let result = match (dropped, result) {
            (Ok(()), result) => result,
            // Two panics: the first is the one to tell.
            (Err(second), Err(TaskError::Panicked(first))) => {
                discard(second);
                Err(TaskError::Panicked(first))
            }
            (Err(payload), result) => {
                contain(|| drop(result));
                Err(TaskError::Panicked(Payload::new(payload)))
            }
        };
        *self = Self::Result(result);
    }
}

unsafe fn poll<F: Future>(task: TaskPtr, cx: &mut Context<'_>) -> bool {
    let step = |stage: &mut Stage<F>| {
        let result = match catch_unwind(|| stage.poll(cx)) {
            Ok(Poll::Pending) => return false,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(payload) => Err(TaskError::Panicked(Payload::new(payload))),
        };
        stage.end(result);
        true
    };
    // SAFETY: the caller has the stage.
    unsafe { with_stage::<F, _>(task, step) }
}

unsafe fn cancel<F: Future>(task: TaskPtr) {
    // SAFETY: the caller has the stage.
    unsafe { with_stage::<F, _>(task, |stage| stage.end(Err(TaskError::Cancelled))) }
}

unsafe fn take<F: Future>(task: TaskPtr, out: *mut ()) {
    // SAFETY: the caller has the stage.
    let stage = unsafe { with_stage::<F, _>(task, |stage| std::mem::replace(stage, Stage::Empty)) };
    if let Stage::Result(result) = stage {
        // SAFETY: `out` points to an `Option` of this type, says the caller.
        unsafe { *out.cast::<Option<Result<F::Output, TaskError>>>() = Some(result) };
    }
}

unsafe fn discard_result<F: Future>(task: TaskPtr) {
    // SAFETY: the caller has the stage.
    let stage = unsafe { with_stage::<F, _>(task, |stage| std::mem::replace(stage, Stage::Empty)) };
    contain(|| drop(stage));
}

unsafe fn free<F: Future>(task: TaskPtr) {
    // SAFETY: `allocate` made it from a `Box<Cell<F>>`, and nobody else can reach it.
    let cell = unsafe { Box::from_raw(task.cast::<Cell<F>>().as_ptr()) };
    // SAFETY: as above.
    let is_empty = cell.stage.with_mut(|stage| matches!(unsafe { &*stage }, Stage::Empty));
    debug_assert!(is_empty, "a result has an owner, who takes it or drops it");
    // So the stage is empty by now, and the awaiter's slot by rule 5, so nothing of others is dropped. If
    // it were, a panic must not get out: this may be any thread, the executor's too.
    contain(|| drop(cell));
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::Cell;
    use crate::trace::{TaskId, TaskSpan};

    /// What a task needs beside its future and its result, of which it holds one at a time.
    #[test]
    #[cfg(target_pointer_width = "64")]
    fn a_task_is_the_larger_of_future_and_result_and_little_more() {
        fn extra<F: Future>(future: F) -> usize {
            size_of::<Cell<F>>() - size_of_val(&future).max(size_of::<F::Output>())
        }
        let small = async { std::future::pending::<u64>().await };
        let big_future = async {
            let big = [0_u8; 1024];
            std::future::pending::<()>().await;
            big.len()
        };
        let big_output = async { [7_u8; 4096] };
        let odd_output = async { [7_u8; 4095] };
        for extra in [extra(small), extra(big_future), extra(big_output), extra(odd_output)] {
            // What tracing needs comes on top, if it is there.
            let traced = size_of::<TaskSpan>() + size_of::<TaskId>();
            assert!(extra <= 96 + traced, "{extra}");
        }
    }
}
