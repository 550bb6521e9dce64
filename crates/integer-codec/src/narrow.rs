//! The format for types of up to 64 bits: eight more values fit in one byte.
//!
//! A first byte of 0..=247 is the value. A first byte of `247 + n`, n = 1..=8, is a marker: the
//! value is in the n bytes after it, least significant first. [`Narrow`] puts an integer into this
//! format; the functions here do the same for a `u64` in `const` context.
//!
//! Prefer the default format unless those eight values matter: data in this one can never be
//! widened to 128 bits, and the bytes do not say which format they are in.
//!
//! ```
//! use integer_codec::narrow;
//!
//! const LENGTH: ([u8; 9], usize) = narrow::encode_u64(247);
//! assert_eq!(LENGTH, ([247, 0, 0, 0, 0, 0, 0, 0, 0], 1));
//! assert_eq!(narrow::decode_u64(&[249, 232, 3]), Ok((1000, 3)));
//! ```

use core::fmt;

use crate::{DecodeError, scalar};

/// The largest value that is its own encoding.
pub const LIMIT: u8 = 247;

/// The length of the longest encoding, that of a `u64` of 2^56 or more.
pub const MAX_LEN: usize = 9;

/// The encoding, at the start of the array, and its length. The bytes after it are 0.
#[must_use]
#[inline]
pub const fn encode_u64(value: u64) -> ([u8; 9], usize) {
    scalar::encode_u64::<LIMIT>(value)
}

/// The first value of `bytes` and the number of bytes that it took.
///
/// # Errors
///
/// As [`VarInt::decode`](crate::VarInt::decode), but never `OutOfRange`.
#[inline]
pub const fn decode_u64(bytes: &[u8]) -> Result<(u64, usize), DecodeError> {
    scalar::decode_u64::<LIMIT>(bytes, "u64")
}

/// An integer of up to 64 bits, encoded in this format instead of the default one.
///
/// It is a [`VarInt`](crate::VarInt) for each integer type but `u128` and `i128`. `From` makes it
/// of an integer, and it is displayed as that.
///
/// ```
/// use integer_codec::{Narrow, VarInt};
///
/// let mut buffer = [0; 9];
/// assert_eq!(Narrow(247u32).encode(&mut buffer), Ok(1));
/// assert_eq!(247u32.encode(&mut buffer), Ok(2));
///
/// let (Narrow(value), used) = Narrow::<u32>::decode(&[249, 232, 3])?;
/// assert_eq!((value, used), (1000, 3));
/// # Ok::<(), integer_codec::DecodeError>(())
/// ```
///
/// ```compile_fail,E0277
/// use integer_codec::{Narrow, VarInt};
///
/// fn length<T: VarInt>(value: T) -> usize {
///     value.encoded_len()
/// }
/// length(Narrow(1u128)); // 128 bits do not fit this format
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Narrow<T>(
    /// The integer.
    pub T,
);

/// The integer, to be encoded in this format.
impl<T> From<T> for Narrow<T> {
    #[inline]
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// As the integer inside, with its width and flags.
impl<T: fmt::Display> fmt::Display for Narrow<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
