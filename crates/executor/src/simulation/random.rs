//! Where a simulation's choices come from.

/// SplitMix64: each seed gives other numbers, 0 as well. (Guy Steele, Doug Lea and Christine Flood, "Fast Splittable
/// Pseudorandom Number Generators", OOPSLA 2014.)
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of `0..end`; 0 if that is empty.
    pub(super) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::Random;

    #[test]
    fn the_numbers_of_the_paper() {
        // The first outputs of the authors' program for this seed.
        let mut random = Random::new(1_234_567);
        let numbers = [(); 3].map(|()| random.next());
        assert_eq!(
            numbers,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn each_is_chosen_about_as_often() {
        let mut random = Random::new(0);
        let mut chosen = [0; 3];
        for _ in 0..3_000 {
            chosen[random.below(3)] += 1;
        }
        assert!(chosen.iter().all(|count| (900..1_100).contains(count)), "{chosen:?}");
    }
}
