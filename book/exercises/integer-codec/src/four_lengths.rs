//! Exercise 3: four lengths.
//!
//! 0..=251 are one byte. 252, 253, 254 and 255 are markers: the value is in the 1, 2, 4 or 8 bytes
//! that follow, least significant first.

/// The shortest encoding of `value`.
#[must_use]
pub fn encode(value: u64) -> Vec<u8> {
    todo!("encode {value}")
}

/// The first value of `bytes` and its length; `None` if `bytes` do not begin with the shortest
/// encoding of a value.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<(u64, usize)> {
    todo!("decode a value from {} bytes", bytes.len())
}
