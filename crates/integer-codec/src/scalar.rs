//! One value at a time: the arithmetic that both formats share.
//!
//! `LIMIT` is the largest value that is its own first byte. The markers above it go on to 255, so
//! the longest payload has `255 - LIMIT` bytes.

use crate::DecodeError;

/// How many bytes follow the first one.
#[inline]
pub(crate) const fn payload_len<const LIMIT: u8>(value: u128) -> usize {
    if value <= LIMIT as u128 {
        return 0;
    }
    (u128::BITS - value.leading_zeros()).div_ceil(8) as usize
}

/// The same for what fits in one register.
#[inline]
const fn payload_len_u64<const LIMIT: u8>(value: u64) -> usize {
    if value <= LIMIT as u64 {
        return 0;
    }
    (u64::BITS - value.leading_zeros()).div_ceil(8) as usize
}

/// The encoding and its length. The bytes after it are 0.
#[inline]
pub(crate) const fn encode_u64<const LIMIT: u8>(value: u64) -> ([u8; 9], usize) {
    let n = payload_len_u64::<LIMIT>(value);
    if n == 0 {
        return ([value as u8, 0, 0, 0, 0, 0, 0, 0, 0], 1);
    }
    let [a, b, c, d, e, f, g, h] = value.to_le_bytes();
    ([LIMIT + n as u8, a, b, c, d, e, f, g, h], 1 + n)
}

/// The encoding and its length. The bytes after it are 0.
#[inline]
pub(crate) const fn encode_u128<const LIMIT: u8>(value: u128) -> ([u8; 17], usize) {
    let mut bytes = [0; 17];
    let n = payload_len::<LIMIT>(value);
    if n == 0 {
        bytes[0] = value as u8;
        return (bytes, 1);
    }
    bytes[0] = LIMIT + n as u8;
    let (_, payload) = bytes.split_at_mut(1);
    payload.copy_from_slice(&value.to_le_bytes());
    (bytes, 1 + n)
}

// ANCHOR: decode
/// The first value of `bytes` and its length. `target` is the type to name in an error.
#[inline]
pub(crate) const fn decode_u64<const LIMIT: u8>(
    bytes: &[u8],
    target: &'static str,
) -> Result<(u64, usize), DecodeError> {
    let (n, payload) = match split::<LIMIT>(bytes) {
        Ok(First::Value(value)) => return Ok((value as u64, 1)),
        Ok(First::Marker(n, payload)) => (n, payload),
        Err(error) => return Err(error),
    };
    if n > 8 {
        // More than a u64 holds, unless the upper bytes are 0; the error has to say which.
        return match decode_u128::<LIMIT>(bytes) {
            Ok(_) => Err(DecodeError::OutOfRange { offset: 0, target }),
            Err(error) => Err(error),
        };
    }
    let value = load_u64(payload, n);
    let shortest = payload_len_u64::<LIMIT>(value);
    if shortest != n {
        return Err(overlong(n, shortest));
    }
    Ok((value, 1 + n))
}
// ANCHOR_END: decode

/// The first value of `bytes` and its length. No target is wider, so none can be too narrow.
#[inline]
pub(crate) const fn decode_u128<const LIMIT: u8>(
    bytes: &[u8],
) -> Result<(u128, usize), DecodeError> {
    let (n, payload) = match split::<LIMIT>(bytes) {
        Ok(First::Value(value)) => return Ok((value as u128, 1)),
        Ok(First::Marker(n, payload)) => (n, payload),
        Err(error) => return Err(error),
    };
    let value = load_u128(payload, n);
    let shortest = payload_len::<LIMIT>(value);
    if shortest != n {
        return Err(overlong(n, shortest));
    }
    Ok((value, 1 + n))
}

/// What a first byte says.
enum First<'a> {
    /// It is the value.
    Value(u8),
    /// So many bytes of value follow: at the start of this slice, which has at least as many.
    Marker(usize, &'a [u8]),
}

#[inline]
const fn split<const LIMIT: u8>(bytes: &[u8]) -> Result<First<'_>, DecodeError> {
    let Some((&first, payload)) = bytes.split_first() else {
        return Err(DecodeError::UnexpectedEnd { offset: 0, missing: 1 });
    };
    if first <= LIMIT {
        return Ok(First::Value(first));
    }
    let n = (first - LIMIT) as usize;
    if payload.len() < n {
        let missing = n - payload.len();
        return Err(DecodeError::UnexpectedEnd { offset: bytes.len(), missing });
    }
    Ok(First::Marker(n, payload))
}

#[cold]
const fn overlong(n: usize, shortest: usize) -> DecodeError {
    DecodeError::Overlong { offset: n, len: 1 + n, shortest: 1 + shortest }
}

// ANCHOR: load
/// The first `n` bytes of the payload, least significant first; n is 1..=8.
#[inline]
const fn load_u64(payload: &[u8], n: usize) -> u64 {
    // With eight bytes to read, one load and a mask do for every length.
    if let Some(chunk) = payload.first_chunk() {
        return u64::from_le_bytes(*chunk) & (u64::MAX >> (64 - 8 * n));
    }
    let mut value = 0;
    let mut i = 0;
    while i < n {
        value |= (payload[i] as u64) << (8 * i);
        i += 1;
    }
    value
}
// ANCHOR_END: load

/// The first `n` bytes of the payload, least significant first; n is 1..=16.
#[inline]
const fn load_u128(payload: &[u8], n: usize) -> u128 {
    if let Some(chunk) = payload.first_chunk() {
        return u128::from_le_bytes(*chunk) & (u128::MAX >> (128 - 8 * n));
    }
    let mut value = 0;
    let mut i = 0;
    while i < n {
        value |= (payload[i] as u128) << (8 * i);
        i += 1;
    }
    value
}
