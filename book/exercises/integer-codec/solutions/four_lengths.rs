//! Exercise 3: four lengths. A solution.
//!
//! 0..=251 are one byte. 252, 253, 254 and 255 are markers: the value is in the 1, 2, 4 or 8 bytes
//! that follow, least significant first.

const LIMIT: u8 = 251;

/// The marker of the shortest form of a value above the limit, and the number of bytes after it.
fn shortest(value: u64) -> (u8, usize) {
    match value {
        0..=0xff => (252, 1),
        0x100..=0xffff => (253, 2),
        0x1_0000..=0xffff_ffff => (254, 4),
        _ => (255, 8),
    }
}

/// The shortest encoding of `value`.
#[must_use]
pub fn encode(value: u64) -> Vec<u8> {
    if value <= LIMIT.into() {
        return vec![value as u8];
    }
    let (marker, len) = shortest(value);
    let mut bytes = vec![marker];
    bytes.extend_from_slice(&value.to_le_bytes()[..len]);
    bytes
}

/// The first value of `bytes` and its length; `None` if `bytes` do not begin with the shortest
/// encoding of a value.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<(u64, usize)> {
    let (&first, rest) = bytes.split_first()?;
    if first <= LIMIT {
        return Some((first.into(), 1));
    }
    let len = 1 << (first - LIMIT - 1);
    let mut payload = [0; 8];
    payload[..len].copy_from_slice(rest.get(..len)?);
    let value = u64::from_le_bytes(payload);
    // Not "is the last byte 0?": 65,536 has one in its shortest form.
    let strict = value > LIMIT.into() && shortest(value) == (first, len);
    strict.then_some((value, 1 + len))
}
