//! Two words that change together: the one primitive that everything here stands on.
//!
//! A [`Wide`] holds a [`Pair`]: a word, and a *stamp* that says which change the word comes from.
//! It can be loaded, and it can be exchanged if it still holds the pair that was seen. Whoever
//! exchanges keeps one rule:
//!
//! > **The stamp grows.** Each exchange puts in a greater stamp than it takes out.
//!
//! So a pair never comes back to the place that it left, and an exchange that comes late fails. The
//! ABA problem is the absence of this rule.
//!
//! | file | where | how |
//! |---|---|---|
//! | `x86_64` | x86-64 | `cmpxchg16b`, and loads of eight bytes, which the rule makes enough |
//! | `portable` | elsewhere, under Miri, and with `--cfg secvec_portable` | `portable_atomic::AtomicU128` |
//! | `model` | under loom | half as wide: two words of 32 bits in an atomic of loom's |

#[cfg_attr(loom, path = "model.rs")]
#[cfg_attr(
    all(not(loom), target_arch = "x86_64", not(miri), not(secvec_portable)),
    path = "x86_64.rs"
)]
#[cfg_attr(
    all(not(loom), any(not(target_arch = "x86_64"), miri, secvec_portable)),
    path = "portable.rs"
)]
mod imp;

pub(crate) use imp::Wide;

/// What a [`Wide`] holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Pair {
    pub(crate) word: u64,
    pub(crate) stamp: u64,
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn pair(word: u64, stamp: u64) -> Pair {
        Pair { word, stamp }
    }

    #[test]
    fn it_begins_with_zeros_and_keeps_what_is_put_in() {
        let wide = Wide::default();
        assert_eq!(wide.load(), Pair::default());
        assert!(wide.exchange(Pair::default(), pair(u64::MAX, u64::MAX)));
        assert_eq!(wide.load(), pair(u64::MAX, u64::MAX));
    }

    #[test]
    fn an_exchange_needs_both_halves() {
        let wide = Wide::default();
        assert!(wide.exchange(Pair::default(), pair(1, 2)));
        for other in
            [pair(1, 3), pair(0, 2), pair(2, 1), pair(1 << 63 | 1, 2), pair(1, 1 << 63 | 2)]
        {
            assert!(!wide.exchange(other, pair(9, 9)), "{other:?}");
            assert_eq!(wide.load(), pair(1, 2));
        }
        assert!(wide.exchange(pair(1, 2), pair(3, 4)));
        assert_eq!(wide.load(), pair(3, 4));
    }

    #[test]
    fn its_size_and_alignment_are_those_of_sixteen_bytes() {
        assert_eq!((size_of::<Wide>(), align_of::<Wide>()), (16, 16));
        assert!(Wide::supported());
    }

    #[test]
    fn a_load_beside_exchanges_never_mixes_two_pairs() {
        let rounds = if cfg!(miri) { 50 } else { 200_000 };
        let wide = Wide::default();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..rounds {
                        let seen = wide.load();
                        assert_eq!(seen.word, seen.stamp.wrapping_mul(0x9E37_79B9_7F4A_7C15));
                        let stamp = seen.stamp + 1;
                        let word = stamp.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                        let _ = wide.exchange(seen, pair(word, stamp));
                    }
                });
            }
        });
        let stamp = wide.load().stamp;
        assert!((rounds..=2 * rounds).contains(&stamp), "one of two exchanges succeeds: {stamp}");
    }
}
