//! The run queue: any thread pushes, one thread takes.

use crate::sync::atomic::{
    AtomicPtr,
    Ordering::{Acquire, Relaxed, Release},
};
use crate::task::{Header, TaskPtr};
use std::ptr;

/// Tasks that wait for the executor's thread, linked through their headers.
///
/// It is a stack (Treiber, 1986) of which the one consumer always takes the whole and turns it
/// round, so tasks run in the order in which they were pushed. Pushing allocates nothing, never
/// waits and cannot fail for lack of room: a wake may happen anywhere.
///
/// Since the consumer takes all, never one, a pusher that compares `head` with an old value cannot
/// be fooled by a task that came back (the ABA problem): it does not look into what it found there.
///
/// Invariants:
///
/// 1. `head` is null, `CLOSED`, or a task. Each task in the chain from there has SCHEDULED set, is
///    not completed, and so is alive.
/// 2. Once `CLOSED`, always `CLOSED`.
pub(crate) struct RunQueue {
    head: AtomicPtr<Header>,
}

/// What a push met.
#[derive(Debug, PartialEq)]
pub(crate) enum Push {
    /// An empty queue. The consumer may be asleep, and the pusher must wake it.
    First,
    /// A queue with tasks in it. Who pushed the first of them wakes the consumer.
    More,
    /// A closed queue: the task was not pushed.
    Closed,
}

/// Stands in `head` when the queue is closed. No task has this address: headers are aligned.
const CLOSED: *mut Header = ptr::without_provenance_mut(1);

impl RunQueue {
    pub(crate) fn new() -> Self {
        Self { head: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Add `task` at the end.
    ///
    /// # Safety
    ///
    /// The caller may push `task`: rule 3 of [`crate::task`]. It keeps a reference until this
    /// returns: rule 7.
    pub(crate) unsafe fn push(&self, task: TaskPtr) -> Push {
        // SAFETY: the caller's reference.
        let header = unsafe { task.as_ref() };
        // Relaxed: a guess, which the exchange below confirms.
        let mut head = self.head.load(Relaxed);
        loop {
            if head == CLOSED {
                return Push::Closed;
            }
            // SAFETY: rule 3: `next` is the pusher's until the push.
            header.next.with_mut(|next| unsafe { *next = TaskPtr::new(head) });
            // Release: pairs with the Acquire in `take` and `close`, so that the link is seen.
            match self.head.compare_exchange_weak(head, task.as_ptr(), Release, Relaxed) {
                Ok(_) if head.is_null() => return Push::First,
                Ok(_) => return Push::More,
                Err(now) => head = now,
            }
        }
    }

    /// Take all tasks. The consumer only, and not after [`close`](Self::close).
    pub(crate) fn take(&self) -> Batch {
        // Relaxed: if it is not null, the swap reads it again.
        if self.head.load(Relaxed).is_null() {
            return Batch::new();
        }
        // Acquire: pairs with the Release in `push`.
        Batch::in_order(self.head.swap(ptr::null_mut(), Acquire))
    }

    /// Take all tasks and refuse any more. The consumer only.
    pub(crate) fn close(&self) -> Batch {
        // Acquire: pairs with the Release in `push`.
        Batch::in_order(self.head.swap(CLOSED, Acquire))
    }

    /// Close the queue if there is nothing in it. The consumer only.
    pub(crate) fn close_if_empty(&self) -> bool {
        // Relaxed: nothing is taken over.
        self.head.compare_exchange(ptr::null_mut(), CLOSED, Relaxed, Relaxed).is_ok()
    }
}

/// Tasks that were taken from the queue, oldest first. They are the consumer's, and alive: they are
/// not completed until it runs them.
pub(crate) struct Batch {
    first: Option<TaskPtr>,
}

impl Batch {
    pub(crate) const fn new() -> Self {
        Self { first: None }
    }

    /// Turn round what was in the queue.
    fn in_order(head: *mut Header) -> Self {
        let mut newer = None;
        let mut task = if head == CLOSED { None } else { TaskPtr::new(head) };
        while let Some(current) = task {
            task = Self::set_next(current, newer);
            newer = Some(current);
        }
        Self { first: newer }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub(crate) fn pop(&mut self) -> Option<TaskPtr> {
        let first = self.first?;
        self.first = Self::set_next(first, None);
        Some(first)
    }

    /// Change the link of a task that was taken, and return the old one.
    fn set_next(task: TaskPtr, new: Option<TaskPtr>) -> Option<TaskPtr> {
        // SAFETY: it was in the queue (invariant 1) and has not been run since.
        let header = unsafe { task.as_ref() };
        // SAFETY: rule 3: the link is the queue's until the task is popped.
        header.next.with_mut(|next| unsafe { std::mem::replace(&mut *next, new) })
    }
}
