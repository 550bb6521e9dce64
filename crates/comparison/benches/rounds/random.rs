//! Random numbers that cost next to nothing.

/// A counter, and a hash of it (Guy Steele, Doug Lea and Christine Flood, *Fast Splittable
/// Pseudorandom Number Generators*, OOPSLA 2014). No number waits for the one before, so they are
/// made beside the operations that are measured, not between them.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed << 40)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// At least `least`, less than `end`.
    #[inline]
    pub(crate) fn range(&mut self, least: usize, end: usize) -> usize {
        let length = (end - least) as u128;
        // The high half of the product is below `length`.
        least + ((u128::from(self.next()) * length) >> 64) as usize
    }

    /// Each order is as likely as any other.
    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, (self.next() % (last as u64 + 1)) as usize);
        }
    }
}
