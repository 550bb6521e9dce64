//! What a task's wake pushes it to, whatever the kind of executor.

use crate::local::Local;
use crate::pool::{self, Pool};
use crate::simulation::World;
use crate::sync::atomic::{
    AtomicUsize,
    Ordering::{AcqRel, Relaxed},
};
use crate::task::TaskPtr;
use crate::timer::TimersRef;
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;

/// The part of an executor that its tasks know.
///
/// It lives as long as one of its references does. An executor has one, each spawner, and each task that is
/// not freed. On a worker they are counted in bulk: it holds a stock of references, gives one to each task that
/// it makes and takes one back from each that it frees, so that the threads of a pool do not fight over
/// the counter.
pub(crate) struct Scheduler {
    references: AtomicUsize,
    kind: Kind,
}

#[allow(clippy::large_enum_variant, reason = "there is one for each executor, on the heap")]
pub(crate) enum Kind {
    Pool(Pool),
    Local(Local),
    Simulation(World),
}

impl Scheduler {
    /// Push `task`, and see to it that somebody runs it. `false`: the executor has ended.
    ///
    /// # Safety
    ///
    /// The caller may push `task`: rule 3 of [`crate::task`]. It keeps a reference to it until this returns:
    /// rule 7.
    pub(crate) unsafe fn push(&self, task: TaskPtr) -> bool {
        match &self.kind {
            // SAFETY: the caller's promise.
            Kind::Pool(pool) => unsafe { pool.push(task) },
            // SAFETY: the caller's promise.
            Kind::Local(local) => unsafe { local.push(task) },
            // SAFETY: the caller's promise.
            Kind::Simulation(world) => unsafe { world.push(task) },
        }
    }

    /// The timers for futures that are polled here.
    pub(crate) fn timers(this: &SchedulerRef) -> TimersRef {
        match &this.kind {
            Kind::Pool(pool) => TimersRef::Pool(this.clone(), pool.own_timers()),
            Kind::Local(local) => TimersRef::Driver(local.driver().clone()),
            Kind::Simulation(world) => TimersRef::Driver(world.driver().clone()),
        }
    }

    pub(crate) fn pool(&self) -> Option<&Pool> {
        match &self.kind {
            Kind::Pool(pool) => Some(pool),
            Kind::Local(_) | Kind::Simulation(_) => None,
        }
    }

    pub(crate) fn local(&self) -> Option<&Local> {
        match &self.kind {
            Kind::Local(local) => Some(local),
            Kind::Pool(_) | Kind::Simulation(_) => None,
        }
    }

    pub(crate) fn simulation(&self) -> Option<&World> {
        match &self.kind {
            Kind::Simulation(world) => Some(world),
            Kind::Pool(_) | Kind::Local(_) => None,
        }
    }
}

/// A counted pointer to a [`Scheduler`].
///
/// Invariants:
///
/// 1. It came from `Box::leak` of a `Scheduler`.
/// 2. It owns one of the scheduler's references.
pub(crate) struct SchedulerRef(NonNull<Scheduler>);

// SAFETY: a `SchedulerRef` gives out `&Scheduler` and drops the `Scheduler` on whichever thread is the last; both
// are fine, as `assert_scheduler_is_shareable` makes the compiler check.
unsafe impl Send for SchedulerRef {}
// SAFETY: as above.
unsafe impl Sync for SchedulerRef {}

const _: () = {
    const fn shareable<T: Send + Sync>() {}
    let _assert_scheduler_is_shareable = shareable::<Scheduler>;
};

impl SchedulerRef {
    pub(crate) fn new(kind: Kind) -> Self {
        let scheduler = Scheduler { references: AtomicUsize::new(1), kind };
        Self(NonNull::from(Box::leak(Box::new(scheduler))))
    }

    /// # Safety
    ///
    /// The caller owns a reference or borrows one.
    pub(crate) unsafe fn from_ptr(scheduler: NonNull<Scheduler>) -> Self {
        if !pool::take_from_stock(scheduler) {
            // SAFETY: the caller's reference.
            unsafe { add_references(scheduler, 1) };
        }
        Self(scheduler)
    }

    pub(crate) fn as_ptr(&self) -> NonNull<Scheduler> {
        self.0
    }

    /// How many references there are. For tests.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn references(&self) -> usize {
        self.references.load(Relaxed)
    }
}

impl Deref for SchedulerRef {
    type Target = Scheduler;

    fn deref(&self) -> &Scheduler {
        // SAFETY: invariant 2.
        unsafe { self.0.as_ref() }
    }
}

impl Clone for SchedulerRef {
    fn clone(&self) -> Self {
        // SAFETY: invariant 2.
        unsafe { Self::from_ptr(self.0) }
    }
}

impl Drop for SchedulerRef {
    fn drop(&mut self) {
        if !pool::put_into_stock(self.0) {
            // SAFETY: invariant 2, and the last use.
            unsafe { release_references(self.0, 1) };
        }
    }
}

impl fmt::Debug for SchedulerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").finish_non_exhaustive()
    }
}

/// # Safety
///
/// The caller has a reference.
pub(crate) unsafe fn add_references(scheduler: NonNull<Scheduler>, count: usize) {
    // SAFETY: the caller's reference.
    let references = unsafe { &scheduler.as_ref().references };
    // Relaxed: the caller's reference keeps it alive, and a new one publishes nothing.
    if references.fetch_add(count, Relaxed) > isize::MAX as usize {
        // Somebody forgets tasks in a loop. A wrapped counter would free too early.
        std::process::abort();
    }
}

/// # Safety
///
/// The caller has so many references, and does not use them again.
pub(crate) unsafe fn release_references(scheduler: NonNull<Scheduler>, count: usize) {
    // SAFETY: the caller's references.
    let references = unsafe { &scheduler.as_ref().references };
    // AcqRel: the Release half pairs with the Acquire half of the last of these, so that every use of the
    // scheduler comes before its end.
    if references.fetch_sub(count, AcqRel) == count {
        // SAFETY: invariant 1 of `SchedulerRef`; those were the last references.
        drop(unsafe { Box::from_raw(scheduler.as_ptr()) });
    }
}
