//! Which parts of a segment have memory behind them.

use core::cell::Cell;

use super::os::PAGE;
use super::segment::SIZE;

/// The size of a part.
pub(crate) const PART: usize = if PAGE < SIZE / 128 { SIZE / 128 } else { PAGE };

const _: () = assert!(PART.is_multiple_of(PAGE) && SIZE / PART <= 128);

/// A set of parts of a segment: those that were given out since the system had them last.
pub(crate) struct Touched(Cell<u128>);

impl Touched {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(0))
    }

    /// `len` bytes from `offset` on are given out.
    #[inline]
    pub(crate) fn add(&self, offset: usize, len: usize) {
        self.0.set(self.0.get() | mask(offset / PART, (offset + len - 1) / PART));
    }

    /// How many parts there are.
    pub(crate) fn count(&self) -> usize {
        self.0.get().count_ones() as usize
    }

    /// Whether there is memory in any of these bytes.
    pub(crate) fn any(&self, offset: usize, len: usize) -> bool {
        len != 0 && self.0.get() & mask(offset / PART, (offset + len - 1) / PART) != 0
    }

    /// Call `f` with the offset and the length of what is in the set of `len` bytes from `offset` on, part by
    /// part.
    pub(crate) fn each(&self, offset: usize, len: usize, f: impl Fn(usize, usize)) {
        let end = offset + len;
        let mut left = self.0.get() & mask(offset / PART, (end - 1) / PART);
        while left != 0 {
            let part = left.trailing_zeros() as usize * PART;
            let start = part.max(offset);
            f(start, (part + PART).min(end) - start);
            left &= left - 1;
        }
    }

    /// Call `purge` with the offset and the length of each run of parts that lie wholly within `len` bytes from
    /// `offset` on, and take out those of which it says that they are zeros now.
    pub(crate) fn remove(&self, offset: usize, len: usize, purge: impl Fn(usize, usize) -> bool) {
        let (first, end) = (offset.div_ceil(PART), (offset + len) / PART);
        if first >= end {
            return;
        }
        let mut left = self.0.get() & mask(first, end - 1);
        while left != 0 {
            let start = left.trailing_zeros() as usize;
            let count = (left >> start).trailing_ones() as usize;
            let run = mask(start, start + count - 1);
            if purge(start * PART, count * PART) {
                self.0.set(self.0.get() & !run);
            }
            left &= !run;
        }
    }
}

/// The parts from the first to the last, which is less than 128.
#[inline]
fn mask(first: usize, last: usize) -> u128 {
    (u128::MAX >> (127 - (last - first))) << first
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::RefCell;
    use std::vec::Vec;

    #[test]
    fn parts_come_and_go() {
        let touched = Touched::new();
        touched.add(0, 1);
        touched.add(PART - 1, 2);
        touched.add(5 * PART, 10 * PART);
        touched.add(127 * PART, PART);
        assert_eq!(touched.count(), 13);
        assert!(touched.any(PART, 1) && !touched.any(2 * PART, 3 * PART));
        let seen = RefCell::new(Vec::new());
        touched.each(PART + 7, 4 * PART + 3, |at, len| seen.borrow_mut().push((at, len)));
        assert_eq!(seen.take(), [(PART + 7, PART - 7), (5 * PART, 10)]);
        let runs = RefCell::new(Vec::new());
        // The first part is not wholly in it, nor is the fifteenth.
        touched.remove(1, 15 * PART - 2, |at, len| {
            runs.borrow_mut().push((at, len));
            true
        });
        assert_eq!(runs.take(), [(PART, PART), (5 * PART, 9 * PART)]);
        assert!(touched.any(0, 1) && !touched.any(PART, 13 * PART) && touched.any(14 * PART, 1));
        touched.remove(126 * PART + 1, PART, |_, _| unreachable!());
        assert!(touched.any(127 * PART, 1));
        touched.remove(127 * PART, PART, |_, _| false);
        assert!(touched.any(127 * PART, PART), "not zeros");
        touched.remove(127 * PART, PART, |_, _| true);
        assert!(!touched.any(127 * PART, PART));
    }
}
