//! The paper's vector, reclaimed: one descriptor with its write in it, behind hazard pointers (Maged
//! Michael, 2004), and slots with a version, against the ABA problem.
//!
//! Three things are different from [`leaky`](crate::leaky).
//!
//! - **A descriptor that was replaced is freed**, as soon as no thread says that it reads it
//!   (`atomic_box`). With `R` operations at once, at most `4 * R * R` wait.
//! - **A slot changes once per write** (`slot`): it has 32 bits of a version beside 32 bits of an
//!   element, and the version only grows. A `u64` takes two words. A version comes back after 2^32
//!   writes to one slot.
//! - **`set` goes through the descriptor**, as a push does, so a pop that has looked must look again.
//!
//! What it costs: an allocation, a fence and three to four read-modify-writes for a push or set, and
//! a record and a fence for a `get`.

#[forbid(unsafe_code)]
mod descriptor;
#[forbid(unsafe_code)]
mod slot;

mod atomic_box;

use std::fmt;
use std::marker::PhantomData;

use self::atomic_box::AtomicBox;
use self::descriptor::{Descriptor, Write};
pub use self::slot::Element;
use self::slot::Slot;
use crate::backoff::Backoff;
use crate::buckets::Buckets;

/// A growable vector of `u32` or `u64` that threads share, and that frees what it replaces.
pub struct Vector<T: Element> {
    /// Nothing yet means empty, so that `new` allocates nothing.
    state: AtomicBox<Descriptor>,
    slots: Buckets<T::Words>,
    elements: PhantomData<T>,
}

/// What an operation makes of the state that it found.
enum Plan<R> {
    /// Replace it, and if that works, answer.
    Install(Descriptor, R),
    /// It is not the current state any more: look again.
    Retry,
    /// Answer, and change nothing.
    Answer(R),
}

impl<T: Element> Vector<T> {
    /// An empty vector. Allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: AtomicBox::new(), slots: Buckets::new(), elements: PhantomData }
    }

    fn slot(&self, index: usize) -> Slot<'_> {
        Slot::new(self.slots.slot(index).as_ref())
    }

    // ANCHOR: push
    /// Append `value`, and give its index.
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory.
    pub fn push(&self, value: T) -> usize {
        let bits = value.to_bits();
        self.change(|len| match self.slot(len).read() {
            Some(old) => {
                let write = Write { index: len, old, new: old.next(bits) };
                Plan::Install(Descriptor::written(len + 1, write), len)
            }
            None => Plan::Retry,
        })
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Take the last element off, or give `None` if there is none.
    pub fn pop(&self) -> Option<T> {
        let bits = self.change(|len| {
            let Some(last) = len.checked_sub(1) else { return Plan::Answer(None) };
            match self.slot(last).read() {
                Some(found) => Plan::Install(Descriptor::resized(last), Some(found.bits)),
                None => Plan::Retry,
            }
        });
        bits.map(T::from_bits)
    }
    // ANCHOR_END: pop

    /// The element at `index`, or `None` if there is none.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T> {
        let mut guard = self.state.enter();
        loop {
            let state = guard.load()?;
            if index >= state.len {
                return None;
            }
            // All writes before this state are done: it was not installed until they were. Of its
            // own write we only care if it is ours to read.
            if state.write.as_ref().is_some_and(|write| write.index == index) {
                state.complete(|index| self.slot(index));
            }
            if let Some(found) = self.slot(index).read() {
                return Some(T::from_bits(found.bits));
            }
            // Half of a newer write: the next round finds its descriptor and completes it.
        }
    }

    /// Replace the element at `index` and give the one that was there, or `None` if there is none.
    pub fn set(&self, index: usize, value: T) -> Option<T> {
        let bits = value.to_bits();
        let old = self.change(|len| {
            if index >= len {
                return Plan::Answer(None);
            }
            match self.slot(index).read() {
                Some(old) => {
                    let write = Write { index, old, new: old.next(bits) };
                    Plan::Install(Descriptor::written(len, write), Some(old.bits))
                }
                None => Plan::Retry,
            }
        });
        old.map(T::from_bits)
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.state.enter().load().map_or(0, |state| state.len)
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // ANCHOR: change
    /// The loop of push, pop and set: find a state, complete its write, plan the next state, put
    /// it in place, complete its write.
    ///
    /// `plan` is given the length. What it reads from the slots is the state's, if it then installs:
    /// a slot changes only under a descriptor, and no other came between.
    fn change<R>(&self, plan: impl Fn(usize) -> Plan<R>) -> R {
        let mut guard = self.state.enter();
        let mut backoff = Backoff::default();
        let mut spare: Option<Box<Descriptor>> = None;
        loop {
            let len = match guard.load() {
                Some(state) => {
                    state.complete(|index| self.slot(index));
                    state.len
                }
                None => 0,
            };
            match plan(len) {
                Plan::Answer(answer) => return answer,
                Plan::Retry => {}
                Plan::Install(next, answer) => {
                    let next = match spare.take() {
                        Some(mut spare) => {
                            *spare = next;
                            spare
                        }
                        None => Box::new(next),
                    };
                    match guard.replace(next) {
                        Ok(installed) => {
                            installed.complete(|index| self.slot(index));
                            return answer;
                        }
                        // Another operation came first. The box was never shared: use it again.
                        Err(next) => spare = Some(next),
                    }
                }
            }
            backoff.wait();
        }
    }
    // ANCHOR_END: change
}

impl<T: Element> Default for Vector<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Element> fmt::Debug for Vector<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vector").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Descriptor, Vector, Write};

    // ANCHOR: aba
    /// The steps of the leaky rung's test of the same name: here nothing is undone.
    #[test]
    fn a_late_helper_undoes_nothing() {
        fn steps<T: super::Element + From<u32> + PartialEq + std::fmt::Debug>() {
            let vector = Vector::<T>::new();
            let [zero, seven] = [0, 7].map(T::from);
            // Thread A pushes 7, and is stopped before it writes.
            let old = vector.slot(0).read().expect("whole");
            let write = Write { index: 0, old, new: old.next(seven.to_bits()) };
            let mut stopped = vector.state.enter();
            assert!(stopped.load().is_none());
            let pushed = Box::new(Descriptor::written(1, write));
            // It is also the helper that comes late: its guard keeps the descriptor alive.
            let helped = stopped.replace(pushed).expect("nobody else");
            // Others pop 7, and push 0: the value that the slot held at first is back.
            assert_eq!(vector.pop(), Some(seven));
            assert_eq!(vector.push(zero), 0);
            // The helper goes on.
            let write = helped.write.as_ref().expect("a push has a write");
            vector.slot(write.index).write(write.old, write.new);
            assert_eq!(vector.get(0), Some(zero));
        }
        steps::<u32>();
        steps::<u64>();
    }
    // ANCHOR_END: aba
}
