//! Reading and writing an element that is there.

use crate::backoff::again;
use crate::pause::{Point, pause};
use crate::protocol::Words;
use crate::state::{Pending, Stamp, Top};
use crate::threads::with_number;
use crate::wide::{Pair, Wide};

/// What [`Words::replace`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replaced {
    /// It put a new element in the place of this one.
    Done(u64),
    /// The caller did not want to replace this one.
    Refused(u64),
    /// There is no such element: this is the length.
    Missing(usize),
}

impl Words {
    // ANCHOR: get
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<u64> {
        // No bucket: no push has come this far.
        let slot = self.slots.get(index)?;
        let seen = slot.load();
        if Stamp::of(seen).is_live() {
            return Some(seen.word);
        }
        self.get_from(slot, index, seen)
    }

    /// The slot is marked, or a write to it is pending, or nothing is there: `top` says which.
    #[cold]
    #[inline(never)]
    fn get_from(&self, slot: &Wide, index: usize, mut seen: Pair) -> Option<u64> {
        while !Stamp::of(seen).is_live() {
            pause(Point::GetSeen);
            let top = self.top();
            if index >= top.len() {
                return None;
            }
            pause(Point::GetTop);
            let word = self.pending_at(index, top, seen).unwrap_or(seen.word);
            pause(Point::GetRead);
            let now = slot.load();
            if now == seen {
                // It stood still from before the load of `top` until after, so at that load it was
                // the element, or was still to become what was announced.
                return Some(word);
            }
            seen = now;
        }
        Some(seen.word)
    }
    // ANCHOR_END: get

    /// What `top` is still to write to a slot in which `seen` was seen, if it is.
    fn pending_at(&self, index: usize, top: Top, seen: Pair) -> Option<u64> {
        if Stamp::of(seen).sequence() >= top.sequence() {
            return None;
        }
        match top.pending()? {
            Pending::One(writer) if index == top.len() - 1 => self.cells.announced(writer),
            Pending::One(_) => None,
            Pending::Many(writer) => {
                let batch = self.cells.batch(writer);
                let first = top.len() - batch.count(top.sequence())?;
                Some(batch.element(index.checked_sub(first)?))
            }
        }
    }

    // ANCHOR: replace
    /// Put what `new` makes of the element at `index` in its place. `new` may be asked several times.
    #[inline]
    pub(crate) fn replace(
        &self,
        index: usize,
        mut new: impl FnMut(u64) -> Option<u64>,
    ) -> Replaced {
        self.try_replace(index, &mut new).unwrap_or_else(|| self.replace_again(index, &mut new))
    }

    #[cold]
    #[inline(never)]
    fn replace_again(&self, index: usize, new: &mut impl FnMut(u64) -> Option<u64>) -> Replaced {
        // At once: the first attempt may have completed a pending write, and nothing else.
        self.try_replace(index, new).unwrap_or_else(|| again(|| self.try_replace(index, new)))
    }

    #[inline(always)]
    fn try_replace(
        &self,
        index: usize,
        new: &mut impl FnMut(u64) -> Option<u64>,
    ) -> Option<Replaced> {
        let Some(slot) = self.slots.get(index) else {
            let len = self.len();
            return (index >= len).then_some(Replaced::Missing(len));
        };
        let seen = slot.load();
        pause(Point::SetSeen);
        let stamp = Stamp::of(seen);
        if !stamp.is_live() {
            return self.replace_in(slot, index, seen, new);
        }
        let Some(word) = new(seen.word) else { return Some(Replaced::Refused(seen.word)) };
        slot.exchange(seen, stamp.rewritten().on(word)).then_some(Replaced::Done(seen.word))
    }

    /// The same for a slot that is not live. `None`: something has changed, so look again.
    #[cold]
    #[inline(never)]
    fn replace_in(
        &self,
        slot: &Wide,
        index: usize,
        seen: Pair,
        new: &mut dyn FnMut(u64) -> Option<u64>,
    ) -> Option<Replaced> {
        let top = self.top();
        if index >= top.len() {
            return Some(Replaced::Missing(top.len()));
        }
        pause(Point::SetTop);
        // It may be a write to this very slot.
        self.complete(top);
        if slot.load() != seen {
            return None;
        }
        // As in `get_from`: at the load of `top` this was the element.
        let Some(word) = new(seen.word) else { return Some(Replaced::Refused(seen.word)) };
        let stamp = Stamp::of(seen);
        let done = if stamp.sequence() < top.sequence() {
            // A void mark. A pop would need a newer one, and then this exchange fails.
            slot.exchange(seen, stamp.rewritten().on(word))
        } else {
            // The mark of a pop that may still succeed, on the last slot. Nobody may write over it; but
            // a write by way of `top` makes the mark void, or comes too late, as one step.
            with_number(|me| {
                self.cells.prepare(me);
                self.cells.try_announce(me, word)?;
                pause(Point::SetAnnounced);
                let done = self.advance(top, top.next(top.len(), Some(Pending::One(me))));
                pause(Point::SetInstalled);
                Some(done)
            })?
        };
        done.then_some(Replaced::Done(seen.word))
    }
    // ANCHOR_END: replace
}
