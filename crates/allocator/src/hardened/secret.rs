//! A number that nobody can guess, and what is made from it.

use crate::sync::{AtomicUsize, Ordering, const_unless_loom};

/// A secret: made when it is first needed, or given.
pub(crate) struct Secret {
    /// 0: not made yet.
    value: AtomicUsize,
    /// How many random numbers were drawn.
    drawn: AtomicUsize,
}

impl Secret {
    const_unless_loom! {
        /// One that is still to be made.
        pub(crate) fn new() -> Self {
            Self { value: AtomicUsize::new(0), drawn: AtomicUsize::new(0) }
        }
    }

    const_unless_loom! {
        /// One that is known.
        pub(crate) fn from_seed(seed: usize) -> Self {
            Self { value: AtomicUsize::new(spread(seed)), drawn: AtomicUsize::new(0) }
        }
    }

    #[inline]
    fn get(&self) -> usize {
        // Relaxed, here and below: this one number is all that there is.
        match self.value.load(Ordering::Relaxed) {
            0 => self.make(),
            value => value,
        }
    }

    #[cold]
    fn make(&self) -> usize {
        let made = spread(from_the_system(self));
        let first = self.value.compare_exchange(0, made, Ordering::Relaxed, Ordering::Relaxed);
        first.map_or_else(|value| value, |_| made)
    }

    /// A number that depends on every bit of `a` and `b`, and on the secret: the folded product of wyhash (Wang
    /// Yi, 2019).
    #[inline]
    pub(crate) fn mix(&self, a: usize, b: usize) -> usize {
        let secret = self.get() as u64;
        let a = a as u64 ^ secret;
        let b = b as u64 ^ secret.rotate_left(32) ^ 0x9E37_79B9_7F4A_7C15;
        let product = u128::from(a) * u128::from(b);
        let folded = (product >> 64) as u64 ^ product as u64;
        // On machines with words of 32 bits, all of them.
        (folded ^ folded >> 32) as usize
    }

    /// The next random number.
    #[inline]
    pub(crate) fn random(&self) -> usize {
        self.mix(self.drawn.fetch_add(1, Ordering::Relaxed), 0)
    }
}

/// From the system's generator; if there is none, from addresses, which most systems choose at random, and the
/// time, if there is a clock.
fn from_the_system(secret: &Secret) -> usize {
    #[cfg(all(feature = "std", any(target_os = "linux", target_os = "android")))]
    {
        let mut number = 0_usize;
        let (place, len) = ((&raw mut number).cast(), size_of::<usize>());
        // SAFETY: the place has this length.
        let filled = unsafe { libc::getrandom(place, len, libc::GRND_NONBLOCK) };
        if filled == len as isize {
            return number;
        }
    }
    #[cfg(feature = "std")]
    let time = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos() as usize);
    #[cfg(not(feature = "std"))]
    let time = 0;
    let on_the_stack = (&raw const time).addr();
    Secret::from_seed(time).mix((&raw const *secret).addr(), on_the_stack)
}

/// The seed with its bits spread over all of the number, as small ones differ in few: the finalizer of splitmix64
/// (G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number Generators", 2014). Not 0.
const fn spread(seed: usize) -> usize {
    let mut bits = (seed as u64).wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^= bits >> 31;
    if bits as usize == 0 { usize::MAX } else { bits as usize }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_secret_whichever_it_is_and_without_one_nobody_knows() {
        for seed in [0, 1, usize::MAX] {
            let [one, other] = [(); 2].map(|()| Secret::from_seed(seed));
            assert_eq!(one.mix(1, 2), other.mix(1, 2));
            assert_eq!(one.random(), other.random());
            assert_ne!(one.random(), one.random());
        }
        let [one, other] = [(); 2].map(|()| Secret::new());
        assert_eq!(one.mix(1, 2), one.mix(1, 2));
        assert_ne!(one.mix(1, 2), other.mix(1, 2));
    }
}
