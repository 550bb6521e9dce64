//! The injection queue: any thread pushes, the workers take.
//!
//! The idea is Dmitry Vyukov's intrusive queue of many producers and one consumer: a push is one
//! exchange and one store. His has a stub node, so that it is never quite empty, and cannot be
//! closed; this one has a compare-exchange in the place of the exchange, and neither limit.

use crate::sync::{
    atomic::{
        AtomicBool, AtomicPtr,
        Ordering::{Acquire, Relaxed, Release, SeqCst},
    },
    one_order, thread,
};
use std::ptr::{self, NonNull};

/// A node of a list that is linked through its nodes.
///
/// # Safety
///
/// `next` returns the same pointer whenever it is called on the same node, and nobody but the queue
/// (and the maker of a chain, before it is pushed) writes to it while the node is in a queue.
pub(crate) unsafe trait Linked: Sized {
    /// The link to the node after this one.
    fn next(&self) -> &AtomicPtr<Self>;
}

/// Nodes that wait for a worker, first in first out. Pushing allocates nothing and never waits.
///
/// A push has two steps: it makes its node the `tail`, and then links it to the one before. Between
/// the two the queue is in two pieces, and a consumer comes no further than the end of the first.
/// So nodes are taken in the order in which they became the tail.
///
/// Invariants:
///
/// 1. A node in the queue is alive: its pusher promised that.
/// 2. `tail` is null if there are no nodes, `CLOSED` for ever after the end, or else the last node.
/// 3. The last node's link is null. Another node's link is the node after it, or null while the
///    pusher of that is between its steps.
/// 4. `head` is the first node; or null if there is none, or while its pusher is between its steps.
///    It is the consumer's who has the lock. A pusher writes it only after it found `tail` null, and
///    nobody else writes it between that and the end of the push.
/// 5. A node with a null link is taken only with `tail` going from this node to null. So the node
///    that a pusher found in `tail` stays in the queue until that pusher has linked its own.
pub(crate) struct Inject<T> {
    tail: Line<AtomicPtr<T>>,
    /// The consumers' lock.
    locked: Line<AtomicBool>,
    head: AtomicPtr<T>,
}

/// A value that starts a pair of cache lines, so that pushers do not disturb the consumer.
#[repr(align(128))]
struct Line<T>(T);

// SAFETY: it passes pointers on. Through them it only calls `Linked::next` and uses the atomic that
// it gets, while the node is alive (invariant 1); who does more proves that it may.
unsafe impl<T: Linked> Send for Inject<T> {}
// SAFETY: as above.
unsafe impl<T: Linked> Sync for Inject<T> {}

impl<T: Linked> Inject<T> {
    /// Stands in `tail` when the queue is closed. No node has this address: it is aligned, for its
    /// link.
    const CLOSED: *mut T = ptr::without_provenance_mut(1);

    pub(crate) fn new() -> Self {
        const { assert!(align_of::<T>() > 1) };
        Self {
            tail: Line(AtomicPtr::new(ptr::null_mut())),
            locked: Line(AtomicBool::new(false)),
            head: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Add `node` at the end; `false` if the queue is closed, and then the node is still the
    /// caller's.
    ///
    /// The caller looks next, with a SeqCst load, whether a worker is asleep, and wakes one. A
    /// worker that goes to sleep first announces it, with a SeqCst exchange, and then looks whether
    /// [`is_empty`](Self::is_empty). In the one order of all SeqCst operations, the announcement
    /// and this exchange do not come before each other's look both: one sees the other.
    ///
    /// # Safety
    ///
    /// The node is in no queue, nobody else pushes it, and it stays alive until it has been taken
    /// from the queue. Its link may have any value.
    pub(crate) unsafe fn push(&self, node: NonNull<T>) -> bool {
        // SAFETY: one node is a chain.
        unsafe { self.push_chain(node, node) }
    }

    /// [`push`](Self::push) all nodes from `first` to `last`, with nothing of others in between.
    ///
    /// # Safety
    ///
    /// As for `push`, for each of the nodes; and from `first` the links lead to `last`.
    // ANCHOR: push
    pub(crate) unsafe fn push_chain(&self, first: NonNull<T>, last: NonNull<T>) -> bool {
        // Relaxed: seen with the exchange below. What the link was when its node was last taken
        // ends here.
        // SAFETY: alive, as promised.
        unsafe { last.as_ref() }.next().store(ptr::null_mut(), Relaxed);

        // Relaxed, here and on failure: a guess, which the exchange confirms.
        let mut tail = self.tail.0.load(Relaxed);
        loop {
            if tail == Self::CLOSED {
                return false;
            }
            // SeqCst: see `push`. Release, and Acquire in the next pusher: so that its link comes
            // after the null above. Acquire: pairs with the Release in `pop`, so that the store of
            // `head` comes after the null there.
            match self.tail.0.compare_exchange_weak(tail, last.as_ptr(), SeqCst, Relaxed) {
                Ok(_) => break,
                Err(now) => tail = now,
            }
        }

        let link = match NonNull::new(tail) {
            None => &self.head,
            // SAFETY: invariant 5: it stays, and so is alive, until the store below.
            Some(before) => unsafe { before.as_ref() }.next(),
        };
        // Release: pairs with the Acquires in `pop` and `Drained`, so that the node is seen.
        link.store(first.as_ptr(), Release);
        one_order();
        true
    }
    // ANCHOR_END: push

    /// Take up to `max` nodes, oldest first, and hand each to `f`. Returns how many there were.
    ///
    /// That may be less than there are:
    ///
    /// - Nothing is taken while another consumer is at it. It may already have looked for the last
    ///   time, so what comes after that is nobody's yet.
    /// - Nothing is taken behind a push that is between its steps.
    ///
    /// In both cases [`is_empty`](Self::is_empty) stays false for as long as there is something, and
    /// a worker that finds it so does not go to sleep, but looks again.
    pub(crate) fn take(&self, max: usize, mut f: impl FnMut(NonNull<T>)) -> usize {
        // Relaxed, both: guesses. Who goes to sleep has asked `is_empty`.
        if self.tail.0.load(Relaxed).is_null() || self.locked.0.load(Relaxed) {
            return 0;
        }
        let Some(lock) = self.try_lock() else { return 0 };
        let mut count = 0;
        while count < max {
            let Some(node) = self.pop(&lock) else { break };
            count += 1;
            f(node);
        }
        count
    }

    /// Whether there is nothing to take, now or after a push has ended its second step.
    pub(crate) fn is_empty(&self) -> bool {
        one_order();
        // SeqCst: pairs with the exchange in `push_chain`.
        let tail = self.tail.0.load(SeqCst);
        tail.is_null() || tail == Self::CLOSED
    }

    /// Refuse all further nodes, and return those that are there, oldest first. They are the
    /// caller's, and stay so if it drops the iterator before its end.
    ///
    /// This waits for a consumer that is at it, and the iterator for pushes between their steps.
    pub(crate) fn close(&self) -> Drained<T> {
        let _lock = loop {
            match self.try_lock() {
                Some(lock) => break lock,
                None => thread::yield_now(),
            }
        };
        // Acquire and Release: what pushers did with `head` and the links came before, and what is
        // done below comes after. SeqCst, so that a look at a closed queue fits into the one order.
        let tail = self.tail.0.swap(Self::CLOSED, SeqCst);
        if tail.is_null() || tail == Self::CLOSED {
            return Drained { first: None, last: tail };
        }
        let first = wait_for(&self.head);
        // Relaxed: no pusher writes it any more, and other consumers come after the lock.
        self.head.store(ptr::null_mut(), Relaxed);
        Drained { first: Some(first), last: tail }
    }

    fn try_lock(&self) -> Option<Lock<'_>> {
        // Acquire: pairs with the Release in `Lock::drop`. Relaxed on failure: nothing follows.
        let free = self.locked.0.compare_exchange(false, true, Acquire, Relaxed);
        free.is_ok().then(|| Lock(&self.locked.0))
    }

    // ANCHOR: pop
    /// Take the first node, if a link leads on from it or it is the last.
    fn pop(&self, _: &Lock<'_>) -> Option<NonNull<T>> {
        // Acquire: pairs with the Release in `push_chain`.
        let first = NonNull::new(self.head.load(Acquire))?;
        // Acquire: as above.
        // SAFETY: it is in the queue: invariant 1.
        let next = unsafe { first.as_ref() }.next().load(Acquire);
        if !next.is_null() {
            // Relaxed: the next consumer sees it with the lock.
            self.head.store(next, Relaxed);
            return Some(first);
        }

        // It seems to be the last. `head` first: once `tail` is null, it may be a pusher's.
        // Relaxed: seen with the exchange.
        self.head.store(ptr::null_mut(), Relaxed);
        // Release: pairs with the Acquire in `push_chain`. Relaxed on failure: nothing is taken over.
        let last = self.tail.0.compare_exchange(first.as_ptr(), ptr::null_mut(), Release, Relaxed);
        if last.is_ok() {
            return Some(first);
        }
        // A pusher has made its node the tail and is about to link it: invariant 4 says that it does
        // not write `head`. It looks for sleepers after it has linked, so nothing is lost.
        // Relaxed: the next consumer sees it with the lock.
        self.head.store(first.as_ptr(), Relaxed);
        None
    }
    // ANCHOR_END: pop
}

/// The consumers' lock, held.
struct Lock<'a>(&'a AtomicBool);

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `try_lock`, so that the next consumer sees `head`.
        self.0.store(false, Release);
    }
}

/// What was in a queue when it was closed.
#[must_use]
pub(crate) struct Drained<T> {
    first: Option<NonNull<T>>,
    last: *mut T,
}

impl<T: Linked> Iterator for Drained<T> {
    type Item = NonNull<T>;

    fn next(&mut self) -> Option<NonNull<T>> {
        let node = self.first?;
        self.first = if node.as_ptr() == self.last {
            None
        } else {
            // SAFETY: it was in the queue and has not been handed out: invariant 1.
            Some(wait_for(unsafe { node.as_ref() }.next()))
        };
        Some(node)
    }
}

/// Read a link that a pusher is about to write.
fn wait_for<T>(link: &AtomicPtr<T>) -> NonNull<T> {
    loop {
        // Acquire: pairs with the Release in `push_chain`.
        match NonNull::new(link.load(Acquire)) {
            Some(node) => return node,
            None => thread::yield_now(),
        }
    }
}
