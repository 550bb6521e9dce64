//! Several elements, pushed as one step.

use core::ops::Range;

use crate::backoff::again;
use crate::pause::{Point, pause};
use crate::protocol::Words;
use crate::state::{Pending, Stamp, Top};
use crate::threads::{Number, with_number};

impl Words {
    // ANCHOR: extend
    /// The elements land side by side: one exchange of `top` moves the length by all of them.
    ///
    /// # Panics
    ///
    /// Panics if they could not fit in memory.
    pub(crate) fn extend(&self, words: impl ExactSizeIterator<Item = u64>) -> Range<usize> {
        let count = words.len();
        if count == 0 {
            let len = self.len();
            return len..len;
        }
        with_number(|me| {
            let batch = self.cells.batch(me);
            // The last batch has been written by now: that call saw to it before it returned.
            batch.fill(words);
            pause(Point::ExtendStaged);
            let attempt = || {
                let top = self.top();
                self.complete(top);
                let range = top.len()..top.len().saturating_add(count);
                self.slots.reserve(range.end);
                let next = top.next(range.end, Some(Pending::Many(me)));
                batch.address(count, next.sequence());
                self.advance(top, next).then(|| {
                    pause(Point::ExtendAppended);
                    self.complete_batch(next, me);
                    range
                })
            };
            attempt().unwrap_or_else(|| again(attempt))
        })
    }
    // ANCHOR_END: extend

    /// Write the elements that `top` names, those that nobody has written yet.
    #[cold]
    pub(super) fn complete_batch(&self, top: Top, writer: Number) {
        let batch = self.cells.batch(writer);
        pause(Point::CompleteBatch);
        // Without the sequence beside it, a late helper could take the count of a later batch for this
        // one's, and write into elements below it, which are older than `top` and mean to stay.
        let Some(count) = batch.count(top.sequence()) else { return };
        let first = top.len() - count;
        for index in 0..count {
            let slot = self.slots.at(first + index);
            loop {
                let seen = slot.load();
                if Stamp::of(seen).sequence() >= top.sequence() {
                    break;
                }
                pause(Point::CompleteSeen);
                let word = batch.element(index);
                pause(Point::CompleteRead);
                if slot.exchange(seen, Stamp::written(top.sequence()).on(word)) {
                    break;
                }
            }
            pause(Point::ExtendHalfWritten);
        }
    }
}
