//! What can be wrong with bytes.

use core::fmt;

use crate::check::Invalid;

/// Why bytes are no value, or no slice of values, of the type that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// There are more or fewer bytes than the type has.
    Size {
        /// The size of the type, in bytes.
        expected: usize,
        /// How many bytes there are.
        found: usize,
    },
    /// The bytes begin at an address that the type may not have.
    Alignment {
        /// The alignment of the type, in bytes.
        expected: usize,
        /// The largest power of two that divides the address.
        found: usize,
    },
    /// The bytes are not a whole number of elements.
    Remainder {
        /// The size of one element, in bytes.
        element: usize,
        /// How many bytes there are.
        found: usize,
    },
    /// The elements have no size, so the bytes do not say how many there are.
    ZeroSized,
    /// The bytes are no value of the type.
    Invalid(Invalid),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Size { expected, found } => {
                write!(f, "the type has {expected} bytes, and there are {found}")
            }
            Self::Alignment { expected, found } => write!(
                f,
                "the type needs an address that is a multiple of {expected}, and this one is a \
                 multiple of {found} only"
            ),
            Self::Remainder { element, found } => write!(
                f,
                "{found} bytes are no whole number of elements of {element} bytes: {} are left over",
                found.checked_rem(element).unwrap_or(0)
            ),
            Self::Invalid(invalid) => invalid.fmt(f),
            Self::ZeroSized => {
                f.write_str("the elements have no size: the bytes do not say how many there are")
            }
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Invalid(invalid) => Some(invalid),
            _ => None,
        }
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}
