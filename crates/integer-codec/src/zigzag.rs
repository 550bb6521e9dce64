//! Signed values as unsigned ones, so that small stays small: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.
//!
//! Two's complement fills a negative number with ones up to the width of its type, so -1 would be
//! the longest value of all. Zigzag moves the sign to the lowest bit: `n` becomes `2n`, and `-n`
//! becomes `2n - 1`. The result depends on the value alone, not on the type that held it.
//!
//! The name, and the trick with the arithmetic shift, are known from Protocol Buffers (Google,
//! 2008).
//!
//! ```
//! use integer_codec::zigzag;
//!
//! assert_eq!([0, -1, 1, -2, 2].map(zigzag::encode_i64), [0, 1, 2, 3, 4]);
//! assert_eq!(zigzag::encode_i64(i64::MIN), u64::MAX);
//! assert_eq!(zigzag::decode_i64(u64::MAX), i64::MIN);
//! ```

/// A signed value as an unsigned one.
#[must_use]
#[inline]
pub const fn encode_i64(value: i64) -> u64 {
    // The right shift copies the sign into every bit: all ones for a negative value, else none.
    ((value << 1) ^ (value >> 63)) as u64
}

/// The value that [`encode_i64`] made this from. Every `u64` is one.
#[must_use]
#[inline]
pub const fn decode_i64(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// A signed value as an unsigned one.
#[must_use]
#[inline]
pub const fn encode_i128(value: i128) -> u128 {
    ((value << 1) ^ (value >> 127)) as u128
}

/// The value that [`encode_i128`] made this from. Every `u128` is one.
#[must_use]
#[inline]
pub const fn decode_i128(value: u128) -> i128 {
    (value >> 1) as i128 ^ -((value & 1) as i128)
}
