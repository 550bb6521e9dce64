//! What the loom models in `tests/loom` see of [`ThreadHeap`](crate): a heap's inbox, its ownership and its
//! parcels, with numbers for blocks.

#![allow(missing_docs, missing_debug_implementations)]

use core::ptr;

use loom::cell::Cell;

use super::inbox::Inbox;
use super::ownership::Ownership;
use super::parcel::Parcel;

/// How many numbers there are to be left.
pub const NUMBERS: usize = 3;

/// The node for a number: even, and not null.
fn node_of(number: usize) -> *mut u8 {
    ptr::without_provenance_mut((number + 1) * 2)
}

/// A heap, of which only what passes between threads is there: numbers are left for it, and it notes each.
pub struct Home {
    inbox: Inbox,
    ownership: Ownership,
    /// What stands in a block that is left by itself.
    links: [Cell<*mut u8>; NUMBERS],
    /// The owner's alone: how often each number was settled.
    settled: [Cell<u32>; NUMBERS],
}

// SAFETY: `ownership` says who touches `settled`, a link is its number's sender's and then its receiver's; loom
// checks both.
unsafe impl Sync for Home {}
// SAFETY: as above.
unsafe impl Send for Home {}

impl Home {
    /// One that the caller owns.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self {
            inbox: Inbox::new(),
            ownership: Ownership::new(),
            links: core::array::from_fn(|_| Cell::new(ptr::null_mut())),
            settled: core::array::from_fn(|_| Cell::new(0)),
        }
    }

    /// As a thread that frees a block.
    pub fn leave(&self, number: usize) {
        self.inbox.push(node_of(number), |last| self.links[number].set(last));
        self.ownership.left_something(|| !self.inbox.is_empty(), || self.settle());
    }

    /// As a thread that frees several: returns when the parcel was sent.
    pub fn leave_parcel(&self, parcel: &'static Post) {
        parcel.0.seal();
        let node = ptr::from_ref(&parcel.0).cast_mut().cast::<u8>().map_addr(|address| address | 1);
        self.inbox.push(node, |last| parcel.0.next.set(last));
        self.ownership.left_something(|| !self.inbox.is_empty(), || self.settle());
    }

    /// As the owner.
    pub fn settle(&self) {
        let note = |node: *mut u8| {
            let number = node.addr() / 2 - 1;
            self.settled[number].set(self.settled[number].get() + 1);
            number
        };
        let mut node = self.inbox.take();
        while !node.is_null() {
            if node.addr() & 1 == 0 {
                node = self.links[note(node)].get();
            } else {
                // SAFETY: the models leak their parcels.
                let parcel = unsafe { &*node.map_addr(|address| address & !1).cast::<Parcel>() };
                node = parcel.next.get();
                parcel.unpack(|block| {
                    note(block);
                });
            }
        }
    }

    /// As the owner: the thread ends.
    pub fn let_go(&self) {
        self.ownership.let_go(|| !self.inbox.is_empty(), || self.settle());
    }

    /// As a new thread: take over what is nobody's.
    pub fn take(&self) -> bool {
        self.ownership.take()
    }

    /// As the owner.
    pub fn settled(&self) -> [u32; NUMBERS] {
        core::array::from_fn(|number| self.settled[number].get())
    }
}

/// A parcel.
pub struct Post(Parcel);

// SAFETY: a parcel is its sender's and then its receiver's; loom checks that.
unsafe impl Sync for Post {}
// SAFETY: as above.
unsafe impl Send for Post {}

impl Post {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self(Parcel::new())
    }

    /// As its sender: whether it is back.
    pub fn is_here(&self) -> bool {
        self.0.is_here()
    }

    /// As its sender, while it is here.
    pub fn add(&self, number: usize) {
        let full = self.0.add(node_of(number), 1, usize::MAX);
        assert!(!full);
    }
}
