//! What other threads leave for a heap: a stack that many push to and its owner takes whole.
//!
//! (Treiber, "Systems Programming: Coping with Parallelism", 1986; taking everything at once leaves no room
//! for the ABA problem, since nobody ever takes one node off.)

use core::ptr;

use crate::sync::{AtomicPtr, Ordering, const_unless_loom};

/// A stack of nodes, each linked to the one that was pushed before it. What a node is, and where its link
/// is kept, is up to the callers.
#[derive(Debug)]
pub(crate) struct Inbox {
    /// The node that was pushed last; null: none.
    last: AtomicPtr<u8>,
}

impl Inbox {
    const_unless_loom! {
        pub(crate) fn new() -> Self {
            Self { last: AtomicPtr::new(ptr::null_mut()) }
        }
    }

    // ANCHOR: push
    /// Leave `node`. `link` writes the node before it, or null, where whoever takes it will look. It may
    /// be called several times, before the node can be seen by anybody else.
    pub(crate) fn push(&self, node: *mut u8, mut link: impl FnMut(*mut u8)) {
        // A guess: the owner takes everything at once, so it is often empty.
        let mut last = ptr::null_mut();
        loop {
            link(last);
            // Release: pairs with the Acquire in `take`: the link, and what else is in the node, is seen.
            // Whoever takes a later node takes this one with it: read-modify-writes continue the release.
            match self.last.compare_exchange_weak(last, node, Ordering::Release, Ordering::Relaxed)
            {
                Ok(_) => return,
                Err(now) => last = now,
            }
        }
    }
    // ANCHOR_END: push

    /// Take everything: the last node, linked to the one before it and so on to null.
    pub(crate) fn take(&self) -> *mut u8 {
        if self.is_empty() {
            return ptr::null_mut();
        }
        // Acquire: pairs with the Release in `push`.
        self.last.swap(ptr::null_mut(), Ordering::Acquire)
    }

    /// Whether there was nothing a moment ago.
    pub(crate) fn is_empty(&self) -> bool {
        // Relaxed: a hint; for `Ownership::let_go` a fence stands before it.
        self.last.load(Ordering::Relaxed).is_null()
    }
}
