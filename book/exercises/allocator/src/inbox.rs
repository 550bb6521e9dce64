//! Exercise 4: an inbox.
//!
//! Many threads leave nodes, and one takes all of them at once.

use std::ptr;
use std::sync::atomic::AtomicPtr;

/// What is left in an inbox. A node is in at most one inbox at a time.
#[derive(Debug)]
pub struct Node {
    /// For whoever takes it.
    pub value: u64,
    /// The one that was pushed before it, as long as it is in an inbox.
    pub next: *mut Node,
}

impl Node {
    /// A node, in a block of its own. Whoever has it last frees it, with `Box::from_raw`.
    #[must_use]
    pub fn new(value: u64) -> *mut Self {
        Box::into_raw(Box::new(Self { value, next: ptr::null_mut() }))
    }
}

/// A stack of nodes: anybody pushes, and the owner takes all.
#[derive(Debug)]
pub struct Inbox {
    /// The node that was pushed last; null: none.
    pub last: AtomicPtr<Node>,
}

impl Inbox {
    /// Nothing in it.
    #[must_use]
    pub const fn new() -> Self {
        Self { last: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Leave a node.
    ///
    /// # Safety
    ///
    /// `node` came from [`Node::new`], is in no inbox, and the caller gives it up.
    pub unsafe fn push(&self, node: *mut Node) {
        todo!("leave {node:?} in {self:?}")
    }

    /// Take all nodes, and call `each` with them: what was pushed last comes first. `each` may free a node.
    pub fn take_all(&self, each: impl FnMut(*mut Node)) {
        let _ = each;
        todo!("take everything out of {self:?}")
    }
}

impl Default for Inbox {
    fn default() -> Self {
        Self::new()
    }
}
