//! The default format: every type, values up to 2^128 - 1.
//!
//! A first byte of 0..=239 is the value. A first byte of `239 + n`, n = 1..=16, is a marker: the
//! value is in the n bytes after it, least significant first. [`VarInt`](crate::VarInt) on a plain
//! integer is this format; the functions here do the same in `const` context.
//!
//! ```
//! use integer_codec::wide;
//!
//! const THOUSAND: ([u8; 9], usize) = wide::encode_u64(1000);
//! assert_eq!(THOUSAND, ([241, 232, 3, 0, 0, 0, 0, 0, 0], 3));
//! assert_eq!(wide::decode_u64(&[241, 232, 3]), Ok((1000, 3)));
//! ```

use crate::{DecodeError, scalar};

/// The largest value that is its own encoding.
pub const LIMIT: u8 = 239;

/// The length of the longest encoding, that of a `u128` of 2^120 or more.
pub const MAX_LEN: usize = 17;

/// The encoding, at the start of the array, and its length. The bytes after it are 0.
///
/// No encoding of a `u64` is longer than 9 bytes.
#[must_use]
#[inline]
pub const fn encode_u64(value: u64) -> ([u8; 9], usize) {
    scalar::encode_u64::<LIMIT>(value)
}

/// The encoding, at the start of the array, and its length. The bytes after it are 0.
///
/// ```
/// use integer_codec::wide;
///
/// let (bytes, len) = wide::encode_u128(u128::MAX);
/// assert_eq!((bytes, len), ([0xff; 17], 17));
/// ```
#[must_use]
#[inline]
pub const fn encode_u128(value: u128) -> ([u8; 17], usize) {
    scalar::encode_u128::<LIMIT>(value)
}

/// The first value of `bytes` and the number of bytes that it took.
///
/// # Errors
///
/// As [`VarInt::decode`](crate::VarInt::decode).
///
/// ```
/// use integer_codec::{DecodeError, wide};
///
/// const FIRST: Result<(u64, usize), DecodeError> = wide::decode_u64(&[240, 255, 7]);
/// assert_eq!(FIRST, Ok((255, 2)));
/// ```
#[inline]
pub const fn decode_u64(bytes: &[u8]) -> Result<(u64, usize), DecodeError> {
    scalar::decode_u64::<LIMIT>(bytes, "u64")
}

/// The first value of `bytes` and the number of bytes that it took.
///
/// # Errors
///
/// As [`VarInt::decode`](crate::VarInt::decode), but never `OutOfRange`.
#[inline]
pub const fn decode_u128(bytes: &[u8]) -> Result<(u128, usize), DecodeError> {
    scalar::decode_u128::<LIMIT>(bytes, "u128")
}
