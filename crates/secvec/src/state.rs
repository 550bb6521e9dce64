//! What the two kinds of [`Pair`] say: the one in `top`, and the one in a slot.
//!
//! ```text
//! top    word   | length: 47 bits            | many: 1 bit | thread: 16 bits |
//!        stamp  | sequence: 64 bits, of which 56 are used                    |
//!
//! slot   word   | the element's 64 bits                                      |
//!        stamp  | sequence: 56 bits                | count: 7 bits | live: 1 |
//! ```
//!
//! # How long the numbers last
//!
//! - **`top`'s sequence** grows by one at each change of the length. At a change a nanosecond, which no
//!   processor does today, 2^56 of them take 2 years and 3 months; at the ten nanoseconds or more that
//!   were measured, 22 years. It does not wrap: the change that would need the next number panics and
//!   changes nothing.
//! - **A slot's stamp** takes its sequence from `top`, and counts the writes since by itself. After 127
//!   the count runs into the sequence, so that this may be ahead of `top`'s while the slot is live. A
//!   mark must not be, so the next pop raises `top`'s first, to where the slot's is. That a slot takes
//!   the last number takes 2^63 writes of it, or 292 years at one a nanosecond. After that the write panics
//!   where overflow is checked; elsewhere the stamp is 1 again, older than `top`, so that a push that is
//!   pending there is written once more, over the newer element. A pop that needs the last sequence
//!   panics, as any change of `top` does then; if the count is at its end as well, and overflow is not
//!   checked, it finds no mark and goes on looking.

use crate::threads::Number;
use crate::wide::Pair;

const THREAD_BITS: u32 = 16;
const MANY: u64 = 1 << THREAD_BITS;
const LEN_SHIFT: u32 = THREAD_BITS + 1;

/// What `top` holds: the length, and the write that may not be done yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Top(pub(crate) Pair);

/// A write to the end of the vector that somebody announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// To the last slot; the element is in this thread's cell.
    One(Number),
    /// To the last few slots; how many, and the elements, are in this thread's batch.
    Many(Number),
}

impl Top {
    #[inline]
    pub(crate) fn len(self) -> usize {
        (self.0.word >> LEN_SHIFT) as usize
    }

    #[inline]
    pub(crate) fn sequence(self) -> u64 {
        self.0.stamp
    }

    #[inline]
    pub(crate) fn pending(self) -> Option<Pending> {
        let number = Number::new(self.0.word as u16)?;
        Some(if self.0.word & MANY == 0 { Pending::One(number) } else { Pending::Many(number) })
    }

    /// The next state: of this length, with this write to be done.
    #[inline]
    pub(crate) fn next(self, len: usize, pending: Option<Pending>) -> Self {
        let pending = match pending {
            None => 0,
            Some(Pending::One(number)) => u64::from(number.get()),
            Some(Pending::Many(number)) => MANY | u64::from(number.get()),
        };
        if self.sequence() >= Stamp::MAX_SEQUENCE {
            exhausted();
        }
        Self(Pair { word: (len as u64) << LEN_SHIFT | pending, stamp: self.sequence() + 1 })
    }

    /// The same state, with nothing pending and with this greater sequence.
    pub(crate) fn raised(self, sequence: u64) -> Self {
        if sequence > Stamp::MAX_SEQUENCE {
            exhausted();
        }
        Self(Pair { word: (self.len() as u64) << LEN_SHIFT, stamp: sequence })
    }
}

#[cold]
fn exhausted() -> ! {
    panic!("the length of this SecVec has changed 2^56 times");
}

/// The stamp of a slot.
///
/// `live` says that the element is there, whatever else is going on. A stamp that is not live is zero,
/// for a slot that was never written, or a *mark*, for one whose element a `pop` wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(u64);

impl Stamp {
    /// In a model so few that it comes to an overflow.
    const COUNT_BITS: u32 = if cfg!(loom) { 1 } else { 7 };
    const SEQUENCE_SHIFT: u32 = Self::COUNT_BITS + 1;
    const LIVE: u64 = 1;
    pub(crate) const MAX_SEQUENCE: u64 = (1 << (u64::BITS - Self::SEQUENCE_SHIFT)) - 1;

    #[inline]
    pub(crate) fn of(slot: Pair) -> Self {
        Self(slot.stamp)
    }

    /// Of the write that the state with this sequence announced.
    #[inline]
    pub(crate) fn written(sequence: u64) -> Self {
        Self(sequence << Self::SEQUENCE_SHIFT | Self::LIVE)
    }

    /// The mark of a pop that saw the state with this sequence, on a slot that is older.
    #[inline]
    pub(crate) fn mark(sequence: u64) -> Self {
        Self(sequence << Self::SEQUENCE_SHIFT)
    }

    /// The next live stamp: over a live one, or over a mark.
    #[inline]
    pub(crate) fn rewritten(self) -> Self {
        Self((self.0 | Self::LIVE) + if self.is_live() { 2 } else { 0 })
    }

    /// The next mark over a live stamp.
    #[inline]
    pub(crate) fn marked(self) -> Self {
        Self(self.0 + 1)
    }

    #[inline]
    pub(crate) fn is_live(self) -> bool {
        self.0 & Self::LIVE != 0
    }

    #[inline]
    pub(crate) fn sequence(self) -> u64 {
        self.0 >> Self::SEQUENCE_SHIFT
    }

    #[inline]
    pub(crate) fn on(self, word: u64) -> Pair {
        Pair { word, stamp: self.0 }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn number(number: u16) -> Number {
        Number::new(number).expect("not zero")
    }

    #[test]
    fn top_keeps_each_field_apart() {
        let start = Top(Pair::default());
        assert_eq!((start.len(), start.sequence(), start.pending()), (0, 0, None));
        for len in [0, 1, 2, usize::try_from((1_u64 << 46) - 1).unwrap_or(usize::MAX)] {
            for pending in [
                None,
                Some(Pending::One(number(1))),
                Some(Pending::One(number(u16::MAX))),
                Some(Pending::Many(number(1))),
                Some(Pending::Many(number(u16::MAX))),
            ] {
                let next = start.next(len, pending);
                assert_eq!((next.len(), next.sequence(), next.pending()), (len, 1, pending));
            }
        }
    }

    #[test]
    fn the_sequence_ends_with_a_panic_and_not_with_a_wrap() {
        let last = Top(Pair { word: 0, stamp: Stamp::MAX_SEQUENCE - 1 }).next(3, None);
        assert_eq!(last.sequence(), Stamp::MAX_SEQUENCE);
        assert_eq!(Stamp::written(last.sequence()).sequence(), last.sequence());
        assert!(std::panic::catch_unwind(|| last.next(3, None)).is_err());
    }

    #[test]
    fn a_stamp_only_grows_whatever_comes_next() {
        // Every way to go on from every stamp of three sequences.
        for raw in 0..4 << Stamp::SEQUENCE_SHIFT {
            let stamp = Stamp(raw);
            let (rewritten, written) = (stamp.rewritten(), Stamp::written(stamp.sequence() + 1));
            assert!(rewritten.0 > raw && rewritten.is_live());
            assert!(written.0 > raw && written.is_live());
            assert_eq!(written.sequence(), stamp.sequence() + 1);
            let mark = Stamp::mark(stamp.sequence() + 1);
            assert!(mark.0 > raw && !mark.is_live());
            assert_eq!(mark.sequence(), stamp.sequence() + 1);
            if stamp.is_live() {
                assert!(stamp.marked().0 > raw && !stamp.marked().is_live());
            }
        }
    }

    #[test]
    fn a_mark_is_written_over_within_its_sequence() {
        for count in 0..128 {
            let mark = Stamp(5 << Stamp::SEQUENCE_SHIFT | count << 1);
            assert_eq!(mark.rewritten().sequence(), 5);
        }
    }

    #[test]
    fn the_count_runs_into_the_sequence() {
        let mut stamp = Stamp::written(5);
        for _ in 0..127 {
            stamp = stamp.rewritten();
            assert_eq!(stamp.sequence(), 5);
        }
        assert_eq!(stamp.rewritten(), Stamp::written(6));
        assert_eq!(stamp.marked(), Stamp::mark(6));
    }
}
