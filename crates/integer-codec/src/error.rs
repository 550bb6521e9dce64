//! What can go wrong, with the place where it did.

use core::error::Error;
use core::fmt;

/// Why a value could not be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncodeError {
    /// The buffer is shorter than the encoding. Nothing was written.
    BufferTooSmall {
        /// The length of the encoding.
        needed: usize,
        /// The length of the buffer.
        available: usize,
    },
    /// No form of the format has so many bytes as were asked for.
    LengthOutOfRange {
        /// The length that was asked for.
        len: usize,
        /// The length of the longest form. The shortest has one byte.
        longest: usize,
    },
    /// The value has no encoding of the kind that was asked for. Only
    /// [`Integer`](crate::Integer), which holds more than any one type, can meet this.
    OutOfRange {
        /// The widest type of that kind, `"u128"` or `"i128"`.
        target: &'static str,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BufferTooSmall { needed, available } => {
                write!(f, "the encoding takes {needed} bytes, the buffer has {available}")
            }
            Self::LengthOutOfRange { len, longest } => {
                write!(f, "no encoding has {len} bytes: the shortest has 1, the longest {longest}")
            }
            Self::OutOfRange { target } => write!(f, "the value is out of range for {target}"),
        }
    }
}

impl Error for EncodeError {}

/// Why bytes could not be decoded.
///
/// An offset counts from the start of the slice that was given to `decode`; [`at`](Self::at) moves
/// it when that slice was part of a longer input. If several reasons hold, the first of the list
/// below is given.
///
/// ```
/// use integer_codec::{DecodeError, VarInt};
///
/// // 241 says that two bytes follow.
/// assert_eq!(
///     u64::decode(&[241, 232]),
///     Err(DecodeError::UnexpectedEnd { offset: 2, missing: 1 }),
/// );
/// assert_eq!(
///     u64::decode(&[241, 232, 0]), // 232 takes one byte
///     Err(DecodeError::Overlong { offset: 2, len: 3, shortest: 1 }),
/// );
/// assert_eq!(
///     u8::decode(&[241, 232, 3]), // 1000
///     Err(DecodeError::OutOfRange { offset: 0, target: "u8" }),
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeError {
    /// The input ends inside a value, or before it.
    UnexpectedEnd {
        /// Where the first missing byte should be: the length of the input.
        offset: usize,
        /// How many bytes are missing. For an empty input it is 1: the first byte says the rest.
        ///
        /// For a block and in the format [`ordered`](crate::ordered) it is a lower bound: what is
        /// there need not say how long the whole is. With so many bytes more the answer may be this
        /// error again.
        missing: usize,
    },
    /// The value has a shorter encoding.
    Overlong {
        /// The byte that shows it: the most significant one, which is 0 or would have fitted into
        /// the first byte.
        offset: usize,
        /// The length of the encoding.
        len: usize,
        /// The length of the one encoding that would be accepted.
        shortest: usize,
    },
    /// The value does not fit the target type.
    OutOfRange {
        /// The value's first byte.
        offset: usize,
        /// The target type's name.
        target: &'static str,
    },
    /// A byte in the place of a marker has no meaning. In [`wide`](crate::wide) and
    /// [`narrow`](crate::narrow) every byte has one, so only the other formats can meet this.
    ReservedMarker {
        /// The marker.
        offset: usize,
        /// What was found there.
        marker: u8,
    },
    /// The values of a block do not fit in memory.
    TooLarge {
        /// Where their count is.
        offset: usize,
        /// The count.
        count: usize,
    },
    /// The block begins with another byte than blocks of this type do: it holds another type, or
    /// it is no block.
    WrongTag {
        /// The block's first byte.
        offset: usize,
        /// What was found there.
        found: u8,
        /// What a block of the target type has there.
        expected: u8,
    },
    /// Two parts of a block contradict each other.
    Inconsistent {
        /// The part that is wrong, if the other is right.
        offset: usize,
        /// The contradiction.
        what: &'static str,
    },
    /// The checksum of a block is not that of its bytes: they were changed.
    Checksum {
        /// Where the checksum is.
        offset: usize,
        /// The checksum of the bytes as they are.
        expected: u32,
        /// The checksum that was found.
        found: u32,
    },
}

impl DecodeError {
    /// The offset of the byte that the error is about.
    #[must_use]
    pub const fn offset(&self) -> usize {
        match *self {
            Self::UnexpectedEnd { offset, .. }
            | Self::Overlong { offset, .. }
            | Self::OutOfRange { offset, .. }
            | Self::ReservedMarker { offset, .. }
            | Self::TooLarge { offset, .. }
            | Self::WrongTag { offset, .. }
            | Self::Inconsistent { offset, .. }
            | Self::Checksum { offset, .. } => offset,
        }
    }

    /// The same error about a value that starts at `start` of a longer input. The sum saturates.
    ///
    /// ```
    /// use integer_codec::VarInt;
    ///
    /// let input = [5, 241, 232, 0]; // 5, then an overlong 232
    /// let start = 1;
    /// let error = u64::decode(&input[start..]).unwrap_err().at(start);
    /// assert_eq!(error.offset(), 3);
    /// ```
    #[must_use]
    pub const fn at(self, start: usize) -> Self {
        match self {
            Self::UnexpectedEnd { offset, missing } => {
                Self::UnexpectedEnd { offset: offset.saturating_add(start), missing }
            }
            Self::Overlong { offset, len, shortest } => {
                Self::Overlong { offset: offset.saturating_add(start), len, shortest }
            }
            Self::OutOfRange { offset, target } => {
                Self::OutOfRange { offset: offset.saturating_add(start), target }
            }
            Self::ReservedMarker { offset, marker } => {
                Self::ReservedMarker { offset: offset.saturating_add(start), marker }
            }
            Self::TooLarge { offset, count } => {
                Self::TooLarge { offset: offset.saturating_add(start), count }
            }
            Self::WrongTag { offset, found, expected } => {
                Self::WrongTag { offset: offset.saturating_add(start), found, expected }
            }
            Self::Inconsistent { offset, what } => {
                Self::Inconsistent { offset: offset.saturating_add(start), what }
            }
            Self::Checksum { offset, expected, found } => {
                Self::Checksum { offset: offset.saturating_add(start), expected, found }
            }
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd { offset, missing } => {
                write!(f, "unexpected end at offset {offset}, bytes missing: {missing}")
            }
            Self::Overlong { offset, len, shortest } => write!(
                f,
                "overlong at offset {offset}: {len} bytes for a value that takes {shortest}"
            ),
            Self::OutOfRange { offset, target } => {
                write!(f, "the value at offset {offset} is out of range for {target}")
            }
            Self::ReservedMarker { offset, marker } => {
                write!(f, "the marker {marker} at offset {offset} is reserved")
            }
            Self::TooLarge { offset, count } => {
                write!(
                    f,
                    "the {count} values that the block at offset {offset} has do not fit in memory"
                )
            }
            Self::WrongTag { offset, found, expected } => write!(
                f,
                "no block of this type at offset {offset}: it begins with {found:#04x}, not {expected:#04x}"
            ),
            Self::Inconsistent { offset, what } => {
                write!(f, "inconsistent at offset {offset}: {what}")
            }
            Self::Checksum { offset, expected, found } => write!(
                f,
                "the checksum at offset {offset} is {found:#010x}, of the bytes as they are {expected:#010x}"
            ),
        }
    }
}

impl Error for DecodeError {}
