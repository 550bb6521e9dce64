//! The algorithm, on elements that are words.
//!
//! # State
//!
//! - [`Top`]: the length, a sequence number that each change raises, and perhaps a *pending* write to
//!   the last slot, or the last few, with the thread that announced it.
//! - The slots: each a [`Pair`] of the element and a [`Stamp`].
//! - The [`Cells`]: what each thread announces.
//!
//! # Invariants
//!
//! 1. A stamp grows with each change of its slot, and its sequence is at most that of `top`.
//! 2. Each change of `top` raises its sequence by one.
//! 3. `top` changes only when the pending write that it names is *done*: when the stamp of its slot has
//!    the sequence of `top`. So only the newest write can be pending.
//! 4. A slot below the length, but for a pending write, holds the element: in a live stamp, or in a
//!    mark.
//! 5. A live slot is below the length. Before a `pop` lowers the length, it marks the slot with the
//!    sequence that it saw. Only `top` of that very sequence can be exchanged by it.
//! 6. A slot with a mark of `top`'s sequence changes only after `top` does. So an element that is being
//!    popped stands still.
//!
//! A mark of a sequence that is gone is *void*: the pop that made it succeeded, or it did not, and the
//! length says which. Whoever comes to a void mark below the length may write over it.
//!
//! [`Cells`]: crate::cells::Cells
//! [`Pair`]: crate::wide::Pair

mod batch;
mod slots;
mod snapshot;

pub(crate) use slots::Replaced;

use crate::backoff::again;
use crate::buckets::Buckets;
use crate::cells::Cells;
use crate::pause::{Point, pause};
use crate::state::{Pending, Stamp, Top};
use crate::sync::const_fn;
use crate::threads::{Number, with_number};
use crate::wide::Wide;

/// A vector of words.
#[derive(Debug)]
pub(crate) struct Words {
    cells: Cells,
    slots: Buckets<Wide>,
}

impl Words {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self { cells: Cells::new(), slots: Buckets::new() }
        }
    }

    #[inline]
    fn top(&self) -> Top {
        Top(self.cells.near.top.load())
    }

    /// Exchange `top`: the moment at which a push or a pop takes effect.
    #[inline]
    fn advance(&self, seen: Top, next: Top) -> bool {
        self.cells.near.top.exchange(seen.0, next.0)
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.top().len()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.slots.capacity()
    }

    pub(crate) fn reserve(&self, additional: usize) {
        self.slots.reserve(self.len().saturating_add(additional));
    }

    // ANCHOR: push
    #[inline]
    pub(crate) fn push(&self, word: u64) -> usize {
        with_number(|me| {
            let attempt = || {
                self.cells.near.top.prefetch();
                self.try_push(me, word)
            };
            self.try_push(me, word).unwrap_or_else(|| again(attempt))
        })
    }

    /// `None`: somebody else was faster. As are all `try_`: in the place of the call, for the sake of
    /// the first attempt, which nearly always succeeds.
    #[inline(always)]
    fn try_push(&self, me: Number, word: u64) -> Option<usize> {
        let top = self.top();
        self.complete(top);
        pause(Point::PushSeen);
        // Now, for after the exchange there must be no way to fail.
        self.slots.follow(top.len());
        self.cells.announce(me, word);
        pause(Point::PushAnnounced);
        let next = top.next(top.len() + 1, Some(Pending::One(me)));
        self.advance(top, next).then(|| {
            pause(Point::PushAppended);
            top.len()
        })
    }
    // ANCHOR_END: push

    // ANCHOR: complete
    /// Do the write that `top` names, unless somebody has.
    ///
    /// Any number of threads may do this for the same write, at any time. One of them changes the slot:
    /// the others find a stamp that is not older than `top`, or their exchange fails.
    #[inline(always)]
    fn complete(&self, top: Top) {
        match top.pending() {
            None => {}
            Some(Pending::One(writer)) => {
                let slot = self.slots.at(top.len() - 1);
                let attempt = || self.try_complete(top, slot, writer);
                self.try_complete(top, slot, writer).unwrap_or_else(|| again(attempt));
            }
            Some(Pending::Many(writer)) => self.complete_batch(top, writer),
        }
    }

    #[inline(always)]
    fn try_complete(&self, top: Top, slot: &Wide, writer: Number) -> Option<()> {
        let seen = slot.load();
        if Stamp::of(seen).sequence() >= top.sequence() {
            return Some(());
        }
        pause(Point::CompleteSeen);
        // Perhaps already of a later push. Then this one has been done after the load above, and the
        // exchange below fails.
        let word = self.cells.announced(writer);
        pause(Point::CompleteRead);
        slot.exchange(seen, Stamp::written(top.sequence()).on(word)).then_some(())
    }
    // ANCHOR_END: complete

    // ANCHOR: pop
    #[inline]
    pub(crate) fn pop(&self) -> Option<u64> {
        let attempt = || {
            self.cells.near.top.prefetch();
            self.try_pop()
        };
        self.try_pop().unwrap_or_else(|| again(attempt))
    }

    #[inline(always)]
    fn try_pop(&self) -> Option<Option<u64>> {
        let top = self.top();
        let Some(last) = top.len().checked_sub(1) else { return Some(None) };
        pause(Point::PopSeen);
        let word = self.mark(top, last)?;
        pause(Point::PopMarked);
        self.advance(top, top.next(last, None)).then_some(Some(word))
    }
    // ANCHOR_END: pop

    // ANCHOR: mark
    /// See to it that the last slot is marked with the sequence of `top`, and return its element.
    /// `None` if `top` is not the state any more, or if somebody else changed the slot.
    ///
    /// It is all the same who made the mark: several pops may see it, and the exchange of `top` gives
    /// the element to one of them.
    #[inline]
    fn mark(&self, top: Top, last: usize) -> Option<u64> {
        if let Some(Pending::Many(writer)) = top.pending() {
            self.complete_batch(top, writer);
        }
        let slot = self.slots.at(last);
        let seen = slot.load();
        let stamp = Stamp::of(seen);
        if stamp.sequence() > top.sequence() {
            return None;
        }
        if stamp.sequence() < top.sequence() {
            // An older element, or a push that is pending: then the mark is the write as well.
            let word = match top.pending() {
                Some(Pending::One(writer)) => self.cells.announced(writer),
                _ => seen.word,
            };
            pause(Point::PopRead);
            return slot.exchange(seen, Stamp::mark(top.sequence()).on(word)).then_some(word);
        }
        if stamp.is_live() {
            let mark = stamp.marked();
            if mark.sequence() > top.sequence() {
                // Set 127 times since `top` changed: the mark needs a newer sequence.
                self.step_on(mark.sequence());
                return None;
            }
            pause(Point::PopRead);
            return slot.exchange(seen, mark.on(seen.word)).then_some(seen.word);
        }
        Some(seen.word)
    }
    // ANCHOR_END: mark

    /// Raise the sequence of `top` to at least this one, and change nothing else.
    #[cold]
    fn step_on(&self, sequence: u64) {
        loop {
            let top = self.top();
            if top.sequence() >= sequence {
                return;
            }
            self.complete(top);
            // If it fails, somebody else has raised it.
            let _ = self.advance(top, top.next(top.len(), None));
        }
    }

    /// Remove all elements. A live slot must be below the length, so each gets a mark.
    pub(crate) fn clear(&mut self) {
        while self.pop().is_some() {}
    }
}
