//! From text.

use core::error::Error;
use core::fmt;
use core::str::FromStr;

use super::Integer;

/// Why a text is no [`Integer`]. An offset counts bytes from the start of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseIntegerError {
    /// A digit was expected, and the text ends.
    UnexpectedEnd {
        /// The length of the text.
        offset: usize,
    },
    /// This is no digit of the radix.
    InvalidDigit {
        /// Where it is.
        offset: usize,
        /// What it is.
        found: char,
        /// The radix that the prefix names: 16, 8, 2, or 10 without one.
        radix: u32,
    },
    /// An underscore that is not between two digits.
    MisplacedUnderscore {
        /// Where it is.
        offset: usize,
    },
    /// With this digit the value leaves the range of [`Integer`].
    OutOfRange {
        /// Where the digit is.
        offset: usize,
    },
}

impl fmt::Display for ParseIntegerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd { offset } => {
                write!(f, "the text ends at offset {offset}, where a digit should be")
            }
            Self::InvalidDigit { offset, found, radix } => {
                write!(f, "{found:?} at offset {offset} is not a digit in base {radix}")
            }
            Self::MisplacedUnderscore { offset } => {
                write!(f, "the underscore at offset {offset} is not between two digits")
            }
            Self::OutOfRange { offset } => {
                write!(f, "the value is out of range from offset {offset} on")
            }
        }
    }
}

impl Error for ParseIntegerError {}

/// An optional `+` or `-`; then an optional `0x`, `0o` or `0b`; then ASCII digits, of any number.
/// An underscore may stand between two digits. `-0` is 0.
///
/// # Errors
///
/// [`ParseIntegerError`] about the first place at which the text cannot go on.
///
/// ```
/// use integer_codec::Integer;
///
/// let parse = str::parse::<Integer>;
/// assert_eq!(parse("-1_000"), Ok(Integer::from(-1000)));
/// assert_eq!(parse("+0xFf"), Ok(Integer::from(255)));
/// assert_eq!(parse("0b101"), parse("0o5"));
/// assert!(parse("").is_err() && parse("0x").is_err() && parse("1__0").is_err());
/// ```
impl FromStr for Integer {
    type Err = ParseIntegerError;

    fn from_str(text: &str) -> Result<Self, ParseIntegerError> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (radix, digits) = match unsigned.get(..2) {
            Some("0x") => (16, &unsigned[2..]),
            Some("0o") => (8, &unsigned[2..]),
            Some("0b") => (2, &unsigned[2..]),
            _ => (10, unsigned),
        };
        let start = text.len() - digits.len();

        let mut magnitude = 0u128;
        let mut after_digit = false;
        for (index, found) in digits.char_indices() {
            let offset = start + index;
            if found == '_' && after_digit {
                after_digit = false;
                continue;
            }
            let Some(digit) = found.to_digit(radix) else {
                return Err(match found {
                    '_' => ParseIntegerError::MisplacedUnderscore { offset },
                    _ => ParseIntegerError::InvalidDigit { offset, found, radix },
                });
            };
            magnitude = magnitude
                .checked_mul(u128::from(radix))
                .and_then(|shifted| shifted.checked_add(u128::from(digit)))
                .ok_or(ParseIntegerError::OutOfRange { offset })?;
            after_digit = true;
        }
        if after_digit {
            Ok(Self::new(negative, magnitude))
        } else if digits.ends_with('_') {
            Err(ParseIntegerError::MisplacedUnderscore { offset: text.len() - 1 })
        } else {
            Err(ParseIntegerError::UnexpectedEnd { offset: text.len() })
        }
    }
}
