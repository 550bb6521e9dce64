//! From each integer type and back, and from floating point.

use core::error::Error;
use core::fmt;

use super::Integer;

/// A value that its target type cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OutOfRangeError {
    /// The value.
    pub value: Integer,
    /// The target type's name.
    pub target: &'static str,
}

impl fmt::Display for OutOfRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is out of range for {}", self.value, self.target)
    }
}

impl Error for OutOfRangeError {}

macro_rules! unsigned {
    ($($int:ident)*) => {$(
        impl From<$int> for Integer {
            #[inline]
            fn from(value: $int) -> Self {
                Self::new(false, value as u128)
            }
        }

        impl TryFrom<Integer> for $int {
            type Error = OutOfRangeError;

            #[inline]
            fn try_from(value: Integer) -> Result<Self, OutOfRangeError> {
                match value.magnitude.try_into() {
                    Ok(int) if !value.negative => Ok(int),
                    _ => Err(OutOfRangeError { value, target: stringify!($int) }),
                }
            }
        }
    )*};
}

macro_rules! signed {
    ($($int:ident)*) => {$(
        impl From<$int> for Integer {
            #[inline]
            fn from(value: $int) -> Self {
                Self::new(value < 0, value.unsigned_abs() as u128)
            }
        }

        impl TryFrom<Integer> for $int {
            type Error = OutOfRangeError;

            #[inline]
            fn try_from(value: Integer) -> Result<Self, OutOfRangeError> {
                // 0 plus or minus the magnitude, which may be one more below than above.
                let int = value.magnitude.try_into().ok().and_then(|magnitude| {
                    if value.negative {
                        (0 as $int).checked_sub_unsigned(magnitude)
                    } else {
                        (0 as $int).checked_add_unsigned(magnitude)
                    }
                });
                int.ok_or(OutOfRangeError { value, target: stringify!($int) })
            }
        }
    )*};
}

unsigned!(u8 u16 u32 u64 u128 usize);
signed!(i8 i16 i32 i64 i128 isize);

/// Why a floating-point number is no [`Integer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FromFloatError {
    /// It is not a number.
    NotANumber,
    /// It is beyond [`Integer::MIN`] or [`Integer::MAX`], or infinite.
    OutOfRange,
    /// It has a fractional part.
    Fraction,
}

impl fmt::Display for FromFloatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "not a number",
            Self::OutOfRange => "out of the range of an integer",
            Self::Fraction => "not a whole number",
        })
    }
}

impl Error for FromFloatError {}

/// Exact, or an error. A float is one whole number: `1e23` is 99999999999999991611392.
///
/// ```
/// use integer_codec::Integer;
/// use integer_codec::integer::FromFloatError;
///
/// assert_eq!(Integer::try_from(-5.0), Ok(Integer::from(-5)));
/// assert_eq!(Integer::try_from(5.5), Err(FromFloatError::Fraction));
/// ```
impl TryFrom<f64> for Integer {
    type Error = FromFloatError;

    fn try_from(value: f64) -> Result<Self, FromFloatError> {
        const TWO_TO_THE_128: f64 = 2.0 * (1u128 << 127) as f64;

        if value.is_nan() {
            return Err(FromFloatError::NotANumber);
        }
        if value.abs() >= TWO_TO_THE_128 {
            return Err(FromFloatError::OutOfRange);
        }
        // Below the bound the cast only drops the fraction.
        let magnitude = value.abs() as u128;
        if magnitude as f64 != value.abs() {
            return Err(FromFloatError::Fraction);
        }
        Ok(Self::new(value < 0.0, magnitude))
    }
}

/// Exact, or an error.
impl TryFrom<f32> for Integer {
    type Error = FromFloatError;

    fn try_from(value: f32) -> Result<Self, FromFloatError> {
        Self::try_from(f64::from(value))
    }
}
