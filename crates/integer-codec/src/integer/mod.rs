//! [`Integer`]: any value of the twelve integer types, with its sign.
//!
//! | module | what is in it |
//! |---|---|
//! | `convert` | from each integer type and back, and from floating point |
//! | `parse` | from text |
//! | `format` | to text: decimal, hexadecimal, octal, binary |
//! | `arithmetic` | `checked_add` and its like, `abs`, `signum` |
//! | `wrapping` | `wrapping_add`, `overflowing_add`, `saturating_add` and their like |
//! | `operators` | `-`, `/` and `%`, which cannot leave the range |
//! | `encoding` | to bytes and back |

mod arithmetic;
mod convert;
mod encoding;
mod format;
mod operators;
mod parse;
mod wrapping;

pub use convert::{FromFloatError, OutOfRangeError};
pub use parse::ParseIntegerError;

use core::cmp::Ordering;

/// An integer from -(2^128 - 1) to 2^128 - 1: every value of every integer type, and their
/// negations.
///
/// It is the form between a typed integer and its bytes or text. Nothing is lost on the way in,
/// and on the way out what does not fit is an error.
///
/// ```
/// use integer_codec::Integer;
///
/// let thousand: Integer = "1_000".parse()?;
/// assert_eq!(thousand, Integer::from(1000u16));
/// assert_eq!(i64::try_from(-thousand)?, -1000);
/// assert!(u8::try_from(thousand).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Two are equal if they are the same number, whatever type each came from; order and hash agree.
/// It is compared with other integers only. The primitives convert without loss, and since there is
/// one type that the other side can be, the compiler finds it:
///
/// ```
/// use integer_codec::Integer;
///
/// let five = Integer::from(5u8);
/// assert!(five == 5.into() && five > (-6).into() && five == "0b101".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Arithmetic
///
/// | when the result is out of range | |
/// |---|---|
/// | `None` | [`checked_add`](Self::checked_add), `_sub`, `_mul`, `_pow`; `_div` and `_rem` for zero |
/// | modulo 2^129 - 1: `MAX + 1` is `MIN` | [`wrapping_add`](Self::wrapping_add), `_sub`, `_mul`, `_pow` |
/// | the same, and a `bool` that says so | [`overflowing_add`](Self::overflowing_add), `_sub`, `_mul`, `_pow` |
/// | `MIN` or `MAX` | [`saturating_add`](Self::saturating_add), `_sub`, `_mul`, `_pow` |
/// | it never is | `-x`, `/`, `%`, [`abs`](Self::abs), [`signum`](Self::signum) |
///
/// Wrapping counts around the 2^129 - 1 values of the range, as the two's complement types count
/// around theirs. There are no operators `+`, `-` and `*` between two integers: each would have to
/// panic or wrap, and here the caller says which.
///
/// # Invariant
///
/// 1. Zero is not negative. So each value has one form, and the derived `Eq` and `Hash` compare
///    values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Integer {
    negative: bool,
    magnitude: u128,
}

impl Integer {
    /// -(2^128 - 1).
    pub const MIN: Self = Self { negative: true, magnitude: u128::MAX };
    /// 0, the default.
    pub const ZERO: Self = Self { negative: false, magnitude: 0 };
    /// 2^128 - 1.
    pub const MAX: Self = Self { negative: false, magnitude: u128::MAX };

    /// The integer with this sign and distance from zero. Zero has no sign: `negative` is then
    /// ignored.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::new(true, 3), Integer::from(-3));
    /// assert_eq!(Integer::new(true, 0), Integer::ZERO);
    /// ```
    #[must_use]
    pub const fn new(negative: bool, magnitude: u128) -> Self {
        // Invariant 1. Every value that is not a constant is made here.
        Self { negative: negative && magnitude != 0, magnitude }
    }

    /// Whether it is less than zero.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert!(Integer::from(-1).is_negative() && !Integer::ZERO.is_negative());
    /// ```
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.negative
    }

    /// Whether it is more than zero.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert!(Integer::from(1).is_positive() && !Integer::ZERO.is_positive());
    /// ```
    #[must_use]
    pub const fn is_positive(self) -> bool {
        !self.negative && self.magnitude != 0
    }

    /// The distance from zero.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::from(i128::MIN).magnitude(), 1 << 127);
    /// ```
    #[must_use]
    pub const fn magnitude(self) -> u128 {
        self.magnitude
    }
}

/// By value.
impl Ord for Integer {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude.cmp(&other.magnitude),
            (true, true) => other.magnitude.cmp(&self.magnitude),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
