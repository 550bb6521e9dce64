//! A task's waker. Its data pointer is the task itself, so a waker costs no allocation.

use crate::scheduler::Scheduler;
use crate::task::header::{self, Header, TaskPtr};
use crate::timer::TimersRef;
use crate::trace::WakerOp;
use std::mem::ManuallyDrop;
use std::task::{RawWaker, RawWakerVTable, Waker};

/// A `static`, not a `const`: its address is how [`timers_of`] knows our wakers.
static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

/// A waker for the length of a poll: it counts on the executor's reference and has none of its own.
pub(super) fn borrowed(task: TaskPtr) -> ManuallyDrop<Waker> {
    // SAFETY: `VTABLE`'s functions keep to the contract of `RawWakerVTable::new`, each for the
    // reason above it. The waker is never dropped, so no reference is given back.
    ManuallyDrop::new(unsafe { Waker::new(task.as_ptr().cast_const().cast(), &VTABLE) })
}

/// The timers of the executor whose task `waker` wakes, if it is one of ours.
pub(crate) fn timers_of(waker: &Waker) -> Option<TimersRef> {
    if !std::ptr::eq(waker.vtable(), &VTABLE) {
        return None;
    }
    let task = waker.data().cast::<Header>();
    // SAFETY: the table is ours, so the data is a task, and the borrowed waker keeps it alive.
    let header = unsafe { &*task };
    Some(Scheduler::timers(&header.scheduler))
}

/// # Safety
///
/// `data` is the data of one of our wakers.
unsafe fn task(data: *const ()) -> TaskPtr {
    // SAFETY: it came from a `NonNull`, in `borrowed` or in `clone`.
    unsafe { TaskPtr::new_unchecked(data.cast_mut().cast()) }
}

/// A second waker from a first: one more reference.
unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: `data` belongs to a live waker.
    let task = unsafe { task(data) };
    // SAFETY: that waker keeps the task alive.
    let header = unsafe { task.as_ref() };
    header.trace.tell(WakerOp::Clone);
    header.state.add_reference();
    RawWaker::new(data, &VTABLE)
}

/// Wake, then end the waker. In this order: rule 7.
unsafe fn wake(data: *const ()) {
    // SAFETY: `data` belongs to a live waker.
    let task = unsafe { task(data) };
    // SAFETY: that waker keeps the task alive.
    unsafe { task.as_ref() }.trace.tell(WakerOp::Wake);
    // SAFETY: the waker's reference.
    unsafe { header::wake(task) };
    // SAFETY: `wake` takes the waker by value; nobody uses its reference after us.
    unsafe { header::drop_reference(task) };
}

/// Wake, and leave the waker as it is.
unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: `data` belongs to a live waker.
    let task = unsafe { task(data) };
    // SAFETY: that waker keeps the task alive.
    unsafe { task.as_ref() }.trace.tell(WakerOp::WakeByRef);
    // SAFETY: the waker's reference, which the caller only lends.
    unsafe { header::wake(task) };
}

/// End the waker without a wake.
unsafe fn drop_waker(data: *const ()) {
    // SAFETY: `data` belongs to a live waker.
    let task = unsafe { task(data) };
    // SAFETY: that waker keeps the task alive.
    unsafe { task.as_ref() }.trace.tell(WakerOp::Drop);
    // SAFETY: a waker is dropped once, and not after `wake`.
    unsafe { header::drop_reference(task) };
}
