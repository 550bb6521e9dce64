//! Which lists of free blocks there are, and which of them are not empty: two levels of bitmaps.
//!
//! All of it is arithmetic on numbers. Nothing here knows an address.

use super::block::GRANULE;

/// Lists in one level: bits of one word.
pub(super) const LISTS: usize = 32;
/// Enough for every size of a 32-bit machine, and for 1 TiB on a 64-bit one.
pub(super) const LEVELS: usize = if usize::BITS == 64 { 32 } else { 26 };

/// A list of free blocks of about one size, by number.
///
/// Below `LISTS` granules there is a list for each size. From there on each level stands for the sizes
/// between two powers of two, in `LISTS` steps of equal length. The last list has no upper bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) level: usize,
    pub(super) list: usize,
}

impl Class {
    /// The list that a free block of `size` bytes is in.
    #[inline(always)]
    pub(super) fn of(size: usize) -> Self {
        let granules = size / GRANULE;
        let shift = shift(granules);
        Self::nth((shift as usize * LISTS + (granules >> shift)).min(LEVELS * LISTS - 1))
    }

    /// The first list whose blocks all have `size` bytes or more, if there is one.
    #[inline(always)]
    pub(super) fn all_fit(size: usize) -> Option<Self> {
        let granules = size / GRANULE;
        let shift = shift(granules);
        // Rounding up may go to `LISTS * 2`: that is the first list of the next level.
        let number = shift as usize * LISTS + ((granules + (1 << shift) - 1) >> shift);
        // The blocks of the last list may have any size from its lower bound on.
        let exact = number < LEVELS * LISTS - 1;
        exact.then(|| Self::nth(number))
    }

    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..LEVELS * LISTS).map(Self::nth)
    }

    #[inline(always)]
    fn nth(number: usize) -> Self {
        Self { level: number / LISTS, list: number % LISTS }
    }
}

/// By how many bits a size is shifted so that `LISTS` steps are left between it and the next power
/// of two.
#[inline(always)]
fn shift(granules: usize) -> u32 {
    (granules | LISTS).ilog2() - LISTS.ilog2()
}

/// The lists that are not empty.
///
/// Bit `level` of `levels` is set if and only if `lists[level]` is not 0.
#[derive(Debug)]
pub(super) struct Bitmaps {
    levels: u32,
    lists: [u32; LEVELS],
}

impl Bitmaps {
    pub(super) const EMPTY: Self = Self { levels: 0, lists: [0; LEVELS] };

    #[inline(always)]
    pub(super) fn set(&mut self, class: Class) {
        self.levels |= 1 << class.level;
        self.lists[class.level] |= 1 << class.list;
    }

    #[inline(always)]
    pub(super) fn clear(&mut self, class: Class) {
        self.lists[class.level] &= !(1 << class.list);
        if self.lists[class.level] == 0 {
            self.levels &= !(1 << class.level);
        }
    }

    /// The first list from `from` on that is not empty.
    #[inline(always)]
    pub(super) fn first(&self, from: Class) -> Option<Class> {
        let lists = self.lists[from.level] & (u32::MAX << from.list);
        if lists != 0 {
            return Some(Class { level: from.level, list: lists.trailing_zeros() as usize });
        }
        // Twice: a shift by 32 at once is an overflow.
        let levels = self.levels & (u32::MAX << from.level << 1);
        if levels == 0 {
            return None;
        }
        let level = levels.trailing_zeros() as usize;
        Some(Class { level, list: self.lists[level].trailing_zeros() as usize })
    }

    /// The list after `class` that is not empty.
    pub(super) fn after(&self, class: Class) -> Option<Class> {
        let next = class.level * LISTS + class.list + 1;
        if next < LEVELS * LISTS { self.first(Class::nth(next)) } else { None }
    }

    /// Whether the two levels agree.
    pub(super) fn agree(&self) -> bool {
        self.lists
            .iter()
            .enumerate()
            .all(|(level, &lists)| (lists != 0) == (self.levels & (1 << level) != 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(class: Class) -> usize {
        class.level * LISTS + class.list
    }

    #[test]
    fn classes_follow_each_other_without_a_gap() {
        let mut last = number(Class::of(GRANULE));
        for granules in 2..10_000 {
            let size = granules * GRANULE;
            let class = number(Class::of(size));
            assert!(class == last || class == last + 1);
            if granules <= 2 * LISTS {
                assert_eq!(class, granules, "a list for each size");
            }
            // A size is the smallest of its class exactly if all blocks of its class fit.
            let fit = number(Class::all_fit(size).unwrap());
            assert_eq!(fit, if class == last { class + 1 } else { class });
            last = class;
        }
    }

    #[test]
    fn the_last_list_is_for_all_that_is_larger() {
        let last = Class { level: LEVELS - 1, list: LISTS - 1 };
        let largest = isize::MAX as usize / GRANULE * GRANULE;
        if usize::BITS == 64 {
            assert_eq!(Class::of(1 << 40), last);
            assert_eq!(Class::of(largest), last);
            assert_eq!(Class::all_fit((1 << 40) - (1 << 34)), None);
        }
        assert_eq!(Class::all_fit(usize::MAX / GRANULE * GRANULE), None);
    }

    #[test]
    fn the_first_list_that_is_not_empty() {
        let mut bitmaps = Bitmaps::EMPTY;
        let at = |level, list| Class { level, list };
        let all = [at(0, 2), at(0, 31), at(3, 0), at(LEVELS - 1, LISTS - 1)];
        assert_eq!(bitmaps.first(at(0, 0)), None);
        for class in all {
            bitmaps.set(class);
        }
        for two in all.windows(2) {
            assert_eq!(bitmaps.first(two[0]), Some(two[0]));
            assert_eq!(bitmaps.after(two[0]), Some(two[1]));
        }
        assert_eq!(bitmaps.after(all[3]), None);
        assert_eq!(bitmaps.first(at(1, 5)), Some(all[2]));
        assert!(bitmaps.agree());
        for class in all {
            bitmaps.clear(class);
            assert!(bitmaps.agree());
        }
        assert_eq!(bitmaps.first(at(0, 0)), None);
    }
}
