//! Which granules of an arena are used: a bitmap, and the search for the first run that fits.
//!
//! All of it is arithmetic on numbers. Nothing here knows an address.

use core::ops::Range;

use crate::Corruption;

const BITS: usize = usize::BITS as usize;

/// What the allocator remembers beside the bitmap.
#[derive(Debug)]
pub(crate) struct Counters {
    /// How many granules are used.
    pub(crate) used: usize,
    /// No granule below this one is free. Where the search begins.
    pub(crate) first_free: usize,
    /// No granule from this one on was ever used.
    pub(crate) fresh: usize,
}

impl Counters {
    pub(crate) const NEW: Self = Self { used: 0, first_free: 0, fresh: 0 };
}

/// The granules `0..len` of an arena, in whoever's memory.
///
/// 1. Bit `i % BITS` of `words[i / BITS]` is set if and only if granule `i` is used.
/// 2. Bits past `len` are clear.
/// 3. `counters` say what their docs say.
///
/// Neighbouring free granules are one run of clear bits, whoever freed them and when: merging is
/// not a step of its own.
pub(crate) struct Extents<'a> {
    pub(crate) words: &'a mut [usize],
    pub(crate) len: usize,
    pub(crate) counters: &'a mut Counters,
}

impl Extents<'_> {
    /// Take the lowest `count` free granules in a row whose first is one that `align` maps to
    /// itself. `align` maps a number to the next one that is aligned, if there is one.
    pub(crate) fn take(
        &mut self,
        count: usize,
        align: impl Fn(usize) -> Option<usize>,
    ) -> Option<usize> {
        // What is used at the start of the search is passed over once, not by each search again.
        let lowest = self.next_clear(self.counters.first_free);
        self.counters.first_free = lowest;
        let first = self.find(lowest, count, &align)?;
        self.set(first..first + count);
        if first == lowest {
            self.counters.first_free = first + count;
        }
        Some(first)
    }

    /// Free what is used of `range`.
    // ANCHOR: give_back
    pub(crate) fn give_back(&mut self, range: Range<usize>) {
        if range.is_empty() {
            // `range.start` is not freed, so the search must not begin there.
            return;
        }
        self.counters.first_free = self.counters.first_free.min(range.start);
        for (word, mask) in masks(range) {
            let was = self.words[word] & mask;
            self.words[word] &= !mask;
            self.counters.used = self.counters.used.saturating_sub(was.count_ones() as usize);
        }
    }
    // ANCHOR_END: give_back

    /// Take exactly `range`, if all of it is free.
    pub(crate) fn extend(&mut self, range: Range<usize>) -> bool {
        let free = range.end <= self.len && self.last_used(range.clone()).is_none();
        if free {
            self.set(range);
        }
        free
    }

    /// The length of the longest run of free granules.
    pub(crate) fn longest_free(&self) -> usize {
        let mut longest = 0;
        let mut at = 0;
        while at < self.len {
            let start = self.next_clear(at);
            let end = self.next_set(start);
            longest = longest.max(end - start);
            at = end;
        }
        longest
    }

    /// Whether the invariants hold.
    pub(crate) fn check(&self) -> Result<(), Corruption> {
        let counted: usize = self.words.iter().map(|word| word.count_ones() as usize).sum();
        if counted != self.counters.used {
            return Err(Corruption::Count { counted, recorded: self.counters.used });
        }
        let past_the_end = masks(self.len..self.words.len() * BITS);
        if past_the_end.into_iter().any(|(word, mask)| self.words[word] & mask != 0) {
            return Err(Corruption::PastTheEnd);
        }
        let found = self.next_clear(0);
        if found < self.counters.first_free {
            return Err(Corruption::FirstFree { found, recorded: self.counters.first_free });
        }
        match self.last_used(0..self.len) {
            Some(granule) if granule >= self.counters.fresh => {
                Err(Corruption::NotFresh { granule })
            }
            _ => Ok(()),
        }
    }

    // ANCHOR: find
    fn find(
        &self,
        from: usize,
        count: usize,
        align: impl Fn(usize) -> Option<usize>,
    ) -> Option<usize> {
        let mut at = from;
        loop {
            at = align(self.next_clear(at))?;
            let end = at.checked_add(count)?;
            if end > self.len {
                return None;
            }
            // From the back: past the last used granule of the place is the next place to try.
            match self.last_used(at..end) {
                Some(used) => at = used + 1,
                None => return Some(at),
            }
        }
    }
    // ANCHOR_END: find

    /// Mark `range`, all of it free, as used.
    fn set(&mut self, range: Range<usize>) {
        self.counters.used += range.len();
        self.counters.fresh = self.counters.fresh.max(range.end);
        for (word, mask) in masks(range) {
            self.words[word] |= mask;
        }
    }

    fn last_used(&self, range: Range<usize>) -> Option<usize> {
        masks(range).rev().find_map(|(word, mask)| {
            let used = self.words[word] & mask;
            (used != 0).then(|| word * BITS + used.ilog2() as usize)
        })
    }

    /// The first free granule from `at` on, or `len`.
    fn next_clear(&self, at: usize) -> usize {
        self.next(at, |word| !word)
    }

    /// The first used granule from `at` on, or `len`.
    fn next_set(&self, at: usize) -> usize {
        self.next(at, |word| word)
    }

    #[inline]
    fn next(&self, at: usize, wanted: impl Fn(usize) -> usize) -> usize {
        let mut below = (1 << (at % BITS)) - 1;
        for (word, &bits) in self.words.iter().enumerate().skip(at / BITS) {
            let hits = wanted(bits) & !below;
            if hits != 0 {
                return (word * BITS + hits.trailing_zeros() as usize).min(self.len);
            }
            below = 0;
        }
        self.len
    }
}

/// The words that hold the bits of `range`, each with a mask of those bits.
fn masks(range: Range<usize>) -> impl DoubleEndedIterator<Item = (usize, usize)> {
    (range.start / BITS..range.end.div_ceil(BITS)).map(move |word| {
        let low = range.start.saturating_sub(word * BITS);
        let high = (range.end - word * BITS).min(BITS);
        (word, (usize::MAX << low) & (usize::MAX >> (BITS - high)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_of_ranges_at_the_edges_of_words() {
        let all = usize::MAX;
        let of = |range| masks(range).collect::<std::vec::Vec<_>>();
        assert_eq!(of(0..0), []);
        assert_eq!(of(BITS..BITS), []);
        assert_eq!(of(5..5), [(0, 0)]);
        assert_eq!(of(0..1), [(0, 1)]);
        assert_eq!(of(0..BITS), [(0, all)]);
        assert_eq!(of(BITS - 1..BITS + 1), [(0, 1 << (BITS - 1)), (1, 1)]);
        assert_eq!(of(3..3 * BITS), [(0, all << 3), (1, all), (2, all)]);
    }

    #[test]
    fn the_first_run_that_fits_is_taken() {
        let mut words = [0; 4];
        let mut counters = Counters::NEW;
        let mut extents = Extents { words: &mut words, len: 100, counters: &mut counters };
        let any = |at| Some(at);
        for expected in 0..100 {
            assert_eq!(extents.take(1, any), Some(expected));
        }
        assert_eq!(extents.take(1, any), None);
        extents.give_back(10..12);
        extents.give_back(60..68);
        extents.give_back(68..70);
        assert_eq!(extents.longest_free(), 10);
        assert_eq!(extents.take(3, any), Some(60));
        assert_eq!(extents.take(2, |at: usize| at.checked_next_multiple_of(4)), Some(64));
        assert_eq!(extents.take(2, any), Some(10));
        assert_eq!(extents.check(), Ok(()));
    }

    /// Where the search begins stood still once it was on a used granule, and every later search
    /// looked through all that was taken since.
    #[test]
    fn the_search_passes_over_what_is_used_only_once() {
        let mut words = [0; 4];
        let mut counters = Counters::NEW;
        let mut extents = Extents { words: &mut words, len: 200, counters: &mut counters };
        let any = |at| Some(at);
        assert_eq!(extents.take(2, any), Some(0));
        assert_eq!(extents.take(2, any), Some(2));
        // A block that is resized within its granules gives nothing back.
        extents.give_back(2..2);
        assert_eq!(extents.counters.first_free, 4);
        // The lowest granule is filled from behind, and the search comes to a used one.
        assert!(extents.extend(4..6));
        for expected in 6..100 {
            assert_eq!(extents.take(1, any), Some(expected));
            assert_eq!(extents.counters.first_free, expected + 1);
        }
        // A lone hole, filled and emptied, costs no look at what lies above.
        if cfg!(not(miri)) {
            extents.give_back(50..51);
            assert_eq!(extents.take(1, any), Some(50));
            assert_eq!(extents.counters.first_free, 51);
            assert_eq!(extents.take(1, any), Some(100));
            assert_eq!(extents.counters.first_free, 101);
        }
        // What `check` must not accept: a free granule below.
        assert_eq!(extents.check(), Ok(()));
        extents.give_back(20..21);
        extents.counters.first_free = 30;
        let wrong = Corruption::FirstFree { found: 20, recorded: 30 };
        assert_eq!(extents.check(), Err(wrong));
    }
}
