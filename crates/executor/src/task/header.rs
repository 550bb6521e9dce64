//! What every task has, whatever its future.

use crate::executor::Shared;
use crate::sync::{Arc, UnsafeCell, contain};
use crate::task::list::Links;
use crate::task::raw::VTable;
use crate::task::state::State;
use crate::task::waker;
use std::ptr::NonNull;
use std::task::{Context, Waker};

/// The part of a task that does not depend on its future. The fields' rules are those of the
/// [module's documentation](super).
pub(crate) struct Header {
    pub(super) state: State,
    pub(super) vtable: &'static VTable,
    pub(super) scheduler: Arc<Shared>,
    pub(crate) next: UnsafeCell<Option<TaskPtr>>,
    pub(super) links: UnsafeCell<Links>,
    pub(super) awaiter: UnsafeCell<Option<Waker>>,
}

/// A pointer to a task. It owns nothing: who holds a reference, and for how long, is said where one
/// is used.
pub(crate) type TaskPtr = NonNull<Header>;

impl Header {
    pub(super) fn new(vtable: &'static VTable, scheduler: Arc<Shared>) -> Self {
        Self {
            state: State::new(),
            vtable,
            scheduler,
            next: UnsafeCell::new(None),
            links: UnsafeCell::new(Links::new()),
            awaiter: UnsafeCell::new(None),
        }
    }
}

/// Make the task run soon, unless it is going to already.
///
/// # Safety
///
/// The caller owns a reference to `task`, and keeps it until this returns.
pub(super) unsafe fn wake(task: TaskPtr) {
    // SAFETY: the caller's reference.
    let header = unsafe { task.as_ref() };
    if header.state.schedule() {
        // SAFETY: rule 3, `schedule` said so; the caller's reference, for rule 7.
        unsafe { header.scheduler.push(task) };
    }
}

/// Make the executor drop the future soon, unless it is gone already.
///
/// # Safety
///
/// The caller owns a reference to `task`, and keeps it until this returns.
pub(super) unsafe fn cancel(task: TaskPtr) {
    // SAFETY: the caller's reference.
    let header = unsafe { task.as_ref() };
    if header.state.cancel() {
        // SAFETY: rule 3, `cancel` said so; the caller's reference, for rule 7.
        unsafe { header.scheduler.push(task) };
    }
}

/// What a run of a task came to.
pub(crate) enum Run {
    /// It waits for a wake.
    Idle,
    /// It was woken while it ran: the caller must push it.
    Again,
    /// It is completed, and the caller must now give back the executor's reference with
    /// [`drop_reference`].
    Completed,
}

// ANCHOR: run
/// Poll the task once, or drop its future if it was cancelled.
///
/// # Safety
///
/// On the executor's thread, with a task that it took from the run queue and has not run since.
pub(crate) unsafe fn run(task: TaskPtr) -> Run {
    // SAFETY: the executor's reference, which it keeps until completion.
    let header = unsafe { task.as_ref() };
    if header.state.start() {
        // SAFETY: RUNNING is set: rule 2.
        unsafe { (header.vtable.cancel)(task) };
        // SAFETY: RUNNING is set and the result is in its place.
        unsafe { complete(task) };
        return Run::Completed;
    }
    let waker = waker::borrowed(task);
    // SAFETY: RUNNING is set: rule 2.
    let is_ready = unsafe { (header.vtable.poll)(task, &mut Context::from_waker(&waker)) };
    if is_ready {
        // SAFETY: RUNNING is set and the result is in its place.
        unsafe { complete(task) };
        Run::Completed
    } else if header.state.pause() {
        Run::Again
    } else {
        Run::Idle
    }
}
// ANCHOR_END: run

/// Drop the future, wherever the task is, and complete the task as cancelled. The caller must then
/// give back the executor's reference.
///
/// # Safety
///
/// With a task that is not completed, outside of [`run`], on the executor's thread; or on the thread
/// that spawned the task, if its first push was refused. A push of this task, from now on, must be
/// refused.
pub(crate) unsafe fn seize(task: TaskPtr) {
    // SAFETY: the executor's reference, which the caller keeps until completion.
    let header = unsafe { task.as_ref() };
    header.state.seize();
    // SAFETY: RUNNING is set: rule 2.
    unsafe { (header.vtable.cancel)(task) };
    // SAFETY: RUNNING is set and the result is in its place.
    unsafe { complete(task) };
}

/// Hand the result to the `Task`, if there is one, and wake whoever awaits it.
///
/// # Safety
///
/// RUNNING is set, by the caller, and the stage holds the result.
unsafe fn complete(task: TaskPtr) {
    // SAFETY: the executor's reference.
    let header = unsafe { task.as_ref() };
    let completion = header.state.complete();
    if !completion.has_handle {
        // SAFETY: rule 2: there was no `Task`, and so the result is the executor's.
        unsafe { (header.vtable.discard)(task) };
    }
    if completion.has_awaiter {
        // SAFETY: rule 5: AWAITER was set at completion.
        let waker = header.awaiter.with_mut(|slot| unsafe { (*slot).take() });
        // A waker that panics is not this task's fault, nor the executor's.
        contain(|| waker.into_iter().for_each(Waker::wake));
    }
}

/// Give back a reference, and free the task with the last one.
///
/// # Safety
///
/// The caller owns a reference to `task` and does not use it again.
pub(crate) unsafe fn drop_reference(task: TaskPtr) {
    // SAFETY: the caller's reference.
    let header = unsafe { task.as_ref() };
    if header.state.drop_reference() {
        // SAFETY: rule 1: that was the last one.
        unsafe { (header.vtable.free)(task) };
    }
}
