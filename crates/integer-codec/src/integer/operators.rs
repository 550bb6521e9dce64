//! The operators that cannot leave the range: `-`, `/`, `%`.
//!
//! There is no `+`, binary `-` or `*`. Each would have to panic or wrap when the result is out of
//! range; here the caller says which is meant: `checked_add`, `wrapping_add`, `saturating_add`.

use core::ops::{Div, DivAssign, Neg, Rem, RemAssign};

use super::Integer;

/// Never overflows: the range is symmetric.
///
/// ```
/// use integer_codec::Integer;
///
/// assert_eq!(-Integer::MIN, Integer::MAX);
/// assert_eq!(-Integer::ZERO, Integer::ZERO);
/// ```
impl Neg for Integer {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        self.wrapping_neg()
    }
}

/// The quotient, rounded towards zero. It never overflows: the range is symmetric.
///
/// # Panics
///
/// If the divisor is zero. [`checked_div`](Integer::checked_div) gives `None` then.
///
/// ```
/// use integer_codec::Integer;
///
/// assert_eq!(Integer::from(-7) / Integer::from(2), Integer::from(-3));
/// assert_eq!(Integer::MIN / Integer::from(-1), Integer::MAX);
/// ```
impl Div for Integer {
    type Output = Self;

    #[inline]
    #[track_caller]
    fn div(self, other: Self) -> Self {
        match self.checked_div(other) {
            Some(quotient) => quotient,
            None => panic!("attempt to divide by zero"),
        }
    }
}

/// The remainder of `/`, with the sign of the left side.
///
/// # Panics
///
/// If the divisor is zero. [`checked_rem`](Integer::checked_rem) gives `None` then.
///
/// ```
/// use integer_codec::Integer;
///
/// assert_eq!(Integer::from(-7) % Integer::from(2), Integer::from(-1));
/// ```
///
/// ```should_panic
/// use integer_codec::Integer;
///
/// let _ = Integer::from(7) % Integer::ZERO;
/// ```
impl Rem for Integer {
    type Output = Self;

    #[inline]
    #[track_caller]
    fn rem(self, other: Self) -> Self {
        match self.checked_rem(other) {
            Some(remainder) => remainder,
            None => panic!("attempt to calculate the remainder with a divisor of zero"),
        }
    }
}

/// # Panics
///
/// If the divisor is zero.
impl DivAssign for Integer {
    #[inline]
    #[track_caller]
    fn div_assign(&mut self, other: Self) {
        *self = *self / other;
    }
}

/// # Panics
///
/// If the divisor is zero.
///
/// ```
/// use integer_codec::Integer;
///
/// let mut rest = Integer::from(17);
/// rest %= Integer::from(5);
/// assert_eq!(rest, Integer::from(2));
/// ```
impl RemAssign for Integer {
    #[inline]
    #[track_caller]
    fn rem_assign(&mut self, other: Self) {
        *self = *self % other;
    }
}
