//! What a vector is at one moment: its length, and at most one write that may not be done yet.
//!
//! The paper has two objects, a `Descriptor` and a `WriteDescriptor` that it points to. Here they are
//! one, which never changes but for the flag `done`: one allocation, one thing to retire, and whoever
//! completes a write can mark that write only, never a newer one.
//!
//! # Invariants
//!
//! 1. A descriptor is installed only by exchange for the one it was planned from, and only after
//!    that one's write was in its slot.
//! 2. So at most one write is not in its slot: the current descriptor's.
//! 3. A slot changes only from a write's `old` to its `new`, and `old` is what the slot held when the
//!    descriptor was planned. If it was installed, the slot held it then as well: by 1 and 2, no other
//!    write came between.

use std::sync::atomic::{AtomicBool, Ordering};

use super::slot::{Slot, Versioned};

// ANCHOR: descriptor
/// A state of the vector. Immutable once published, but for `done`.
#[derive(Debug)]
pub(crate) struct Descriptor {
    pub(crate) len: usize,
    pub(crate) write: Option<Write>,
    /// Whether the write is known to be in its slot. `false` may be out of date, `true` is not.
    done: AtomicBool,
}
// ANCHOR_END: descriptor

/// A write that any thread can complete.
#[derive(Debug)]
pub(crate) struct Write {
    pub(crate) index: usize,
    pub(crate) old: Versioned,
    pub(crate) new: Versioned,
}

impl Descriptor {
    /// A state that leaves the elements as they are.
    pub(crate) fn resized(len: usize) -> Self {
        Self { len, write: None, done: AtomicBool::new(true) }
    }

    /// A state in which one element is new.
    pub(crate) fn written(len: usize, write: Write) -> Self {
        Self { len, write: Some(write), done: AtomicBool::new(false) }
    }

    // ANCHOR: complete
    /// Afterwards the write is in its slot, whichever thread put it there.
    pub(crate) fn complete<'a>(&self, slot: impl Fn(usize) -> Slot<'a>) {
        let Some(write) = &self.write else { return };
        // Acquire: pairs with the Release below. Who sees the flag sees the slot.
        if self.done.load(Ordering::Acquire) {
            return;
        }
        slot(write.index).write(write.old, write.new);
        // Release: pairs with the Acquire above.
        self.done.store(true, Ordering::Release);
    }
    // ANCHOR_END: complete
}
