//! What an element can be: a value that says itself which bits it is.

use core::array;
use core::num::NonZero;

/// A value that fits in 64 bits, and says how.
///
/// A [`SecVec`](crate::SecVec) keeps its elements in atomic integers. Copying the bytes of a `T`
/// into an integer would read its padding, which is undefined behaviour; copying a pointer's would
/// lose its provenance, so that the pointer that comes back may not be used. So the value converts
/// itself, in safe code, and neither can happen:
///
/// - integers, floats, `bool`, `char`, `NonZero` integers, and pairs and arrays of those, of at most
///   64 bits together, are done. There is no padding between the parts of the word.
/// - references and raw pointers are not `Word`: an integer does not hold their provenance.
/// - more than 64 bits do not compile:
///
/// ```compile_fail,E0277
/// let numbers = secvec::SecVec::<u128>::new();
/// ```
///
/// ```compile_fail,E0277
/// let references = secvec::SecVec::<&u8>::new();
/// ```
///
#[cfg_attr(not(miri), doc = "```compile_fail,E0080")]
// Miri builds what must fail without generating code, where this error comes up.
#[cfg_attr(miri, doc = "```ignore")]
/// let arrays = secvec::SecVec::<[u8; 9]>::new();
/// ```
///
/// # Implementing it
///
/// `from_bits(to_bits(x))` must be equal to `x`, and `to_bits` must leave the bits above `BITS` zero; and
/// neither may use the vector that calls it. If not, the vector gives back another value than was put in.
/// Nothing worse: the trait is safe.
///
/// ```
/// use secvec::{SecVec, Word};
///
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// struct Pixel {
///     x: u16,
///     y: u16,
///     lit: bool,
/// }
///
/// impl Word for Pixel {
///     const BITS: u32 = 33;
///
///     fn to_bits(self) -> u64 {
///         ((self.x, self.y), self.lit).to_bits()
///     }
///
///     fn from_bits(bits: u64) -> Self {
///         let ((x, y), lit) = Word::from_bits(bits);
///         Self { x, y, lit }
///     }
/// }
///
/// let pixels = SecVec::new();
/// pixels.push(Pixel { x: 3, y: 65_535, lit: true });
/// assert_eq!(pixels.get(0), Some(Pixel { x: 3, y: 65_535, lit: true }));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of a `SecVec`",
    label = "not known to fit in a 64-bit word",
    note = "numbers, `bool`, `char`, and pairs and arrays of them of at most 64 bits can",
    note = "for a type of your own, implement `secvec::Word`",
    note = "`secvec::OwnedSecVec` holds anything that is `Send`"
)]
pub trait Word: Copy {
    /// How many low bits of the word are used: at most 64.
    const BITS: u32;

    /// The value as a word.
    #[must_use]
    fn to_bits(self) -> u64;

    /// The value that gave this word. For a word that no value gives, any value.
    #[must_use]
    fn from_bits(bits: u64) -> Self;
}

macro_rules! integers {
    ($($int:ty as $unsigned:ty),*) => {$(
        impl Word for $int {
            const BITS: u32 = <$int>::BITS;

            fn to_bits(self) -> u64 {
                // By way of the unsigned type: the bits above are zero, not the sign.
                self as $unsigned as u64
            }

            fn from_bits(bits: u64) -> Self {
                bits as Self
            }
        }

        impl Word for NonZero<$int> {
            const BITS: u32 = <$int>::BITS;

            fn to_bits(self) -> u64 {
                Word::to_bits(self.get())
            }

            fn from_bits(bits: u64) -> Self {
                Self::new(bits as $int).unwrap_or(Self::MIN)
            }
        }
    )*};
}

integers!(
    u8 as u8,
    u16 as u16,
    u32 as u32,
    u64 as u64,
    usize as usize,
    i8 as u8,
    i16 as u16,
    i32 as u32,
    i64 as u64,
    isize as usize
);

impl Word for f32 {
    const BITS: u32 = 32;

    fn to_bits(self) -> u64 {
        u64::from(self.to_bits())
    }

    fn from_bits(bits: u64) -> Self {
        Self::from_bits(bits as u32)
    }
}

impl Word for f64 {
    const BITS: u32 = 64;

    fn to_bits(self) -> u64 {
        self.to_bits()
    }

    fn from_bits(bits: u64) -> Self {
        Self::from_bits(bits)
    }
}

impl Word for bool {
    const BITS: u32 = 1;

    fn to_bits(self) -> u64 {
        u64::from(self)
    }

    fn from_bits(bits: u64) -> Self {
        bits & 1 == 1
    }
}

impl Word for char {
    const BITS: u32 = 21;

    fn to_bits(self) -> u64 {
        u64::from(u32::from(self))
    }

    fn from_bits(bits: u64) -> Self {
        Self::from_u32(bits as u32).unwrap_or(Self::REPLACEMENT_CHARACTER)
    }
}

impl<A: Word, B: Word> Word for (A, B) {
    const BITS: u32 = fits(A::BITS + B::BITS);

    fn to_bits(self) -> u64 {
        join(self.0.to_bits(), self.1.to_bits(), A::BITS)
    }

    fn from_bits(bits: u64) -> Self {
        (A::from_bits(part(bits, 0, A::BITS)), B::from_bits(part(bits, A::BITS, B::BITS)))
    }
}

impl<A: Word, const N: usize> Word for [A; N] {
    const BITS: u32 = fits(saturated(N).saturating_mul(A::BITS));

    fn to_bits(self) -> u64 {
        self.into_iter().rev().fold(0, |bits, part| join(part.to_bits(), bits, A::BITS))
    }

    fn from_bits(bits: u64) -> Self {
        array::from_fn(|i| A::from_bits(part(bits, i as u32 * A::BITS, A::BITS)))
    }
}

/// `n`, or the greatest `u32`: what does not fit there does not fit in 64 bits either.
const fn saturated(n: usize) -> u32 {
    if n > u32::MAX as usize { u32::MAX } else { n as u32 }
}

/// The check at compile time.
const fn fits(bits: u32) -> u32 {
    assert!(bits <= 64, "the parts have more than 64 bits together");
    bits
}

/// `high` above the first `at` bits. With `at` 64 there is nothing above.
fn join(low: u64, high: u64, at: u32) -> u64 {
    low | high.checked_shl(at).unwrap_or(0)
}

/// `len` bits from bit `at` on.
fn part(bits: u64, at: u32, len: u32) -> u64 {
    let above = u64::MAX.checked_shl(len).unwrap_or(0);
    bits.checked_shr(at).unwrap_or(0) & !above
}

#[cfg(test)]
mod tests {
    use super::saturated;

    #[test]
    fn a_length_above_a_u32_is_not_cut() {
        assert_eq!(saturated(9), 9);
        assert_eq!(saturated(u32::MAX as usize), u32::MAX);
        assert_eq!(saturated(usize::MAX), u32::MAX);
    }
}
