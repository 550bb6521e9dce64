//! Arithmetic that says when a result is out of range: `checked_add` and its like; and what never
//! is: `abs`, `signum`.

use super::Integer;

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
    /// assert_eq!(Integer::MIN.checked_sub(Integer::from(1)), None);
    /// ```
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self::new(!other.negative, other.magnitude))
    }

    /// The product, or `None` if it is out of range.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::from(7).checked_mul(Integer::from(-6)), Some(Integer::from(-42)));
    /// assert_eq!(Integer::MIN.checked_mul(Integer::from(-1)), Some(Integer::MAX));
    /// assert_eq!(Integer::MAX.checked_mul(Integer::from(2)), None);
    /// ```
    #[must_use]
    pub const fn checked_mul(self, other: Self) -> Option<Self> {
        match self.magnitude.checked_mul(other.magnitude) {
            Some(magnitude) => Some(Self::new(self.negative != other.negative, magnitude)),
            None => None,
        }
    }

    /// The quotient, rounded towards zero, or `None` if `other` is zero. It is never out of range.
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
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::from(7).checked_rem(Integer::from(-2)), Some(Integer::from(1)));
    /// assert_eq!(Integer::from(7).checked_rem(Integer::ZERO), None);
    /// ```
    #[must_use]
    pub const fn checked_rem(self, other: Self) -> Option<Self> {
        match self.magnitude.checked_rem(other.magnitude) {
            Some(magnitude) => Some(Self::new(self.negative, magnitude)),
            None => None,
        }
    }

    /// `self` to the power of `exponent`, or `None` if that is out of range. To the power of 0 it
    /// is 1, for zero as well.
    ///
    /// At most 63 multiplications: by squaring.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::from(-2).checked_pow(127), Some(Integer::from(i128::MIN)));
    /// assert_eq!(Integer::from(2).checked_pow(128), None);
    /// ```
    #[must_use]
    pub const fn checked_pow(self, exponent: u32) -> Option<Self> {
        match self.overflowing_pow(exponent) {
            (power, false) => Some(power),
            (_, true) => None,
        }
    }

    /// The integer without its sign. It is never out of range, unlike that of `i128::MIN`.
    ///
    /// [`magnitude`](Self::magnitude) is the same number as a `u128`.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::from(-3).abs(), Integer::from(3));
    /// assert_eq!(Integer::MIN.abs(), Integer::MAX);
    /// ```
    #[must_use]
    pub const fn abs(self) -> Self {
        Self::new(false, self.magnitude)
    }

    /// -1, 0 or 1: which side of zero it is on.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::MIN.signum(), Integer::from(-1));
    /// assert_eq!(Integer::ZERO.signum(), Integer::ZERO);
    /// ```
    #[must_use]
    pub const fn signum(self) -> Self {
        Self::new(self.negative, (self.magnitude != 0) as u128)
    }
}
