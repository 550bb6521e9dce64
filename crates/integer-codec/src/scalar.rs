//! One value at a time: the arithmetic that both little-endian formats share.
//!
//! `LIMIT` is the largest value that is its own first byte. The markers above it go on to 255, so
//! the longest payload has `255 - LIMIT` bytes.
//!
//! There is one encoder and one decoder for each width. On the common path each has a branch for
//! the one-byte form, then one load or store of the whole width, whatever the length of the value.
//! Input that ends within that width, and input that is wrong, goes to [`slow`], out of line.

use crate::{DecodeError, EncodeError};

/// What is wrong with an encoding, small enough to be returned in a register. As long as the
/// common path hands out no address of its result, the compiler keeps that in registers too.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    UnexpectedEnd { missing: u8 },
    Overlong { offset: u8, len: u8, shortest: u8 },
    OutOfRange,
    ReservedMarker { offset: u8, marker: u8 },
}

impl Fault {
    /// The error for a caller whose input had `len` bytes and who wanted a `target`.
    #[inline]
    pub(crate) const fn explain(self, len: usize, target: &'static str) -> DecodeError {
        match self {
            Self::UnexpectedEnd { missing } => {
                DecodeError::UnexpectedEnd { offset: len, missing: missing as usize }
            }
            Self::Overlong { offset, len, shortest } => DecodeError::Overlong {
                offset: offset as usize,
                len: len as usize,
                shortest: shortest as usize,
            },
            Self::OutOfRange => DecodeError::OutOfRange { offset: 0, target },
            Self::ReservedMarker { offset, marker } => {
                DecodeError::ReservedMarker { offset: offset as usize, marker }
            }
        }
    }
}

/// How many bytes follow the first one.
#[inline]
pub(crate) const fn payload_len<const LIMIT: u8>(value: u128) -> usize {
    if value <= LIMIT as u128 {
        return 0;
    }
    bytes_of(value)
}

/// How many bytes the value takes, at least one.
#[inline]
const fn bytes_of(value: u128) -> usize {
    let (low, high) = (value as u64, (value >> 64) as u64);
    let (part, bytes) = if high == 0 { (low, 0) } else { (high, 8) };
    // `| 1` changes no result, but spares a check for 0 where the processor needs one.
    bytes + ((u64::BITS + 7 - (part | 1).leading_zeros()) / 8) as usize
}

/// The least value whose payload has `n` bytes, for each `n`.
struct Least<const LIMIT: u8>;

macro_rules! width {
    ($int:ident, $len:literal, $encode:ident, $encode_flat:ident, $decode:ident, $decode_lenient:ident, $LEAST:ident) => {
        impl<const LIMIT: u8> Least<LIMIT> {
            const $LEAST: [$int; $len] = {
                let mut least = [0; $len];
                let mut n = 1;
                while n < $len {
                    least[n] = if n == 1 { LIMIT as $int + 1 } else { 1 << (8 * (n - 1)) };
                    n += 1;
                }
                least
            };
        }

        /// The encoding and its length. The bytes after it are 0.
        #[inline]
        pub(crate) const fn $encode<const LIMIT: u8>(value: $int) -> ([u8; $len], usize) {
            let mut bytes = [0; $len];
            if value <= LIMIT as $int {
                bytes[0] = value as u8;
                return (bytes, 1);
            }
            let n = if $int::BITS <= 32 {
                // Comparisons are cheaper than a bit scan where the processor has an old one.
                let value = value as u32;
                1 + (value > 0xff) as usize
                    + (value > 0xffff) as usize
                    + (value > 0xff_ffff) as usize
            } else {
                bytes_of(value as u128)
            };
            bytes[0] = LIMIT + n as u8;
            let (_, payload) = bytes.split_at_mut(1);
            payload.copy_from_slice(&value.to_le_bytes());
            (bytes, 1 + n)
        }

        /// Write the encoding to the start of the place and return its length. There is no branch,
        /// so what comes next costs the same whatever came before; the bytes after the encoding
        /// get no meaning.
        #[inline(always)]
        pub(crate) fn $encode_flat<const LIMIT: u8>(value: $int, place: &mut [u8; $len]) -> usize {
            // 1 for a small value, which is then the first byte and has no payload.
            let n = bytes_of(value as u128);
            let small = value <= LIMIT as $int;
            let [first, payload @ ..] = place;
            *first = if small { value as u8 } else { LIMIT.wrapping_add(n as u8) };
            *payload = value.to_le_bytes();
            1 + n - small as usize
        }

        // ANCHOR: decode
        /// The first value of `bytes` and its length. `target` is the type to name in an error.
        #[inline]
        pub(crate) const fn $decode<const LIMIT: u8>(
            bytes: &[u8],
            target: &'static str,
        ) -> Result<($int, usize), DecodeError> {
            const WIDTH: usize = $len - 1;
            if let Some(&first) = bytes.first() {
                if first <= LIMIT {
                    return Ok((first as $int, 1));
                }
                // One load and a mask do for every length.
                if let Some(chunk) = bytes.first_chunk::<$len>() {
                    let [_, payload @ ..] = *chunk;
                    let payload = $int::from_le_bytes(payload);
                    let n = (first - LIMIT) as usize;
                    // The full width has a branch of its own. Where all values have it, the
                    // processor guesses the length, and need not wait for this first byte to know
                    // where the next one is.
                    if n == WIDTH {
                        if payload >= Least::<LIMIT>::$LEAST[WIDTH] {
                            return Ok((payload, 1 + WIDTH));
                        }
                    } else if n < WIDTH {
                        let value = payload & ($int::MAX >> ($int::BITS as usize - 8 * n));
                        if value >= Least::<LIMIT>::$LEAST[n] {
                            return Ok((value, 1 + n));
                        }
                    }
                }
            }
            match slow::<LIMIT, true>(bytes) {
                Ok((value, len)) if value <= $int::MAX as u128 => Ok((value as $int, len)),
                Ok(_) => Err(DecodeError::OutOfRange { offset: 0, target }),
                Err(fault) => Err(fault.explain(bytes.len(), target)),
            }
        }
        // ANCHOR_END: decode

        /// The same, with every form of a value accepted.
        #[inline]
        pub(crate) const fn $decode_lenient<const LIMIT: u8>(
            bytes: &[u8],
            target: &'static str,
        ) -> Result<($int, usize), DecodeError> {
            const WIDTH: usize = $len - 1;
            if let Some(&first) = bytes.first() {
                if first <= LIMIT {
                    return Ok((first as $int, 1));
                }
                let n = (first - LIMIT) as usize;
                if n <= WIDTH
                    && let Some(chunk) = bytes.first_chunk::<$len>()
                {
                    let [_, payload @ ..] = *chunk;
                    let mask = $int::MAX >> ($int::BITS as usize - 8 * n);
                    return Ok(($int::from_le_bytes(payload) & mask, 1 + n));
                }
            }
            match slow::<LIMIT, false>(bytes) {
                Ok((value, len)) if value <= $int::MAX as u128 => Ok((value as $int, len)),
                Ok(_) => Err(DecodeError::OutOfRange { offset: 0, target }),
                Err(fault) => Err(fault.explain(bytes.len(), target)),
            }
        }
    };
}

width!(u8, 2, encode_u8, encode_flat_u8, decode_u8, decode_lenient_u8, U8);
width!(u16, 3, encode_u16, encode_flat_u16, decode_u16, decode_lenient_u16, U16);
width!(u32, 5, encode_u32, encode_flat_u32, decode_u32, decode_lenient_u32, U32);
width!(u64, 9, encode_u64, encode_flat_u64, decode_u64, decode_lenient_u64, U64);
width!(u128, 17, encode_u128, encode_flat_u128, decode_u128, decode_lenient_u128, U128);

/// The first value of `bytes` and its length, byte by byte.
#[cold]
#[inline(never)]
const fn slow<const LIMIT: u8, const STRICT: bool>(bytes: &[u8]) -> Result<(u128, usize), Fault> {
    let Some((&first, payload)) = bytes.split_first() else {
        return Err(Fault::UnexpectedEnd { missing: 1 });
    };
    if first <= LIMIT {
        return Ok((first as u128, 1));
    }
    let n = (first - LIMIT) as usize;
    if payload.len() < n {
        return Err(Fault::UnexpectedEnd { missing: (n - payload.len()) as u8 });
    }
    let mut value = 0;
    let mut i = 0;
    while i < n {
        value |= (payload[i] as u128) << (8 * i);
        i += 1;
    }
    let shortest = payload_len::<LIMIT>(value);
    if STRICT && shortest != n {
        return Err(Fault::Overlong {
            offset: n as u8,
            len: 1 + n as u8,
            shortest: 1 + shortest as u8,
        });
    }
    Ok((value, 1 + n))
}

/// Write the first `len` bytes of an encoding that is longer than one byte: `first`, then the
/// payload, least significant byte first. No byte after them is touched.
///
/// Two stores of a fixed size that overlap are cheaper than one of a variable size. Which size is
/// the only question, so there are few branches to guess.
#[inline]
pub(crate) fn store_u64(
    first: u8,
    value: u64,
    len: usize,
    buffer: &mut [u8],
) -> Result<usize, EncodeError> {
    let available = buffer.len();
    let Some((marker, payload)) = buffer.get_mut(..len).and_then(|room| room.split_first_mut())
    else {
        return Err(EncodeError::BufferTooSmall { needed: len, available });
    };
    *marker = first;
    store_payload(value, payload);
    Ok(len)
}

/// The same for a payload of up to 16 bytes.
#[inline]
pub(crate) fn store_u128(
    first: u8,
    value: u128,
    len: usize,
    buffer: &mut [u8],
) -> Result<usize, EncodeError> {
    let available = buffer.len();
    let Some((marker, payload)) = buffer.get_mut(..len).and_then(|room| room.split_first_mut())
    else {
        return Err(EncodeError::BufferTooSmall { needed: len, available });
    };
    *marker = first;
    let n = payload.len();
    if n <= 8 {
        store_payload(value as u64, payload);
        return Ok(len);
    }
    if let Some(low) = payload.first_chunk_mut() {
        *low = (value as u64).to_le_bytes();
    }
    if let Some(high) = payload.last_chunk_mut() {
        *high = ((value >> (8 * n - 64)) as u64).to_le_bytes();
    }
    Ok(len)
}

/// Fill the payload, of 1 to 8 bytes, with the low bytes of the value.
#[inline]
fn store_payload(value: u64, payload: &mut [u8]) {
    let n = payload.len();
    if n >= 4 {
        if let Some(low) = payload.first_chunk_mut() {
            *low = (value as u32).to_le_bytes();
        }
        if let Some(high) = payload.last_chunk_mut() {
            *high = ((value >> (8 * n - 32)) as u32).to_le_bytes();
        }
    } else if n >= 2 {
        if let Some(low) = payload.first_chunk_mut() {
            *low = (value as u16).to_le_bytes();
        }
        if let Some(high) = payload.last_chunk_mut() {
            *high = ((value >> (8 * n - 16)) as u16).to_le_bytes();
        }
    } else if let Some(byte) = payload.first_mut() {
        *byte = value as u8;
    }
}
