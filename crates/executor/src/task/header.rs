//! What every task has, whatever its future.

use crate::inject::Linked;
use crate::scheduler::SchedulerRef;
use crate::sync::atomic::AtomicPtr;
use crate::sync::{UnsafeCell, contain};
use crate::task::Priority;
use crate::task::list::Links;
use crate::task::raw::VTable;
use crate::task::state::State;
use crate::task::waker;
use crate::trace::TaskId;
use std::ptr::{self, NonNull};
use std::task::{Context, Waker};

/// The part of a task that does not depend on its future. The fields' rules are those of the
/// [module's documentation](super).
pub(crate) struct Header {
    pub(super) state: State,
    pub(super) vtable: &'static VTable,
    /// What a wake pushes to.
    pub(super) scheduler: SchedulerRef,
    next: AtomicPtr<Header>,
    pub(super) links: UnsafeCell<Links>,
    pub(super) awaiter: UnsafeCell<Option<Waker>>,
    pub(super) list: UnsafeCell<Listed>,
    priority: Priority,
    pub(super) trace: TaskId,
}

/// Which of its scheduler's lists a task is in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Listed(u16);

impl Listed {
    /// In none.
    pub(crate) const NOWHERE: Self = Self(u16::MAX);

    /// In the list of that number.
    pub(crate) const fn at(number: u16) -> Self {
        Self(number)
    }

    pub(crate) fn number(self) -> Option<usize> {
        (self != Self::NOWHERE).then_some(usize::from(self.0))
    }
}

/// A pointer to a task. It owns nothing: who holds a reference, and for how long, is said where one
/// is used.
pub(crate) type TaskPtr = NonNull<Header>;

impl Header {
    pub(super) fn new(
        vtable: &'static VTable,
        scheduler: SchedulerRef,
        priority: Priority,
        trace: TaskId,
    ) -> Self {
        Self {
            state: State::new(),
            vtable,
            scheduler,
            next: AtomicPtr::new(ptr::null_mut()),
            links: UnsafeCell::new(Links::new()),
            awaiter: UnsafeCell::new(None),
            list: UnsafeCell::new(Listed::NOWHERE),
            priority,
            trace,
        }
    }

    pub(crate) fn priority(&self) -> Priority {
        self.priority
    }

    /// Unless the task is in a list, put it into one with `list`, which says which.
    ///
    /// # Safety
    ///
    /// The caller runs the task, or nobody else may: rule 4.
    pub(crate) unsafe fn list_in(&self, list: impl FnOnce() -> Listed) {
        self.list.with_mut(|place| {
            // SAFETY: the caller's promise.
            let place = unsafe { &mut *place };
            if *place == Listed::NOWHERE {
                *place = list();
            }
        });
    }
}

// SAFETY: always the same link, which nothing else uses.
unsafe impl Linked for Header {
    fn next(&self) -> &AtomicPtr<Self> {
        &self.next
    }
}

// ANCHOR: wake
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
// ANCHOR_END: wake

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
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Run {
    /// It waits for a wake.
    Idle,
    /// It was woken while it ran: the caller must push it.
    Again,
    /// It is completed, and the caller must now take it out of its list, if it is in one, and give back the
    /// executor's reference with [`drop_reference`].
    Completed(Listed),
}

// ANCHOR: run
/// Poll the task once, or drop its future if it was cancelled. A task that is going to wait for the first
/// time is handed to `list`, which puts it into a list and says which.
///
/// # Safety
///
/// With a task that the caller took from a run queue and has not run since.
pub(crate) unsafe fn run(task: TaskPtr, list: impl FnOnce(TaskPtr) -> Listed) -> Run {
    // SAFETY: the executor's reference, which it keeps until completion.
    let header = unsafe { task.as_ref() };
    if header.state.start() {
        // SAFETY: this is its run: rule 2.
        unsafe { (header.vtable.cancel)(task) };
        // SAFETY: this is its run, and the result is in its place.
        return Run::Completed(unsafe { complete(task) });
    }
    let waker = waker::borrowed(task);
    // SAFETY: this is its run: rule 2.
    let is_ready = unsafe { (header.vtable.poll)(task, &mut Context::from_waker(&waker)) };
    if is_ready {
        // SAFETY: this is its run, and the result is in its place.
        return Run::Completed(unsafe { complete(task) });
    }
    // Before the pause: after it, anybody may run the task, and end it.
    // SAFETY: rule 4: this is its run.
    unsafe { header.list_in(|| list(task)) };
    if header.state.pause() { Run::Again } else { Run::Idle }
}
// ANCHOR_END: run

/// Drop the future, wherever the task is, and complete the task as cancelled. The caller must then
/// give back the executor's reference.
///
/// # Safety
///
/// With a task that is not completed and that nobody runs or will run, since it is in no queue any more and
/// each push of it, from now on, is refused.
pub(crate) unsafe fn seize(task: TaskPtr) -> Listed {
    // SAFETY: the executor's reference, which the caller keeps until completion.
    let header = unsafe { task.as_ref() };
    header.state.seize();
    // SAFETY: rule 6: this is its run. Rule 2.
    unsafe { (header.vtable.cancel)(task) };
    // SAFETY: as above, and the result is in its place.
    unsafe { complete(task) }
}

/// Hand the result to the `Task`, if there is one, and wake whoever awaits it. Which list the task is in.
///
/// # Safety
///
/// The caller runs the task, and the stage holds the result.
unsafe fn complete(task: TaskPtr) -> Listed {
    // SAFETY: the executor's reference.
    let header = unsafe { task.as_ref() };
    // SAFETY: rule 4: the caller runs the task.
    let listed = header.list.with_mut(|place| unsafe { *place });
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
    listed
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
