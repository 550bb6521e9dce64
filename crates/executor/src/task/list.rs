//! The list of tasks that wait, so that an executor that ends can find them.

use crate::task::header::{Header, TaskPtr};
use std::ptr::NonNull;

/// A task's place in the list: its neighbours, in a ring. Both are `None` outside of the list.
pub(crate) struct Links {
    before: Option<TaskPtr>,
    after: Option<TaskPtr>,
}

impl Links {
    pub(super) const fn new() -> Self {
        Self { before: None, after: None }
    }
}

/// A ring of tasks, linked through their headers: nothing is allocated.
///
/// Invariants:
///
/// 1. Each task in the ring is alive.
/// 2. The neighbours of a task in the ring are in the ring, and point back at it.
/// 3. A list is touched under a lock, or by one thread alone, and with it the links of the tasks in it.
pub(crate) struct List {
    first: Option<TaskPtr>,
}

// SAFETY: what it points to are headers, which may be used from any thread; their links go with the list
// (invariant 3).
unsafe impl Send for List {}

impl List {
    pub(crate) const fn new() -> Self {
        Self { first: None }
    }

    /// Add `task` at the end, unless it is in already.
    ///
    /// # Safety
    ///
    /// `task` is alive, stays so until it is removed, and belongs to this executor.
    pub(crate) unsafe fn insert(&mut self, task: TaskPtr) {
        // SAFETY: `task` is alive.
        if unsafe { links(task, |links| links.after.is_some()) } {
            return;
        }
        let Some(first) = self.first else {
            // SAFETY: `task` is alive.
            unsafe {
                links(task, |links| *links = Links { before: Some(task), after: Some(task) })
            };
            self.first = Some(task);
            return;
        };
        // SAFETY: invariant 1.
        let last = unsafe { links(first, |links| links.before.replace(task)) };
        // SAFETY: `task` is alive.
        unsafe { links(task, |links| *links = Links { before: last, after: Some(first) }) };
        if let Some(last) = last {
            // SAFETY: invariants 1 and 2.
            unsafe { links(last, |links| links.after = Some(task)) };
        }
    }

    /// Take `task` out.
    ///
    /// # Safety
    ///
    /// `task` is alive, and in this list or in none.
    pub(crate) unsafe fn remove(&mut self, task: TaskPtr) {
        // SAFETY: `task` is alive.
        let old = unsafe { links(task, |links| std::mem::replace(links, Links::new())) };
        let Links { before: Some(before), after: Some(after) } = old else { return };
        if after == task {
            self.first = None;
            return;
        }
        // SAFETY: invariants 1 and 2.
        unsafe { links(before, |links| links.after = Some(after)) };
        // SAFETY: invariants 1 and 2.
        unsafe { links(after, |links| links.before = Some(before)) };
        if self.first == Some(task) {
            self.first = Some(after);
        }
    }

    /// Take the oldest task out.
    pub(crate) fn pop(&mut self) -> Option<TaskPtr> {
        let first = self.first?;
        // SAFETY: it is in the list, and so alive.
        unsafe { self.remove(first) };
        Some(first)
    }
}

/// Use the links of `task`.
///
/// # Safety
///
/// With the list of `task`, or by whoever may put it into one; `task` is alive.
unsafe fn links<R>(task: NonNull<Header>, f: impl FnOnce(&mut Links) -> R) -> R {
    // SAFETY: `task` is alive.
    let header = unsafe { task.as_ref() };
    header.links.with_mut(|links| {
        // SAFETY: rule 4: the caller has the list, and the closures here never nest.
        f(unsafe { &mut *links })
    })
}
