//! The arithmetic of the ordered format, for unsigned and signed values at once.
//!
//! `SIGN` is the number of bits that the sign takes: 0 or 1. The *magnitude* `m` of a value `v` is
//! `v`, or `!v` if it is negative; the code of a negative value is that of its magnitude with every
//! bit inverted. `flip` is what each byte is xored with: all ones for a negative value, else 0.

use crate::scalar::Fault;

/// The tables for one `SIGN`.
struct Table<const SIGN: u32>;

impl<const SIGN: u32> Table<SIGN> {
    /// How many magnitudes have fewer than `extra` bytes after the first one. It ends at 8; sixteen
    /// places let a mask stand for the check of the index.
    const BEFORE: [u64; 16] = {
        let mut before = [u64::MAX; 16];
        before[0] = 0;
        let mut extra = 1;
        while extra < 9 {
            before[extra] = before[extra - 1] + (1 << (7 * extra as u32 - SIGN));
            extra += 1;
        }
        before
    };
    /// The largest magnitude of 64 bits.
    const MAX: u64 = u64::MAX >> SIGN;
    /// What follows a first byte of ones for that magnitude, without the sign's place.
    const MAX_PAYLOAD: u64 = Self::MAX - Self::BEFORE[8];
    /// The fewest bytes that a magnitude beyond it takes.
    const LARGE: usize = 9 - SIGN as usize;
    /// The sign bit of a value that is not negative, where there is one.
    const PREFIX: u8 = !(u8::MAX >> SIGN);
}

/// How many bytes come after the first one, for a magnitude with a form of at most eight.
#[inline]
const fn extra_bytes<const SIGN: u32>(magnitude: u64) -> usize {
    let bit = u64::BITS - 1 - (magnitude | 1).leading_zeros();
    // A seventh, rounded down, for a bit of at most 57.
    let extra = (((bit + SIGN) * 37) >> 8 & 15) as usize;
    // At most one too many: the count of smaller magnitudes is just above that power of two. A
    // subtraction instead of a branch that nobody could guess.
    (extra - (magnitude < Table::<SIGN>::BEFORE[extra]) as usize) & 7
}

/// The code, if it is one byte.
#[inline]
pub(super) const fn one_byte<const SIGN: u32>(magnitude: u64, flip: u64) -> Option<u8> {
    if magnitude < Table::<SIGN>::BEFORE[1] {
        Some((Table::<SIGN>::PREFIX | magnitude as u8) ^ flip as u8)
    } else {
        None
    }
}

/// The code of a magnitude of 64 bits, and its length. The bytes after it are 0.
#[inline]
pub(super) const fn encode_small<const SIGN: u32>(magnitude: u64, flip: u64) -> ([u8; 9], usize) {
    let (head, last, len) = in_registers::<SIGN>(magnitude, flip);
    let [a, b, c, d, e, f, g, h] = head.to_be_bytes();
    ([a, b, c, d, e, f, g, h, last], len)
}

/// The same as the first eight bytes and the ninth. It becomes an array only at the end: one in
/// two shapes would go through memory, and wait for it.
#[inline]
const fn in_registers<const SIGN: u32>(magnitude: u64, flip: u64) -> (u64, u8, usize) {
    if magnitude >= Table::<SIGN>::BEFORE[8] {
        let payload = (magnitude - Table::<SIGN>::BEFORE[8]) | !Table::<SIGN>::MAX;
        return ((0xff << 56 | payload >> 8) ^ flip, (payload ^ flip) as u8, 9);
    }
    let extra = extra_bytes::<SIGN>(magnitude);
    let payload = magnitude - Table::<SIGN>::BEFORE[extra];
    let unused = 56 - 8 * extra as u32;
    // The sign, as many ones as bytes follow, a zero, the payload.
    let code = !(u64::MAX >> (SIGN + extra as u32)) | (payload << unused);
    (code ^ (flip & (u64::MAX << unused)), 0, 1 + extra)
}

/// The code of any magnitude, and its length. The bytes after it are 0.
#[inline]
pub(super) const fn encode<const SIGN: u32>(magnitude: u128, flip: u64) -> ([u8; 19], usize) {
    // The first three bytes and the sixteen after them.
    let (head, tail, len) = if magnitude <= Table::<SIGN>::MAX as u128 {
        let (head, last, len) = in_registers::<SIGN>(magnitude as u64, flip);
        ((head >> 40) as u32, (head as u128) << 88 | (last as u128) << 80, len)
    } else {
        let unused = magnitude.leading_zeros() / 8 * 8;
        let n = 16 - unused / 8;
        let flip_all = (flip as u128) << 64 | flip as u128;
        let tail = (magnitude << unused) ^ (flip_all & (u128::MAX << unused));
        ((0xffff << 8 | (128 + n)) ^ flip as u32, tail, 3 + n as usize)
    };
    let mut bytes = [0; 19];
    let [_, a, b, c] = head.to_be_bytes();
    (bytes[0], bytes[1], bytes[2]) = (a, b, c);
    let (_, rest) = bytes.split_at_mut(3);
    rest.copy_from_slice(&tail.to_be_bytes());
    (bytes, len)
}

/// A magnitude, what its bytes were xored with, and the length of its code.
pub(super) struct Decoded<T> {
    pub(super) magnitude: T,
    pub(super) flip: u64,
    pub(super) len: usize,
}

/// The first code of `bytes`, if it is one of the common ones; else [`decode`] has the answer.
///
/// `WIDTH` is a number of following bytes with a branch of its own. Where most values have it, the
/// processor guesses the length and need not wait for this first byte to find the next one.
#[inline]
pub(super) const fn decode_small<const SIGN: u32, const WIDTH: usize>(
    bytes: &[u8],
) -> Option<Decoded<u64>> {
    let Some(&first) = bytes.first() else { return None };
    let flip = if SIGN == 1 && first < 0x80 { u64::MAX } else { 0 };
    let first = first ^ flip as u8;
    if (first as u64) < Table::<SIGN>::PREFIX as u64 + Table::<SIGN>::BEFORE[1] {
        let magnitude = (first ^ Table::<SIGN>::PREFIX) as u64;
        return Some(Decoded { magnitude, flip, len: 1 });
    }
    let Some(chunk) = bytes.first_chunk::<9>() else { return None };
    // Two loads that overlap; taking the array apart would load byte by byte.
    let (Some(head), Some(tail)) = (chunk.first_chunk(), chunk.last_chunk()) else { return None };
    let head = u64::from_be_bytes(*head) ^ flip;
    let tail = u64::from_be_bytes(*tail) ^ flip;
    let extra = (first << SIGN).leading_ones() as usize;
    if WIDTH < 8 && extra == WIDTH {
        let magnitude = payload::<SIGN>(head, WIDTH);
        return Some(Decoded { magnitude, flip, len: 1 + WIDTH });
    }
    // The sign takes the place of the last of eight ones: it is the first bit of the next byte.
    if first == u8::MAX && (SIGN == 0 || tail > Table::<SIGN>::MAX) {
        let tail = tail & Table::<SIGN>::MAX;
        if tail > Table::<SIGN>::MAX_PAYLOAD {
            return None;
        }
        return Some(Decoded { magnitude: tail + Table::<SIGN>::BEFORE[8], flip, len: 9 });
    }
    let magnitude = payload::<SIGN>(head, extra);
    Some(Decoded { magnitude, flip, len: 1 + extra })
}

/// The first code of `bytes`, if it is one of more than 64 bits with a whole array to load; else
/// [`decode`] has the answer.
#[inline]
pub(super) const fn decode_long<const SIGN: u32>(bytes: &[u8]) -> Option<Decoded<u128>> {
    // In place: a copy of the nineteen bytes would go through memory, and wait for it.
    let Some((&[first, second, third], tail)) = bytes.split_first_chunk() else { return None };
    let Some(tail) = tail.first_chunk() else { return None };
    let flip = if SIGN == 1 && first < 0x80 { u64::MAX } else { 0 };
    let flip_byte = flip as u8;
    let n = (third ^ flip_byte).wrapping_sub(128) as usize;
    if first ^ flip_byte != u8::MAX || second != first || n < Table::<SIGN>::LARGE || n > 16 {
        return None;
    }
    let tail = u128::from_be_bytes(*tail) ^ ((flip as u128) << 64 | flip as u128);
    if n == 16 {
        // The full width has a branch of its own, as in `decode_small`.
        if tail >> 120 == 0 || tail > u128::MAX >> SIGN {
            return None;
        }
        return Some(Decoded { magnitude: tail, flip, len: 19 });
    }
    let magnitude = tail >> (128 - 8 * n);
    let shortest = tail >> 120 != 0 && magnitude > Table::<SIGN>::MAX as u128;
    if shortest { Some(Decoded { magnitude, flip, len: 3 + n }) } else { None }
}

/// The magnitude whose code starts this word and has `extra` bytes, 0..=7, after the first.
#[inline]
const fn payload<const SIGN: u32>(code: u64, extra: usize) -> u64 {
    let extra = extra & 7;
    let value = (code & (u64::MAX >> (SIGN + extra as u32))) >> (56 - 8 * extra);
    value + Table::<SIGN>::BEFORE[extra]
}

/// The first code of `bytes`, byte by byte, or what is wrong with it.
#[cold]
#[inline(never)]
pub(super) const fn decode<const SIGN: u32>(bytes: &[u8]) -> Result<Decoded<u128>, Fault> {
    let Some((&first, _)) = bytes.split_first() else {
        return Err(Fault::UnexpectedEnd { missing: 1 });
    };
    let flip = if SIGN == 1 && first < 0x80 { u64::MAX } else { 0 };
    let ones = ((first ^ flip as u8) << SIGN).leading_ones() as usize;
    let second = if bytes.len() > 1 { bytes[1] ^ flip as u8 } else { 0 };
    let extra = ones + (SIGN == 1 && ones == 7 && second >= 0x80) as usize;

    // What no magnitude of 64 bits has after the ones is the mark of the large ones.
    let third = if bytes.len() > 2 { bytes[2] ^ flip as u8 } else { 0 };
    if extra == 8 && second == u8::MAX && (SIGN == 0 || third >= 0x80) {
        return decode_large::<SIGN>(bytes, flip);
    }
    if bytes.len() < 1 + extra {
        return Err(Fault::UnexpectedEnd { missing: (1 + extra - bytes.len()) as u8 });
    }
    // A whole word, with what is not there as 0.
    let mut word = 0;
    let mut at = (extra == 8) as usize;
    let mut place = 64;
    while at <= extra {
        place -= 8;
        word |= ((bytes[at] ^ flip as u8) as u64) << place;
        at += 1;
    }
    if extra < 8 {
        let magnitude = payload::<SIGN>(word, extra) as u128;
        return Ok(Decoded { magnitude, flip, len: 1 + extra });
    }
    let word = word & Table::<SIGN>::MAX;
    if word > Table::<SIGN>::MAX_PAYLOAD {
        // The first byte that differs is the first that is too large.
        let same = (word ^ Table::<SIGN>::MAX_PAYLOAD).leading_zeros() as usize / 8;
        return Err(Fault::ReservedMarker { offset: 1 + same as u8, marker: bytes[1 + same] });
    }
    let magnitude = (word + Table::<SIGN>::BEFORE[8]) as u128;
    Ok(Decoded { magnitude, flip, len: 9 })
}

/// The same for a code that starts with the mark of a magnitude of more than 64 bits.
const fn decode_large<const SIGN: u32>(bytes: &[u8], flip: u64) -> Result<Decoded<u128>, Fault> {
    if bytes.len() < 3 {
        let shortest = 3 + Table::<SIGN>::LARGE;
        return Err(Fault::UnexpectedEnd { missing: (shortest - bytes.len()) as u8 });
    }
    let flip_byte = flip as u8;
    let n = (bytes[2] ^ flip_byte).wrapping_sub(128) as usize;
    if n < Table::<SIGN>::LARGE || n > 16 {
        return Err(Fault::ReservedMarker { offset: 2, marker: bytes[2] });
    }
    let len = 3 + n;
    if bytes.len() < len {
        return Err(Fault::UnexpectedEnd { missing: (len - bytes.len()) as u8 });
    }
    let mut magnitude = 0;
    let mut at = 3;
    while at < len {
        magnitude = magnitude << 8 | (bytes[at] ^ flip_byte) as u128;
        at += 1;
    }
    let (_, shortest) = encode::<SIGN>(magnitude, flip);
    if shortest != len {
        return Err(Fault::Overlong { offset: 3, len: len as u8, shortest: shortest as u8 });
    }
    if magnitude > u128::MAX >> SIGN {
        return Err(Fault::OutOfRange);
    }
    Ok(Decoded { magnitude, flip, len })
}
