//! The vector of the paper, as it is: lock-free, and nothing that it replaces is ever freed.
//!
//! The state is one pointer, to a `Descriptor`: the length, and perhaps a `WriteDescriptor`, a
//! write to one slot that may not be done yet. An operation that changes the vector
//!
//! 1. loads the descriptor, and completes the write that it finds there;
//! 2. makes a new descriptor, and exchanges the pointer if it is still the same one;
//! 3. completes its own write.
//!
//! A thread that is stopped between 2 and 3 is helped by whoever comes next.
//!
//! What was replaced is leaked. So a reference to a descriptor is good for ever, and an address never
//! comes back: the exchange of step 2 cannot succeed by mistake. The price is memory that grows with
//! every push and pop.
//!
//! # What is wrong with it
//!
//! - **It leaks**, as said.
//! - **A slot has the ABA problem.** A helper that comes late to a write that was done long ago finds
//!   the old value again, if somebody has pushed it there again, and writes the new one once more: over
//!   a newer element. The paper tells its users not to let a value come back.
//! - **`write` is not linearizable beside `pop` and `push`.** It changes the slot and not the
//!   descriptor, so neither a pop that has read the slot nor a push that has planned its write can
//!   tell.

use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};

use crate::backoff::Backoff;
use crate::buckets::Buckets;

/// A growable vector of `u64` that threads share, and that leaks.
///
/// # Invariants
///
/// 1. `current` is null, which means empty, or came from `Box::leak`.
/// 2. A descriptor is put there only in exchange for the one that it was planned from, and only
///    after that one's write was done.
pub struct Vector {
    current: AtomicPtr<Descriptor>,
    slots: Buckets<AtomicU64>,
}

// ANCHOR: descriptor
/// What the vector is at one moment.
struct Descriptor {
    len: usize,
    write: Option<&'static WriteDescriptor>,
}

/// A write that any thread can complete.
struct WriteDescriptor {
    index: usize,
    old: u64,
    new: u64,
    /// `true` may be out of date, `false` is not.
    pending: AtomicBool,
}
// ANCHOR_END: descriptor

impl WriteDescriptor {
    fn leaked(index: usize, old: u64, new: u64) -> &'static Self {
        Box::leak(Box::new(Self { index, old, new, pending: AtomicBool::new(true) }))
    }
}

impl Vector {
    /// An empty vector. Allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { current: AtomicPtr::new(ptr::null_mut()), slots: Buckets::new() }
    }

    fn current(&self) -> Option<&'static Descriptor> {
        // Acquire: pairs with the Release in `exchange`.
        let current = self.current.load(Ordering::Acquire);
        // SAFETY: null, or a leaked box (invariant 1), filled in before the exchange that published
        // it. Nobody writes to it but through its atomic.
        unsafe { current.as_ref() }
    }

    /// Step 2. True if `new` is the current descriptor now.
    fn exchange(&self, old: Option<&'static Descriptor>, new: Descriptor) -> bool {
        let old = old.map_or(ptr::null_mut(), |old| ptr::from_ref(old).cast_mut());
        let new = ptr::from_mut(Box::leak(Box::new(new)));
        // Release: pairs with the Acquire in `current`, for the descriptor's fields, and passes on
        // the write of the old one, which is done. Relaxed: a failure is only counted.
        self.current.compare_exchange(old, new, Ordering::Release, Ordering::Relaxed).is_ok()
    }

    // ANCHOR: complete
    /// Afterwards the write is in its slot, whichever thread put it there.
    fn complete_write(&self, write: Option<&WriteDescriptor>) {
        let Some(write) = write else { return };
        // Acquire: pairs with the Release in `do_write`. Who sees `false` sees the slot.
        if write.pending.load(Ordering::Acquire) {
            self.do_write(write);
        }
    }

    fn do_write(&self, write: &WriteDescriptor) {
        // A failure says that another thread has done it. So does success, if the old value is back.
        // Release: pairs with the Acquire in `pop`, `get` and `set`.
        let _ = self.slots.slot(write.index).compare_exchange(
            write.old,
            write.new,
            Ordering::Release,
            Ordering::Relaxed,
        );
        // Release: pairs with the Acquire in `complete_write`.
        write.pending.store(false, Ordering::Release);
    }
    // ANCHOR_END: complete

    /// Step 1: the state, with its write done.
    fn settled(&self) -> (Option<&'static Descriptor>, usize) {
        let current = self.current();
        self.complete_write(current.and_then(|it| it.write));
        (current, current.map_or(0, |it| it.len))
    }

    // ANCHOR: push
    /// Append `value`, and give its index.
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory.
    pub fn push(&self, value: u64) -> usize {
        let mut backoff = Backoff::default();
        loop {
            let (current, index) = self.settled();
            // Relaxed: the exchange below succeeds only if the state is still the one that was
            // settled, and then this is what the slot holds.
            let old = self.slots.slot(index).load(Ordering::Relaxed);
            let write = WriteDescriptor::leaked(index, old, value);
            if self.exchange(current, Descriptor { len: index + 1, write: Some(write) }) {
                self.complete_write(Some(write));
                return index;
            }
            backoff.wait();
        }
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Take the last element off, or give `None` if there is none.
    pub fn pop(&self) -> Option<u64> {
        let mut backoff = Backoff::default();
        loop {
            let (current, len) = self.settled();
            let last = len.checked_sub(1)?;
            // Acquire: pairs with the Release in `do_write` and in `write`: what came before
            // the push of this value.
            let value = self.slots.slot(last).load(Ordering::Acquire);
            if self.exchange(current, Descriptor { len: last, write: None }) {
                return Some(value);
            }
            backoff.wait();
        }
    }
    // ANCHOR_END: pop

    /// The element at `index`, or `None` if there is none. (The paper's `read` does not check.)
    #[must_use]
    pub fn get(&self, index: usize) -> Option<u64> {
        let (_, len) = self.settled();
        // Acquire: pairs with the Release in `do_write` and in `write`.
        (index < len).then(|| self.slots.slot(index).load(Ordering::Acquire))
    }

    /// Replace the element at `index`, if there is one: straight into its slot, as the paper does.
    ///
    /// Beside a push or pop this is not linearizable: see the [module](self).
    pub fn write(&self, index: usize, value: u64) {
        let (_, len) = self.settled();
        if index < len {
            // Release: pairs with the Acquire in `pop`, `get` and `set`.
            self.slots.slot(index).store(value, Ordering::Release);
        }
    }

    /// Replace the element at `index` and give the one that was there, or `None` if there is none.
    ///
    /// The paper has no such operation. It takes the same road as a push.
    pub fn set(&self, index: usize, value: u64) -> Option<u64> {
        let mut backoff = Backoff::default();
        loop {
            let (current, len) = self.settled();
            if index >= len {
                return None;
            }
            // Acquire: as in `pop`.
            let old = self.slots.slot(index).load(Ordering::Acquire);
            let write = WriteDescriptor::leaked(index, old, value);
            if self.exchange(current, Descriptor { len, write: Some(write) }) {
                self.complete_write(Some(write));
                return Some(old);
            }
            backoff.wait();
        }
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.current().map_or(0, |it| it.len)
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for Vector {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vector").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Descriptor, Ordering, Vector, WriteDescriptor};

    // ANCHOR: aba
    /// The ABA problem, step by step: a helper that comes late undoes a newer push.
    #[test]
    fn a_late_helper_undoes_a_newer_push() {
        let vector = Vector::new();
        // Thread A pushes 7, and is stopped before it writes: the slot still holds 0.
        let write = WriteDescriptor::leaked(0, 0, 7);
        assert!(vector.exchange(None, Descriptor { len: 1, write: Some(write) }));
        // A helper finds the write still to be done, and is stopped as well.
        let helped = vector.current().and_then(|it| it.write).expect("A announced it");
        assert!(helped.pending.load(Ordering::Acquire));
        // Others pop 7, and push 0: what the slot held at first is back.
        assert_eq!(vector.pop(), Some(7));
        assert_eq!(vector.push(0), 0);
        assert_eq!(vector.get(0), Some(0));
        // The helper goes on.
        vector.do_write(helped);
        assert_eq!(vector.get(0), Some(7), "the push of 0 is undone");
    }
    // ANCHOR_END: aba

    /// A pop that has looked cannot tell that a write came.
    #[test]
    fn a_write_is_lost_to_a_pop() {
        let vector = Vector::new();
        vector.push(5);
        // A pop reads the last element, and is stopped before its exchange.
        let (seen, len) = vector.settled();
        let last = vector.slots.slot(len - 1).load(Ordering::Acquire);
        vector.write(0, 6);
        assert_eq!(vector.get(0), Some(6));
        // It goes on.
        assert!(vector.exchange(seen, Descriptor { len: 0, write: None }));
        assert_eq!(last, 5, "after a get of 6, a pop of 5");
    }

    /// A push that has planned its write does not do it, if a write to a popped element came late.
    #[test]
    fn a_push_is_lost_to_a_write() {
        let vector = Vector::new();
        vector.push(5);
        // A write has found index 0 in bounds, and is stopped. Another thread pops and pushes.
        assert_eq!(vector.pop(), Some(5));
        let write = WriteDescriptor::leaked(0, 5, 7);
        let (empty, _) = vector.settled();
        assert!(vector.exchange(empty, Descriptor { len: 1, write: Some(write) }));
        // The write goes on, then whoever completes the push.
        vector.slots.slot(0).store(6, Ordering::Release);
        assert_eq!(vector.pop(), Some(6), "the 7 was pushed after the write found its index");
    }
}
