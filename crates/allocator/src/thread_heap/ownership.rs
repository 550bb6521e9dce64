//! Whose a heap is: a thread's, nobody's, or for a moment that of somebody who tidies it up.
//!
//! A thread that ends leaves its heap behind with blocks in it that other threads still use. They free them
//! into the heap's [`Inbox`](super::inbox::Inbox), as before. Nobody would ever look there again, unless a
//! new thread takes the heap over. So whoever leaves something for a heap that is nobody's takes the heap for
//! a moment and empties the inbox.
//!
//! Nothing is forgotten between the two: whoever *lets go* of a heap first says so and then looks at the
//! inbox once more; whoever *leaves* something first leaves it and then looks whether the heap is nobody's.
//! Each has a sequentially consistent fence between its two steps. Of two such fences one comes first, and
//! the side whose fence comes second sees what the other did before its own (C++20, [atomics.order]).

use core::fmt;

use crate::sync::{AtomicU8, Ordering, const_unless_loom, fence};

/// Nobody's: any thread may take it.
const ORPHAN: u8 = 0;
/// Somebody's: nobody else may touch what is the owner's alone.
const OWNED: u8 = 1;

/// Who may touch what is the owner's alone.
///
/// 1. Between a change of `state` from `ORPHAN` to `OWNED` and the store of `ORPHAN`, the thread that made
///    the change is the owner.
pub(crate) struct Ownership {
    state: AtomicU8,
}

impl Ownership {
    const_unless_loom! {
        /// Owned by whoever makes it.
        pub(crate) fn new() -> Self {
            Self { state: AtomicU8::new(OWNED) }
        }
    }

    /// Become the owner of what is nobody's.
    pub(crate) fn take(&self) -> bool {
        // Acquire: pairs with the Release in `let_go`: what the last owner did to the heap is seen.
        self.state.load(Ordering::Relaxed) == ORPHAN
            && self
                .state
                .compare_exchange(ORPHAN, OWNED, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
    }

    // ANCHOR: let_go
    /// Stop being the owner. `pending` says whether something lies in the inbox; `settle` deals with it, as
    /// the owner.
    pub(crate) fn let_go(&self, pending: impl Fn() -> bool, settle: impl Fn()) {
        loop {
            // Release: pairs with the Acquire in `take`.
            self.state.store(ORPHAN, Ordering::Release);
            // Pairs with the fence in `left_something`.
            fence(Ordering::SeqCst);
            if !pending() || !self.take() {
                // Nothing is left, or somebody else is the owner by now, who will let go in turn.
                return;
            }
            settle();
        }
    }
    // ANCHOR_END: let_go

    // ANCHOR: left_something
    /// After something was left in the inbox: see to it that somebody deals with it. If the heap has an
    /// owner, it does, in its own time.
    pub(crate) fn left_something(&self, pending: impl Fn() -> bool, settle: impl Fn()) {
        // Pairs with the fence in `let_go`.
        fence(Ordering::SeqCst);
        if self.take() {
            settle();
            self.let_go(pending, settle);
        }
    }
    // ANCHOR_END: left_something

    /// In a child of `fork`: the owner's thread does not exist here.
    pub(crate) fn orphan_after_fork(&self) {
        // Relaxed: the child has one thread.
        self.state.store(ORPHAN, Ordering::Relaxed);
    }
}

impl fmt::Debug for Ownership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.state.load(Ordering::Relaxed) {
            ORPHAN => "Orphan",
            _ => "Owned",
        })
    }
}
