//! Arithmetic past the ends of the range: around to the other end, or staying at the end.
//!
//! # What wrapping means
//!
//! The range has 2^129 - 1 values, zero in the middle. A result that leaves it is counted around,
//! modulo that number, as those of the two's complement types are modulo theirs: `MAX + 1` is
//! `MIN`, and `MAX + MAX` is -1.
//!
//! It is not what a `u128` or an `i128` does, since their ranges are other ones: as a `u128`,
//! `MAX + 1` is 0. Convert first where that is meant.

use super::Integer;

impl Integer {
    /// The sum, modulo 2^129 - 1, and whether that differs from the true one.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// let one = Integer::from(1);
    /// assert_eq!(one.overflowing_add(one), (Integer::from(2), false));
    /// assert_eq!(Integer::MAX.overflowing_add(one), (Integer::MIN, true));
    /// ```
    #[must_use]
    pub const fn overflowing_add(self, other: Self) -> (Self, bool) {
        match self.checked_add(other) {
            Some(sum) => (sum, false),
            // Of the same sign, then, and the sum of the magnitudes is 2^128 and this.
            None => (self.beyond(self.magnitude.wrapping_add(other.magnitude)), true),
        }
    }

    /// The difference, modulo 2^129 - 1, and whether that differs from the true one.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// let one = Integer::from(1);
    /// assert_eq!(Integer::ZERO.overflowing_sub(one), (Integer::from(-1), false));
    /// assert_eq!(Integer::MIN.overflowing_sub(one), (Integer::MAX, true));
    /// ```
    #[must_use]
    pub const fn overflowing_sub(self, other: Self) -> (Self, bool) {
        self.overflowing_add(other.wrapping_neg())
    }

    /// The product, modulo 2^129 - 1, and whether that differs from the true one.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// let two = Integer::from(2);
    /// assert_eq!(two.overflowing_mul(two), (Integer::from(4), false));
    /// assert_eq!(Integer::MAX.overflowing_mul(two), (Integer::from(-1), true));
    /// ```
    #[must_use]
    pub const fn overflowing_mul(self, other: Self) -> (Self, bool) {
        if let Some(product) = self.checked_mul(other) {
            return (product, false);
        }
        // The sign comes last: the range is symmetric, so the residue of -x is minus that of x.
        let signed = Self::new(self.negative != other.negative, 1);
        let (high, low) = widening_mul(self.magnitude, other.magnitude);
        // 2^129 is 1 here, so the bits from the 129th on are added to those below it.
        let (low, carry) = low.overflowing_add(high >> 1);
        let residue = match (high & 1) + carry as u128 {
            0 => Self::new(signed.negative, low),
            1 => signed.beyond(low),
            // 2^129 and a little more. `low` is less than what was added to it, 2^127.
            _ => Self::new(signed.negative, low + 1),
        };
        (residue, true)
    }

    /// `self` to the power of `exponent`, modulo 2^129 - 1, and whether that differs from the true
    /// power. To the power of 0 it is 1, for zero as well.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// let two = Integer::from(2);
    /// assert_eq!(two.overflowing_pow(10), (Integer::from(1024), false));
    /// assert_eq!(two.overflowing_pow(129), (Integer::from(1), true));
    /// ```
    #[must_use]
    pub const fn overflowing_pow(self, exponent: u32) -> (Self, bool) {
        let (mut square, mut power) = (self, Self::new(false, 1));
        let (mut rest, mut overflowed) = (exponent, false);
        loop {
            let over;
            if rest & 1 == 1 {
                (power, over) = power.overflowing_mul(square);
                overflowed |= over;
            }
            rest >>= 1;
            if rest == 0 {
                return (power, overflowed);
            }
            // This square is a factor of the power, so if it is out of range, so is the power.
            let over;
            (square, over) = square.overflowing_mul(square);
            overflowed |= over;
        }
    }

    /// The sum, modulo 2^129 - 1: `MAX + 1` is `MIN`.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::MAX.wrapping_add(Integer::from(1)), Integer::MIN);
    /// assert_eq!(Integer::MAX.wrapping_add(Integer::MAX), Integer::from(-1));
    /// ```
    #[must_use]
    pub const fn wrapping_add(self, other: Self) -> Self {
        self.overflowing_add(other).0
    }

    /// The difference, modulo 2^129 - 1: `MIN - 1` is `MAX`.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::MIN.wrapping_sub(Integer::from(1)), Integer::MAX);
    /// ```
    #[must_use]
    pub const fn wrapping_sub(self, other: Self) -> Self {
        self.overflowing_sub(other).0
    }

    /// The product, modulo 2^129 - 1.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::MAX.wrapping_mul(Integer::from(2)), Integer::from(-1));
    /// // 2^100 * 2^100 is 2^200, and so 2^71, since 2^129 is 1.
    /// let power = |exponent| Integer::from(1u128 << exponent);
    /// assert_eq!(power(100).wrapping_mul(power(100)), power(71));
    /// ```
    #[must_use]
    pub const fn wrapping_mul(self, other: Self) -> Self {
        self.overflowing_mul(other).0
    }

    /// `-self`, for `const` contexts too. It never wraps: the range is symmetric.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// const MINUS_FIVE: Integer = Integer::new(false, 5).wrapping_neg();
    /// assert_eq!(MINUS_FIVE, Integer::from(-5));
    /// assert_eq!(Integer::MIN.wrapping_neg(), Integer::MAX);
    /// ```
    #[must_use]
    pub const fn wrapping_neg(self) -> Self {
        Self::new(!self.negative, self.magnitude)
    }

    /// `self` to the power of `exponent`, modulo 2^129 - 1.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::from(-2).wrapping_pow(129), Integer::from(-1));
    /// ```
    #[must_use]
    pub const fn wrapping_pow(self, exponent: u32) -> Self {
        self.overflowing_pow(exponent).0
    }

    /// The sum, or the end of the range that it is beyond.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::MAX.saturating_add(Integer::from(1)), Integer::MAX);
    /// assert_eq!(Integer::MIN.saturating_add(Integer::from(-1)), Integer::MIN);
    /// ```
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        match self.checked_add(other) {
            Some(sum) => sum,
            None => Self::end(self.negative),
        }
    }

    /// The difference, or the end of the range that it is beyond.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::MIN.saturating_sub(Integer::from(1)), Integer::MIN);
    /// assert_eq!(Integer::from(1).saturating_sub(Integer::from(2)), Integer::from(-1));
    /// ```
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        self.saturating_add(other.wrapping_neg())
    }

    /// The product, or the end of the range that it is beyond.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::MAX.saturating_mul(Integer::from(-2)), Integer::MIN);
    /// ```
    #[must_use]
    pub const fn saturating_mul(self, other: Self) -> Self {
        match self.checked_mul(other) {
            Some(product) => product,
            None => Self::end(self.negative != other.negative),
        }
    }

    /// `self` to the power of `exponent`, or the end of the range that it is beyond.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::from(-10).saturating_pow(38).to_string().len(), 39);
    /// assert_eq!(Integer::from(-10).saturating_pow(39), Integer::MIN);
    /// ```
    #[must_use]
    pub const fn saturating_pow(self, exponent: u32) -> Self {
        match self.checked_pow(exponent) {
            Some(power) => power,
            None => Self::end(self.negative && exponent % 2 == 1),
        }
    }

    /// The residue of what is as far from zero as 2^128 and `more`, on the side of `self`.
    ///
    /// 2^128 + more - (2^129 - 1) is more - (2^128 - 1): on the other side, as far from its end as
    /// `more` says.
    const fn beyond(self, more: u128) -> Self {
        Self::new(!self.negative, u128::MAX - more)
    }

    /// [`MIN`](Self::MIN) or [`MAX`](Self::MAX).
    const fn end(negative: bool) -> Self {
        Self::new(negative, u128::MAX)
    }
}

/// The exact product: its upper and its lower half.
///
/// By hand, in digits of 64 bits. No sum overflows: a product of two digits is at most
/// (2^64 - 1)^2, which leaves room for two more digits.
const fn widening_mul(a: u128, b: u128) -> (u128, u128) {
    const DIGIT: u128 = u64::MAX as u128;

    let (a_high, a_low) = (a >> 64, a & DIGIT);
    let (b_high, b_low) = (b >> 64, b & DIGIT);
    let low = a_low * b_low;
    let middle = a_high * b_low + (low >> 64);
    let second_middle = a_low * b_high + (middle & DIGIT);
    let high = a_high * b_high + (middle >> 64) + (second_middle >> 64);
    (high, (second_middle << 64) | (low & DIGIT))
}
