//! Which lists of free blocks there are, and which of them are not empty: two levels of bitmaps.
//!
//! All of it is arithmetic on numbers. Nothing here knows an address.

use super::block::GRANULE;

/// Lists in one level: bits of one word.
pub(super) const LISTS: usize = 64;
/// Enough for all sizes below 4 GiB, and a power of two, so that masking an index is enough.
const LEVELS: usize = 32;
pub(super) const CLASSES: usize = LEVELS * LISTS;

/// A list of free blocks of about one size, by number: less than `CLASSES`.
///
/// Below twice `LISTS` granules there is a list for each size. From there on each level stands for the
/// sizes between two powers of two, in `LISTS` steps of equal length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(usize);

impl Class {
    // ANCHOR: of
    /// The list that a free block of `size` bytes is in.
    #[inline(always)]
    pub(super) fn of(size: usize) -> Self {
        let granules = size / GRANULE;
        let shift = shift(granules);
        // The remainder is itself; with it, no index is out of bounds.
        Self((shift as usize * LISTS + (granules >> shift)) % CLASSES)
    }
    // ANCHOR_END: of

    // ANCHOR: all_fit
    /// The first list whose blocks all have `size` bytes or more, if there is one.
    #[inline(always)]
    pub(super) fn all_fit(size: usize) -> Option<Self> {
        let granules = size / GRANULE;
        let shift = shift(granules);
        // Rounding up may go to `LISTS * 2`: that is the first list of the next level.
        let class = shift as usize * LISTS + ((granules + (1 << shift) - 1) >> shift);
        (class < CLASSES).then_some(Self(class))
    }
    // ANCHOR_END: all_fit

    #[inline(always)]
    pub(super) fn number(self) -> usize {
        // The remainder is itself; with it, no index is out of bounds.
        self.0 % CLASSES
    }

    #[inline(always)]
    fn level(self) -> usize {
        // As in `number`.
        self.0 / LISTS % LEVELS
    }

    /// The bit in the word of the level.
    #[inline(always)]
    fn bit(self) -> u64 {
        1 << (self.0 % LISTS)
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
    lists: [u64; LEVELS],
}

impl Bitmaps {
    pub(super) const EMPTY: Self = Self { levels: 0, lists: [0; LEVELS] };

    #[inline(always)]
    pub(super) fn set(&mut self, class: Class) {
        self.levels |= 1 << class.level();
        self.lists[class.level()] |= class.bit();
    }

    #[inline(always)]
    pub(super) fn clear(&mut self, class: Class) {
        let lists = &mut self.lists[class.level()];
        *lists &= !class.bit();
        if *lists == 0 {
            self.levels &= !(1 << class.level());
        }
    }

    // ANCHOR: first
    /// The first list from `from` on that is not empty.
    #[inline(always)]
    pub(super) fn first(&self, from: Class) -> Option<Class> {
        let mut level = from.level();
        // All bits but the lower ones.
        let mut lists = self.lists[level] & from.bit().wrapping_neg();
        if lists == 0 {
            let levels = self.levels & (2_u32 << level).wrapping_neg();
            if levels == 0 {
                return None;
            }
            level = levels.trailing_zeros() as usize;
            lists = self.lists[level];
        }
        Some(Class(level * LISTS + lists.trailing_zeros() as usize))
    }
    // ANCHOR_END: first

    /// The next list after `class` that is not empty.
    pub(super) fn after(&self, class: Class) -> Option<Class> {
        let next = class.0 + 1;
        if next < CLASSES { self.first(Class(next)) } else { None }
    }

    /// Whether the two levels agree.
    pub(super) fn agree(&self) -> bool {
        (0..LEVELS).all(|level| (self.lists[level] != 0) == (self.levels & (1 << level) != 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_follow_each_other_without_a_gap() {
        let mut last = Class::of(GRANULE);
        for granules in 2..if cfg!(miri) { 300 } else { 10_000 } {
            let size = granules * GRANULE;
            let class = Class::of(size);
            assert!(class == last || class.0 == last.0 + 1);
            if granules <= 2 * LISTS {
                assert_eq!(class.0, granules, "a list for each size");
            }
            // All blocks of the size's own class fit if it is the smallest size of that.
            let is_smallest = class != last;
            assert_eq!(Class::all_fit(size), Some(Class(class.0 + usize::from(!is_smallest))));
            last = class;
        }
    }

    #[test]
    fn the_largest_sizes() {
        let largest = u32::MAX as usize / GRANULE * GRANULE;
        let Class(class) = Class::of(largest);
        assert!((CLASSES / 2..CLASSES).contains(&class), "enough levels, and not too many");
        assert_eq!(Class::all_fit(largest), Some(Class(class + 1)));
        if usize::BITS == 64 {
            assert_eq!(Class::all_fit(usize::MAX / GRANULE * GRANULE), None);
        }
    }

    #[test]
    fn the_first_list_that_is_not_empty() {
        let mut bitmaps = Bitmaps::EMPTY;
        let all = [2, 31, 3 * LISTS, CLASSES - 1].map(Class);
        assert_eq!(bitmaps.first(Class(0)), None);
        for class in all {
            bitmaps.set(class);
        }
        for two in all.windows(2) {
            assert_eq!(bitmaps.first(two[0]), Some(two[0]));
            assert_eq!(bitmaps.after(two[0]), Some(two[1]));
        }
        assert_eq!(bitmaps.after(all[3]), None);
        assert_eq!(bitmaps.first(Class(LISTS + 5)), Some(all[2]));
        assert!(bitmaps.agree());
        for class in all {
            bitmaps.clear(class);
            assert!(bitmaps.agree());
        }
        assert_eq!(bitmaps.first(Class(0)), None);
    }
}
