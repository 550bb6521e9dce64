//! A worker's own run queue: its owner pushes and pops, any other worker steals half.
//!
//! The idea is the run queue of Go's scheduler (`runq` in `runtime/proc.go`, by Dmitry Vyukov), and
//! the step that lets a thief claim first and copy later is tokio's ("Making the Tokio scheduler 10x
//! faster", 2019). Go's thief copies first and then claims: an owner who pops a task every few
//! nanoseconds makes it copy for nothing, over and over.

use crate::sync::{
    UnsafeCell,
    atomic::{
        AtomicU64,
        Ordering::{Acquire, Relaxed, Release, SeqCst},
    },
    one_order,
};
use std::ptr::NonNull;

/// How many tasks fit in. Few in a model, so that it gets round the ring.
pub(crate) const CAPACITY: usize = if cfg!(loom) { 4 } else { 256 };

/// How many a thief, or [`Ring::drain_half`], takes at most.
pub(crate) const HALF: usize = CAPACITY / 2;

/// Pointers to tasks, first in first out.
///
/// It looks behind none of them. What is in it when it is dropped is forgotten.
///
/// ```text
///            first - held     first                 tail
///  slots  ...     │  copied by  │    tasks, oldest    │   free   ...
///                 │   a thief   │        first        │
/// ```
///
/// Positions count all tasks that ever came by; position `p` is in slot `p % CAPACITY`.
///
/// Invariants:
///
/// 1. `first - held <= first <= tail <= first - held + CAPACITY`.
/// 2. The slots of `first..tail` hold tasks. Who moves `first` past a position has its task, and
///    nobody else has.
/// 3. The slots of `first - held..first` belong to the thief that set `held`, but for those that the
///    owner popped after it. The free slots belong to the owner. No slot is written while it holds a
///    task, or one that is still to be read.
/// 4. Whoever loads `head` with Acquire and then `tail` finds `first <= tail`: who moves `first` knew
///    a `tail` that is no less, and moves it with Release.
///
/// A position has 55 bits: at a task a nanosecond they last for a year. So `head` never comes back
/// to an old value (the ABA problem), unless a thread sleeps for that year between its load and its
/// exchange.
#[repr(align(128))] // Two lines of a cache, which come in pairs: no neighbour shares them.
pub(crate) struct Ring<T> {
    /// A packed [`Head`].
    head: AtomicU64,
    /// Written by the owner alone.
    tail: AtomicU64,
    slots: [UnsafeCell<NonNull<T>>; CAPACITY],
}

// SAFETY: it passes pointers on and looks behind none; who does that proves that it may.
unsafe impl<T> Send for Ring<T> {}
// SAFETY: as above, and invariants 2 and 3 say whose a slot is.
unsafe impl<T> Sync for Ring<T> {}

// ANCHOR: head
/// What is in `Ring::head`: `first`, and in the low bits `held`.
#[derive(Clone, Copy)]
struct Head {
    /// Where the oldest task is.
    first: u64,
    /// How many slots before it a thief may still be reading.
    held: u64,
}
// ANCHOR_END: head

impl Head {
    /// Bits of `held`, which is [`CAPACITY`] at most.
    const BITS: u32 = 9;
    const HELD: u64 = (1 << Self::BITS) - 1;

    fn unpack(word: u64) -> Self {
        Self { first: word >> Self::BITS, held: word & Self::HELD }
    }

    fn pack(self) -> u64 {
        (self.first << Self::BITS) | self.held
    }

    /// How many slots are in use up to `tail`.
    fn used(self, tail: u64) -> usize {
        (tail - self.first + self.held) as usize
    }
}

/// What a thief got.
pub(crate) struct Stolen<T> {
    /// The oldest of the tasks, to be run at once.
    pub(crate) task: NonNull<T>,
    /// How many there were, with this one. The others are in the thief's ring.
    pub(crate) count: usize,
}

impl<T> Ring<T> {
    pub(crate) fn new() -> Self {
        Self {
            head: AtomicU64::new(0),
            tail: AtomicU64::new(0),
            slots: std::array::from_fn(|_| UnsafeCell::new(NonNull::dangling())),
        }
    }

    /// Add `task` at the end, or give it back if the ring is full or a thief has not yet copied what
    /// it took.
    ///
    /// # Safety
    ///
    /// The caller is the owner: of this and the other methods that ask for it, no two calls run at
    /// the same time, and each sees what the ones before it did.
    pub(crate) unsafe fn push(&self, task: NonNull<T>) -> Result<(), NonNull<T>> {
        // SAFETY: as promised by the caller.
        let tail = unsafe { self.place(task) }?;
        // Release: pairs with the Acquire of `tail` in `steal_into`, so that the slot is seen.
        self.tail.store(tail, Release);
        Ok(())
    }

    /// [`push`](Self::push), for an owner that looks next whether a worker is asleep.
    ///
    /// A worker that goes to sleep first announces it, with a SeqCst exchange, and then looks
    /// whether [`is_empty`](Self::is_empty). The owner first pushes, with this exchange, and then
    /// looks, with a SeqCst load, whether anyone is asleep. In the one order of all SeqCst
    /// operations, one of the two exchanges comes second, and the look that follows it sees the
    /// other. With Release alone both could look before either is seen, and the task would wait
    /// beside a sleeping worker.
    ///
    /// # Safety
    ///
    /// The caller is the owner.
    pub(crate) unsafe fn push_visible(&self, task: NonNull<T>) -> Result<(), NonNull<T>> {
        // SAFETY: as promised by the caller.
        let tail = unsafe { self.place(task) }?;
        self.publish(tail);
        Ok(())
    }

    /// Take the oldest task.
    ///
    /// The owner may ask next whether there are more and a worker is asleep: the exchange is SeqCst
    /// for the reason that [`push_visible`](Self::push_visible) gives. A worker that looks after it
    /// sees `head`, and with it all that was pushed before, by whichever method.
    ///
    /// # Safety
    ///
    /// The caller is the owner.
    // ANCHOR: pop
    pub(crate) unsafe fn pop(&self) -> Option<NonNull<T>> {
        // Relaxed: the owner's own.
        let tail = self.tail.load(Relaxed);
        // Relaxed, here and on failure: a guess, which the exchange confirms. The slot's content is
        // the owner's own.
        let mut word = self.head.load(Relaxed);
        loop {
            let Head { first, held } = Head::unpack(word);
            if first == tail {
                return None;
            }
            // Behind slots that a thief holds, this one is not free before they are.
            let held = if held == 0 { 0 } else { held + 1 };
            let new = Head { first: first + 1, held };
            // SeqCst: see above. Release: invariant 4.
            match self.head.compare_exchange_weak(word, new.pack(), SeqCst, Relaxed) {
                Ok(_) => {
                    one_order();
                    // SAFETY: `first` has just been moved past this position. The slot is written
                    // again by the owner only, who is here.
                    return Some(unsafe { self.read(first) });
                }
                Err(now) => word = now,
            }
        }
    }
    // ANCHOR_END: pop

    /// How many tasks there are; while others are at work, how many there were, more or less.
    pub(crate) fn len(&self) -> usize {
        one_order();
        // SeqCst, both: pairs with `push_visible` and `pop`. In this order: invariant 4.
        let head = Head::unpack(self.head.load(SeqCst));
        let tail = self.tail.load(SeqCst);
        (tail - head.first) as usize
    }

    /// Whether there was a moment, since the call began, in which no task was there.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The position of the task, if there is just one. No other task will ever have it.
    pub(crate) fn only(&self) -> Option<u64> {
        // Acquire: invariant 4.
        let first = Head::unpack(self.head.load(Acquire)).first;
        // Relaxed: a guess.
        (self.tail.load(Relaxed) == first + 1).then_some(first)
    }

    /// Take half of the tasks, rounded up, the oldest first. All but the first go into the ring
    /// `into`, visibly: its owner may look next whether a worker is asleep.
    ///
    /// Nothing is taken if there is nothing, if another thief is at it, or if more than half of
    /// `into` is in use. Between the claim and the end, the tasks are in neither ring: who finds
    /// both empty and goes to sleep relies on the thief, which is awake and looks after this.
    ///
    /// # Safety
    ///
    /// The caller is the owner of `into`, which is another ring.
    pub(crate) unsafe fn steal_into(&self, into: &Self) -> Option<Stolen<T>> {
        // Relaxed: the owner's own.
        let into_tail = into.tail.load(Relaxed);
        // Acquire: as in `place`.
        if Head::unpack(into.head.load(Acquire)).used(into_tail) > CAPACITY - HALF {
            return None;
        }

        // Acquire, here and on failure: invariant 4.
        let mut word = self.head.load(Acquire);
        // ANCHOR: steal
        let (first, count) = loop {
            let Head { first, held } = Head::unpack(word);
            // Acquire: pairs with the stores of `tail`, so that the slots are seen.
            let count = (self.tail.load(Acquire) - first).div_ceil(2);
            if held != 0 || count == 0 {
                return None;
            }
            let claimed = Head { first: first + count, held: count };
            // Release: invariant 4. If `head` is as it was, `tail` cannot have gone further than
            // `CAPACITY` from it, so `count <= HALF`.
            match self.head.compare_exchange_weak(word, claimed.pack(), Release, Acquire) {
                Ok(_) => break (first, count),
                Err(now) => word = now,
            }
        };
        // ANCHOR_END: steal

        // SAFETY: this thief has set `held`, so the slot is its own.
        let task = unsafe { self.read(first) };
        for i in 1..count {
            // SAFETY: as above.
            let task = unsafe { self.read(first + i) };
            // SAFETY: the slot is free: `HALF` were, and `i - 1 < HALF`. The caller owns `into`.
            unsafe { into.write(into_tail + i - 1, task) };
        }
        // Release: pairs with the Acquire in `place`, so that slots are read before they are written
        // again.
        self.head.fetch_and(!Head::HELD, Release);
        if count > 1 {
            into.publish(into_tail + count - 1);
        }
        Some(Stolen { task, count: count as usize })
    }

    /// Make room in a full ring: take the older half of its tasks. `None` if it is not full, or not
    /// any more, because a thief came.
    ///
    /// # Safety
    ///
    /// The caller is the owner.
    pub(crate) unsafe fn drain_half(&self) -> Option<[NonNull<T>; HALF]> {
        // Relaxed: the owner's own.
        let first = self.tail.load(Relaxed).checked_sub(CAPACITY as u64)?;
        let full = Head { first, held: 0 };
        let new = Head { first: first + HALF as u64, held: 0 };
        // Release: invariant 4. Relaxed on failure: nothing is taken over.
        self.head.compare_exchange(full.pack(), new.pack(), Release, Relaxed).ok()?;
        // SAFETY: `first` has just been moved past these positions, which no thief holds. The slots
        // are written again by the owner only, who is here.
        Some(std::array::from_fn(|i| unsafe { self.read(first + i as u64) }))
    }

    /// Put `task` into the slot at the end, and return what `tail` is to be.
    ///
    /// # Safety
    ///
    /// The caller is the owner.
    unsafe fn place(&self, task: NonNull<T>) -> Result<u64, NonNull<T>> {
        // Relaxed: the owner's own.
        let tail = self.tail.load(Relaxed);
        // Acquire: pairs with the Release at the end of `steal_into`, so that the thief has read
        // the slot.
        if Head::unpack(self.head.load(Acquire)).used(tail) == CAPACITY {
            return Err(task);
        }
        // SAFETY: the slot is free, and the caller owns the ring.
        unsafe { self.write(tail, task) };
        Ok(tail + 1)
    }

    /// Store `tail` so that the caller may look next who is asleep.
    fn publish(&self, tail: u64) {
        // SeqCst: see `push_visible`. Release: pairs with the Acquire of `tail` in `steal_into`.
        self.tail.swap(tail, SeqCst);
        one_order();
    }

    /// # Safety
    ///
    /// The task at `position` is the caller's (invariant 2), and nobody writes the slot meanwhile.
    unsafe fn read(&self, position: u64) -> NonNull<T> {
        // SAFETY: as promised.
        self.slot(position).with_mut(|slot| unsafe { *slot })
    }

    /// # Safety
    ///
    /// The slot at `position` is free, and the caller the owner.
    unsafe fn write(&self, position: u64, task: NonNull<T>) {
        // SAFETY: as promised.
        self.slot(position).with_mut(|slot| unsafe { *slot = task });
    }

    fn slot(&self, position: u64) -> &UnsafeCell<NonNull<T>> {
        &self.slots[position as usize % CAPACITY]
    }
}
