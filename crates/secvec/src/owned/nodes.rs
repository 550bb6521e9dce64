//! Where the elements of an [`OwnedSecVec`](crate::OwnedSecVec) live: in nodes that are counted, used
//! again, and not freed before the vector.
//!
//! A thread that has read a node's number may come to the node when its element is gone, or when
//! another is in it. As the node is still a node, it can count itself in, look whether the number is
//! still where it was, and count itself out again if not (J. D. Valois, *Lock-Free Linked Lists Using
//! Compare-and-Swap*, PODC 1995; the claim that makes it right is from M. M. Michael and M. L. Scott,
//! *Correction of a Memory Management Method for Lock-Free Data Structures*, 1995).

use core::fmt;
use core::mem::MaybeUninit;

use crate::buckets::{Buckets, Zeroed};
use crate::pause::{Point, pause};
use crate::sync::{AtomicU64, Ordering, UnsafeCell, const_fn};
use crate::wide::{Pair, Wide};

/// In a node's state: an element is in it.
const FULL: u64 = 1;
/// In a node's state: one that counts itself in.
const HOLDER: u64 = 2;

/// One place for an element.
///
/// # Invariants
///
/// 1. If the state is `FULL`, `element` is initialised.
/// 2. Whoever takes `FULL` away at a state without holders, or as the only one that can know of
///    the element, owns the element and the node; nobody else reads or writes `element` until `FULL` is set.
/// 3. An empty node is on the list of free ones once, or in the hands of one thread.
struct Node<T> {
    /// Twice the number of holders, and `FULL`.
    state: AtomicU64,
    /// On the list of free nodes: the number of the next one, plus 1.
    next: AtomicU64,
    element: UnsafeCell<MaybeUninit<T>>,
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self {
            state: AtomicU64::new(0),
            next: AtomicU64::new(0),
            element: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }
}

// SAFETY: two integers, and bytes that may be anything.
unsafe impl<T> Zeroed for Node<T> {}

// SAFETY: an element goes in on one thread and is taken out or dropped on another. References to it are
// given to several threads only by `Nodes::element`, which leaves `T: Sync` to its caller.
unsafe impl<T: Send> Sync for Node<T> {}

impl<T> Drop for Node<T> {
    fn drop(&mut self) {
        // Relaxed: `&mut self` says that every operation came before.
        if self.state.load(Ordering::Relaxed) & FULL != 0 {
            self.element.with_mut(|element| {
                // SAFETY: nobody else has the node.
                let element = unsafe { &mut *element };
                // SAFETY: it is there (invariant 1).
                unsafe { element.assume_init_drop() };
            });
        }
    }
}

/// All nodes of a vector.
pub(super) struct Nodes<T> {
    nodes: Buckets<Node<T>>,
    /// The number of the first free node, plus 1, or 0.
    free: Wide,
    /// How many nodes have ever been used.
    used: AtomicU64,
}

impl<T> Nodes<T> {
    const_fn! {
        pub(super) fn new() -> Self {
            Self { nodes: Buckets::new(), free: Wide::new(), used: AtomicU64::new(0) }
        }
    }

    fn node(&self, number: u64) -> &Node<T> {
        self.nodes.at(number as usize)
    }

    pub(super) fn reserve(&self, additional: usize) {
        // Relaxed: only counted.
        let used = self.used.load(Ordering::Relaxed) as usize;
        self.nodes.reserve(used.saturating_add(additional));
    }

    /// Put `element` in a node, with one holder: the caller. Return the node's number.
    ///
    /// # Panics
    ///
    /// Panics if the nodes could not fit in memory.
    pub(super) fn put(&self, element: T) -> u64 {
        let number = match self.take_free() {
            Some(number) => number,
            // Relaxed: the number is this thread's alone, and the node's memory is found by an Acquire.
            None => self.used.fetch_add(1, Ordering::Relaxed),
        };
        let node = self.node(number);
        pause(Point::NodeTaken);
        node.element.with_mut(|place| {
            // SAFETY: the node is empty and this thread's (invariants 2 and 3).
            let place = unsafe { &mut *place };
            place.write(element);
        });
        pause(Point::NodeFilled);
        // Relaxed: whoever reads the element has the number from a slot, which is written with Release.
        // Late holders may have counted themselves in meanwhile, so it is added.
        node.state.fetch_add(FULL + HOLDER, Ordering::Relaxed);
        number
    }

    // ANCHOR: hold
    /// Count the caller in at this node, whatever is in it now.
    pub(super) fn hold(&self, number: u64) {
        // Acquire: pairs with the Release in `let_go` and `claim`. If the element was dropped before
        // this, whoever dropped it had found its number gone from the slot; so does then the caller,
        // who looks there next. If not, it is not dropped before the caller lets go.
        self.node(number).state.fetch_add(HOLDER, Ordering::Acquire);
        pause(Point::NodeHeld);
    }

    /// Count the caller out. The last one drops the element.
    pub(super) fn let_go(&self, number: u64) {
        // Release: pairs with the Acquire in `claim`: all that this holder did comes before the drop.
        let state = self.node(number).state.fetch_sub(HOLDER, Ordering::Release) - HOLDER;
        pause(Point::NodeReleased);
        if state == FULL && self.claim(number, FULL) {
            // The node goes back even if the drop panics.
            let _back = GiveBack { nodes: self, number };
            self.node(number).element.with_mut(|element| {
                // SAFETY: claimed by this thread (invariant 2).
                let element = unsafe { &mut *element };
                // SAFETY: full until it was claimed (invariant 1).
                unsafe { element.assume_init_drop() };
            });
        }
    }

    /// Take `FULL` away, if the state is just this: then the caller owns the element.
    fn claim(&self, number: u64, state: u64) -> bool {
        // Acquire: pairs with the Release in `let_go`. Release: pairs with the Acquire in `hold`.
        // Relaxed: somebody else holds it, or has claimed it.
        let (done, failed) = (Ordering::AcqRel, Ordering::Relaxed);
        self.node(number).state.compare_exchange(state, 0, done, failed).is_ok()
    }
    // ANCHOR_END: hold

    /// Take the element out, if the caller is the only holder.
    ///
    /// # Safety
    ///
    /// The caller holds the node, has done so since an element was in it, and does not let go of it
    /// again if it gets the element.
    pub(super) unsafe fn try_take(&self, number: u64) -> Option<T> {
        self.claim(number, FULL + HOLDER).then(|| {
            // SAFETY: claimed by this thread, and full until then (invariants 1 and 2).
            unsafe { self.move_out(number) }
        })
    }

    /// Take the element out of a node whose number was never in a slot since it was put in.
    ///
    /// # Safety
    ///
    /// The number is from [`put`](Self::put), and nobody but the caller has had it since.
    pub(super) unsafe fn take_back(&self, number: u64) -> T {
        // Relaxed: what there is was done by this thread. A late holder may be counted: it stays.
        self.node(number).state.fetch_sub(FULL + HOLDER, Ordering::Relaxed);
        // SAFETY: this thread is the only one that knows of the element (invariant 2).
        unsafe { self.move_out(number) }
    }

    /// # Safety
    ///
    /// The caller has taken `FULL` away (invariant 2).
    unsafe fn move_out(&self, number: u64) -> T {
        let element = self.node(number).element.with_mut(|element| {
            // SAFETY: this thread's (invariant 2).
            let element = unsafe { &*element };
            // SAFETY: initialised until `FULL` was taken away (invariant 1), and not read again.
            unsafe { element.assume_init_read() }
        });
        self.give_back(number);
        element
    }

    /// # Safety
    ///
    /// For as long as the reference lives the caller holds the node, and has done so since an element
    /// was in it. If it is not the only thread with such a reference, `T` is `Sync`.
    pub(super) unsafe fn element(&self, number: u64) -> &T {
        self.node(number).element.with(|element| {
            // SAFETY: nobody can claim it, so nobody writes to it (invariant 2).
            let element = unsafe { &*element };
            // SAFETY: full (invariant 1).
            unsafe { element.assume_init_ref() }
        })
    }

    /// # Safety
    ///
    /// An element is in the node.
    pub(super) unsafe fn element_mut(&mut self, number: u64) -> &mut T {
        self.node(number).element.with_mut(|element| {
            // SAFETY: `&mut self` says that nobody else is there.
            let element = unsafe { &mut *element };
            // SAFETY: full (invariant 1).
            unsafe { element.assume_init_mut() }
        })
    }

    fn take_free(&self) -> Option<u64> {
        loop {
            let first = self.free.load();
            let number = first.word.checked_sub(1)?;
            // Relaxed: read before this thread has the node, so perhaps of another time; then the
            // exchange fails. If it succeeds, the Acquire of `load` pairs with the one that put it there.
            let next = self.node(number).next.load(Ordering::Relaxed);
            if self.free.exchange(first, Pair { word: next, stamp: first.stamp + 1 }) {
                return Some(number);
            }
        }
    }

    fn give_back(&self, number: u64) {
        loop {
            let first = self.free.load();
            // Relaxed: published by the exchange.
            self.node(number).next.store(first.word, Ordering::Relaxed);
            if self.free.exchange(first, Pair { word: number + 1, stamp: first.stamp + 1 }) {
                return;
            }
        }
    }
}

struct GiveBack<'a, T> {
    nodes: &'a Nodes<T>,
    number: u64,
}

impl<T> Drop for GiveBack<'_, T> {
    fn drop(&mut self) {
        self.nodes.give_back(self.number);
    }
}

impl<T> fmt::Debug for Nodes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Relaxed: only shown.
        let used = self.used.load(Ordering::Relaxed);
        f.debug_struct("Nodes").field("used", &used).finish_non_exhaustive()
    }
}
