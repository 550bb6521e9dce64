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
//! 1. A stamp grows with each change of its slot. If the slot is not live, the stamp's sequence is at
//!    most that of `top`.
//! 2. Each change of `top` raises its sequence.
//! 3. `top` changes only when the pending write that it names is *done*: when the stamp of its slot has
//!    at least the sequence of `top`. So only the newest write can be pending.
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
use crate::threads::{Number, mine, with_number};
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
        match mine() {
            Some(me) => self.push_as(me, word),
            None => self.push_first(word),
        }
    }

    #[cold]
    #[inline(never)]
    fn push_first(&self, word: u64) -> usize {
        with_number(|me| self.push_as(me, word))
    }

    #[inline(always)]
    fn push_as(&self, me: Number, word: u64) -> usize {
        self.try_push(me, word).unwrap_or_else(|| self.push_again(me, word))
    }

    /// `None`: somebody else was faster, or there is something to prepare. As are all `try_`: without
    /// calls, since what a call stores on the stack makes the next exchange wait.
    #[inline(always)]
    fn try_push(&self, me: Number, word: u64) -> Option<usize> {
        let top = self.top();
        self.try_complete(top)?;
        pause(Point::PushSeen);
        // Now, for after the exchange there must be no way to fail.
        if !self.slots.can_follow(top.len()) {
            return None;
        }
        self.cells.try_announce(me, word)?;
        pause(Point::PushAnnounced);
        let next = top.next(top.len() + 1, Some(Pending::One(me)));
        self.advance(top, next).then(|| {
            pause(Point::PushAppended);
            top.len()
        })
    }

    #[cold]
    #[inline(never)]
    fn push_again(&self, me: Number, word: u64) -> usize {
        self.cells.prepare(me);
        self.prepare_and_retry(true, || self.try_push(me, word))
    }
    // ANCHOR_END: push

    // ANCHOR: complete
    /// Do the write that `top` names, unless somebody has.
    ///
    /// Any number of threads may do this for the same write, at any time. One of them changes the slot:
    /// the others find a stamp that is not older than `top`, or their exchange fails.
    #[inline(always)]
    fn try_complete(&self, top: Top) -> Option<()> {
        let Some(pending) = top.pending() else { return Some(()) };
        let slot = self.slots.get(top.len() - 1)?;
        let seen = slot.load();
        if Stamp::of(seen).sequence() >= top.sequence() {
            // Of a batch this is the slot that is written last.
            return Some(());
        }
        let Pending::One(writer) = pending else { return None };
        pause(Point::CompleteSeen);
        // Perhaps already of a later push. Then this one has been done after the load above, and the
        // exchange below fails.
        let word = self.cells.announced(writer)?;
        pause(Point::CompleteRead);
        slot.exchange(seen, Stamp::written(top.sequence()).on(word)).then_some(())
    }
    // ANCHOR_END: complete

    /// The same until it is done.
    #[cold]
    #[inline(never)]
    fn complete(&self, top: Top) {
        if self.try_complete(top).is_some() {
            return;
        }
        match top.pending() {
            Some(Pending::Many(writer)) => self.complete_batch(top, writer),
            _ => again(|| self.try_complete(top)),
        }
    }

    // ANCHOR: pop
    #[inline]
    pub(crate) fn pop(&self) -> Option<u64> {
        self.try_pop().unwrap_or_else(|| self.pop_again())
    }

    #[inline(always)]
    fn try_pop(&self) -> Option<Option<u64>> {
        let top = self.top();
        let Some(last) = top.len().checked_sub(1) else { return Some(None) };
        pause(Point::PopSeen);
        let word = self.try_mark(top, last)?;
        pause(Point::PopMarked);
        self.advance(top, top.next(last, None)).then_some(Some(word))
    }

    #[cold]
    #[inline(never)]
    fn pop_again(&self) -> Option<u64> {
        self.prepare_and_retry(false, || self.try_pop())
    }
    // ANCHOR_END: pop

    // ANCHOR: mark
    /// See to it that the last slot is marked with the sequence of `top`, and return its element.
    ///
    /// It is all the same who made the mark: several pops may see it, and the exchange of `top` gives
    /// the element to one of them.
    #[inline(always)]
    fn try_mark(&self, top: Top, last: usize) -> Option<u64> {
        let slot = self.slots.get(last)?;
        let seen = slot.load();
        let stamp = Stamp::of(seen);
        if stamp.sequence() > top.sequence() {
            return None;
        }
        if stamp.sequence() < top.sequence() {
            // An older element, or a push that is pending: then the mark is the write as well.
            let word = match top.pending() {
                None => seen.word,
                Some(Pending::One(writer)) => self.cells.announced(writer)?,
                Some(Pending::Many(_)) => return None,
            };
            pause(Point::PopRead);
            return slot.exchange(seen, Stamp::mark(top.sequence()).on(word)).then_some(word);
        }
        if stamp.is_live() {
            let mark = stamp.marked();
            if mark.sequence() > top.sequence() {
                return None;
            }
            pause(Point::PopRead);
            return slot.exchange(seen, mark.on(seen.word)).then_some(seen.word);
        }
        Some(seen.word)
    }
    // ANCHOR_END: mark

    /// Prepare what the attempt may have missed, wait if it was nothing, and try again.
    fn prepare_and_retry<R>(&self, grows: bool, attempt: impl Fn() -> Option<R>) -> R {
        if self.prepare(grows)
            && let Some(result) = attempt()
        {
            return result;
        }
        again(|| {
            self.prepare(grows);
            attempt()
        })
    }

    /// Whatever the next push (`grows`) or pop may need, for which there is no time in an attempt. Whether
    /// that was anything.
    fn prepare(&self, grows: bool) -> bool {
        self.cells.near.top.prefetch();
        let top = self.top();
        self.complete(top);
        let mut found = false;
        if grows && !self.slots.can_follow(top.len()) {
            self.slots.at(top.len());
            found = true;
        }
        if let Some(last) = top.len().checked_sub(1) {
            let stamp = Stamp::of(self.slots.at(last).load());
            if stamp.is_live() && stamp.marked().sequence() > top.sequence() {
                // Set 127 times since `top` changed, or more: the mark needs a newer sequence. If the
                // exchange fails, `top` has a newer one, and perhaps not yet this.
                let _ = self.advance(top, top.raised(stamp.marked().sequence()));
                found = true;
            }
        }
        found
    }

    /// Remove all elements. A live slot must be below the length, so each gets a mark.
    pub(crate) fn clear(&mut self) {
        while self.pop().is_some() {}
    }
}
