//! `checked_add` and its like, `Neg`.

use core::ops::Neg;

use super::Integer;

/// Never overflows: the range is symmetric.
impl Neg for Integer {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self::new(!self.negative, self.magnitude)
    }
}

impl Integer {
    /// The sum, or `None` if it is out of range.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::from(1).checked_add(Integer::from(-3)), Some(Integer::from(-2)));
    /// assert_eq!(Integer::MAX.checked_add(Integer::from(1)), None);
    /// ```
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        if self.negative == other.negative {
            return match self.magnitude.checked_add(other.magnitude) {
                Some(magnitude) => Some(Self::new(self.negative, magnitude)),
                None => None,
            };
        }
        // Opposite signs: the longer one wins, and takes its sign with it.
        Some(if self.magnitude >= other.magnitude {
            Self::new(self.negative, self.magnitude - other.magnitude)
        } else {
            Self::new(other.negative, other.magnitude - self.magnitude)
        })
    }

    /// The difference, or `None` if it is out of range.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::from(1u8).checked_sub(Integer::from(2u8)), Some(Integer::from(-1)));
    /// ```
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self::new(!other.negative, other.magnitude))
    }

    /// The product, or `None` if it is out of range.
    #[must_use]
    pub const fn checked_mul(self, other: Self) -> Option<Self> {
        match self.magnitude.checked_mul(other.magnitude) {
            Some(magnitude) => Some(Self::new(self.negative != other.negative, magnitude)),
            None => None,
        }
    }

    /// The quotient, rounded towards zero, or `None` if `other` is zero.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// let (minus_seven, two) = (Integer::from(-7), Integer::from(2));
    /// assert_eq!(minus_seven.checked_div(two), Some(Integer::from(-3)));
    /// assert_eq!(minus_seven.checked_rem(two), Some(Integer::from(-1)));
    /// assert_eq!(minus_seven.checked_div(Integer::ZERO), None);
    /// ```
    #[must_use]
    pub const fn checked_div(self, other: Self) -> Option<Self> {
        match self.magnitude.checked_div(other.magnitude) {
            Some(magnitude) => Some(Self::new(self.negative != other.negative, magnitude)),
            None => None,
        }
    }

    /// What [`checked_div`](Self::checked_div) leaves, with the sign of `self`, or `None` if
    /// `other` is zero.
    #[must_use]
    pub const fn checked_rem(self, other: Self) -> Option<Self> {
        match self.magnitude.checked_rem(other.magnitude) {
            Some(magnitude) => Some(Self::new(self.negative, magnitude)),
            None => None,
        }
    }
}
