//! A format whose byte order is value order: keys of a sorted store, prefixes of a sort.
//!
//! Compare two encodings byte by byte, as `memcmp` or `<[u8] as Ord>` does, and the answer is that
//! of comparing the values. No encoding is the beginning of another one, so encodings that follow
//! each other compare as tuples do. [`Ordered`] puts an integer into this format; the functions
//! here do the same in `const` context.
//!
//! ```
//! # #[cfg(feature = "alloc")] {
//! use integer_codec::{Ordered, VarInt};
//!
//! let key = |shelf: i32, book: i64| {
//!     let mut key = Vec::new();
//!     Ordered(shelf).encode_to(&mut key);
//!     Ordered(book).encode_to(&mut key);
//!     key
//! };
//! assert!(key(-1, 5) < key(3, -1000));
//! assert!(key(3, -1000) < key(3, 7));
//! assert_eq!(key(3, 7), [0x83, 0x87]);
//! # }
//! ```
//!
//! # Unsigned values
//!
//! The number of leading one bits of the first byte, `k`, says how many bytes follow. For k = 0..=7
//! a zero bit ends them, and for k = 8 the first byte is all ones. All other bits, the most
//! significant first, are the value less `before(k)`: the number of values that have a shorter
//! form, `2^7 + 2^14 + ... + 2^(7k)`. So each value has one form, and no form is wasted on a value
//! that has a shorter one: there is no overlong form to refuse.
//!
//! | first byte | length | values from | to |
//! |---|---|---|---|
//! | `0xxxxxxx` | 1 | 0 | 127 |
//! | `10xxxxxx` | 2 | 128 | 16,511 |
//! | `110xxxxx` | 3 | 16,512 | 2,113,663 |
//! | `1110xxxx` | 4 | 2,113,664 | 270,549,119 |
//! | `11110xxx` | 5 | 270,549,120 | 34,630,287,487 |
//! | `111110xx` | 6 | 34,630,287,488 | 4,432,676,798,591 |
//! | `1111110x` | 7 | 4,432,676,798,592 | 567,382,630,219,903 |
//! | `11111110` | 8 | 567,382,630,219,904 | 72,624,976,668,147,839 |
//! | `11111111` | 9 | 72,624,976,668,147,840 | 2^64 - 1 |
//! | `ff ff` and a third byte `80 + n` | 3 + n | 2^64 | 2^128 - 1 |
//!
//! The last form of 64 bits ends at `ff fe fd fb f7 ef df bf 7f`. After it comes the form for more:
//! `ff ff`, a byte `128 + n`, n = 9..=16, and the n bytes of the value itself, most significant
//! first, of which the first is not 0.
//!
//! In bytes:
//!
//! | value | bytes |
//! |---|---|
//! | 0 | `00` |
//! | 127 | `7f` |
//! | 128 | `80 00` |
//! | 1000 | `83 68` |
//! | 16,511 | `bf ff` |
//! | 16,512 | `c0 00 00` |
//! | 2^32 - 1 | `f0 ef df bf 7f` |
//! | 2^64 - 1 | `ff fe fd fb f7 ef df bf 7f` |
//! | 2^64 | `ff ff 89 01 00 00 00 00 00 00 00 00` |
//! | 2^128 - 1 | `ff ff 90`, then sixteen `ff` |
//!
//! # Signed values
//!
//! The first bit is 1 for a value that is not negative. What follows it is as above, with one bit
//! less in each form: `before(k)` is `2^6 + 2^13 + ... + 2^(7k-1)`, and the leading ones are
//! counted from the second bit on. So the eighth of them, and the zero that ends seven, stand at
//! the top of the second byte. A negative value `v` is the code of `!v`, that is of `-v - 1`, with
//! every bit inverted.
//!
//! | first bytes | length | values from | to |
//! |---|---|---|---|
//! | `10xxxxxx` | 1 | 0 | 63 |
//! | `110xxxxx` | 2 | 64 | 8,255 |
//! | `1110xxxx` | 3 | 8,256 | 1,056,831 |
//! | `11110xxx` | 4 | 1,056,832 | 135,274,559 |
//! | `111110xx` | 5 | 135,274,560 | 17,315,143,743 |
//! | `1111110x` | 6 | 17,315,143,744 | 2,216,338,399,295 |
//! | `11111110` | 7 | 2,216,338,399,296 | 283,691,315,109,951 |
//! | `11111111 0xxxxxxx` | 8 | 283,691,315,109,952 | 36,312,488,334,073,919 |
//! | `11111111 1xxxxxxx` | 9 | 36,312,488,334,073,920 | 2^63 - 1 |
//! | `ff ff` and a third byte `80 + n` | 3 + n | 2^63 | 2^127 - 1 |
//!
//! The last form of 64 bits ends at `ff ff 7e fd fb f7 ef df bf`. After it comes the form for more,
//! as above with n = 8..=16.
//!
//! | value | bytes |
//! |---|---|
//! | -2^63 | `00 00 81 02 04 08 10 20 40` |
//! | -65 | `3f ff` |
//! | -64 | `40` |
//! | -1 | `7f` |
//! | 0 | `80` |
//! | 63 | `bf` |
//! | 64 | `c0 00` |
//! | 1000 | `c3 a8` |
//! | 2^63 - 1 | `ff ff 7e fd fb f7 ef df bf` |
//! | 2^63 | `ff ff 88 80 00 00 00 00 00 00 00` |
//!
//! The bytes are the same whatever unsigned type held the value, and the same whatever signed type
//! did. They do not say whether they hold a signed value: writer and reader must agree.
//!
//! # What a decoder refuses
//!
//! In this order; for negative values, once the bits are inverted:
//!
//! 1. Too few bytes: *unexpected end*. Missing are as many as the shortest value takes that starts
//!    with these bytes.
//! 2. Nine bytes beyond those of the largest 64-bit value, the third byte of the longer form apart:
//!    *reserved marker*, at the first byte that is larger than the one of that value. A third byte
//!    that is no `128 + n` for such an n: *reserved marker*.
//! 3. In the longer form, a value that takes fewer bytes: *overlong*, at the first of the n bytes.
//! 4. A value that does not fit the wanted type: *out of range*.

mod code;

use core::fmt;

use crate::varint::sealed::Sealed;
use crate::{DecodeError, EncodeError, VarInt};

/// The length of the longest encoding, that of a `u128` of 2^120 or more.
pub const MAX_LEN: usize = 19;

/// The encoding, at the start of the array, and its length. The bytes after it are 0.
///
/// ```
/// use integer_codec::ordered;
///
/// const THOUSAND: ([u8; 9], usize) = ordered::encode_u64(1000);
/// assert_eq!(THOUSAND, ([0x83, 0x68, 0, 0, 0, 0, 0, 0, 0], 2));
/// ```
#[must_use]
#[inline]
pub const fn encode_u64(value: u64) -> ([u8; 9], usize) {
    code::encode_small::<0>(value, 0)
}

/// The encoding, at the start of the array, and its length. The bytes after it are 0.
#[must_use]
#[inline]
pub const fn encode_u128(value: u128) -> ([u8; 19], usize) {
    code::encode::<0>(value, 0)
}

/// The encoding, at the start of the array, and its length. The bytes after it are 0.
///
/// ```
/// use integer_codec::ordered;
///
/// assert_eq!(ordered::encode_i64(-65), ([0x3f, 0xff, 0, 0, 0, 0, 0, 0, 0], 2));
/// ```
#[must_use]
#[inline]
pub const fn encode_i64(value: i64) -> ([u8; 9], usize) {
    let flip = (value >> 63) as u64;
    code::encode_small::<1>(value as u64 ^ flip, flip)
}

/// The encoding, at the start of the array, and its length. The bytes after it are 0.
#[must_use]
#[inline]
pub const fn encode_i128(value: i128) -> ([u8; 19], usize) {
    let flip = value >> 127;
    code::encode::<1>((value ^ flip) as u128, flip as u64)
}

/// The first value of `bytes` and the number of bytes that it took.
///
/// # Errors
///
/// As [`VarInt::decode`].
///
/// ```
/// use integer_codec::{DecodeError, ordered};
///
/// assert_eq!(ordered::decode_u64(&[0x83, 0x68, 7]), Ok((1000, 2)));
///
/// let error = DecodeError::ReservedMarker { offset: 2, marker: 5 };
/// assert_eq!(ordered::decode_u64(&[0xff, 0xff, 5]), Err(error));
/// ```
#[inline]
pub const fn decode_u64(bytes: &[u8]) -> Result<(u64, usize), DecodeError> {
    decode_unsigned::<8>(bytes, "u64")
}

/// The first value of `bytes` and the number of bytes that it took.
///
/// # Errors
///
/// As [`VarInt::decode`], but never `OutOfRange`.
#[inline]
pub const fn decode_u128(bytes: &[u8]) -> Result<(u128, usize), DecodeError> {
    if let Some(code) = code::decode_small::<0, 8>(bytes) {
        return Ok((code.magnitude as u128, code.len));
    }
    if let Some(code) = code::decode_long::<0>(bytes) {
        return Ok((code.magnitude, code.len));
    }
    match code::decode::<0>(bytes) {
        Ok(code) => Ok((code.magnitude, code.len)),
        Err(fault) => Err(fault.explain(bytes.len(), "u128")),
    }
}

/// The first value of `bytes` and the number of bytes that it took.
///
/// # Errors
///
/// As [`VarInt::decode`].
///
/// ```
/// use integer_codec::ordered;
///
/// assert_eq!(ordered::decode_i64(&[0x3f, 0xff, 7]), Ok((-65, 2)));
/// ```
#[inline]
pub const fn decode_i64(bytes: &[u8]) -> Result<(i64, usize), DecodeError> {
    decode_signed::<8>(bytes, "i64")
}

/// The first value of `bytes` and the number of bytes that it took.
///
/// # Errors
///
/// As [`VarInt::decode`]; `OutOfRange` for a value that no type has.
#[inline]
pub const fn decode_i128(bytes: &[u8]) -> Result<(i128, usize), DecodeError> {
    if let Some(code) = code::decode_small::<1, 8>(bytes) {
        return Ok(((code.magnitude ^ code.flip) as i64 as i128, code.len));
    }
    if let Some(code) = code::decode_long::<1>(bytes) {
        return Ok((code.magnitude as i128 ^ code.flip as i64 as i128, code.len));
    }
    match code::decode::<1>(bytes) {
        Ok(code) => {
            let flip = code.flip as i64 as i128;
            Ok((code.magnitude as i128 ^ flip, code.len))
        }
        Err(fault) => Err(fault.explain(bytes.len(), "i128")),
    }
}

#[inline]
const fn decode_unsigned<const WIDTH: usize>(
    bytes: &[u8],
    target: &'static str,
) -> Result<(u64, usize), DecodeError> {
    if let Some(code) = code::decode_small::<0, WIDTH>(bytes) {
        return Ok((code.magnitude, code.len));
    }
    match code::decode::<0>(bytes) {
        Ok(code) if code.magnitude <= u64::MAX as u128 => Ok((code.magnitude as u64, code.len)),
        Ok(_) => Err(DecodeError::OutOfRange { offset: 0, target }),
        Err(fault) => Err(fault.explain(bytes.len(), target)),
    }
}

#[inline]
const fn decode_signed<const WIDTH: usize>(
    bytes: &[u8],
    target: &'static str,
) -> Result<(i64, usize), DecodeError> {
    if let Some(code) = code::decode_small::<1, WIDTH>(bytes) {
        return Ok(((code.magnitude ^ code.flip) as i64, code.len));
    }
    match code::decode::<1>(bytes) {
        Ok(code) if code.magnitude <= i64::MAX as u128 => {
            Ok(((code.magnitude as u64 ^ code.flip) as i64, code.len))
        }
        Ok(_) => Err(DecodeError::OutOfRange { offset: 0, target }),
        Err(fault) => Err(fault.explain(bytes.len(), target)),
    }
}

/// An integer, encoded so that byte order is value order.
///
/// It is a [`VarInt`] for each of the twelve integer types. `From` makes it of an integer, and it
/// is displayed as that. The [module](self) has the format.
///
/// ```
/// use integer_codec::{Ordered, VarInt};
///
/// let mut buffer = [0; 9];
/// assert_eq!(Ordered(-65i32).encode(&mut buffer), Ok(2));
/// assert_eq!(Ordered::<i64>::decode(&buffer), Ok((Ordered(-65), 2)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ordered<T>(
    /// The integer.
    pub T,
);

/// The integer, to be encoded in this format.
impl<T> From<T> for Ordered<T> {
    #[inline]
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// As the integer inside, with its width and flags.
impl<T: fmt::Display> fmt::Display for Ordered<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Write a code of 2 to 9 bytes to the start of the buffer, and nothing after it, as two stores
/// that overlap: of a fixed size, they are cheaper than one of a variable size.
#[inline]
fn store_9(bytes: [u8; 9], len: usize, buffer: &mut [u8]) -> Result<usize, EncodeError> {
    let available = buffer.len();
    let Some(room) = buffer.get_mut(..len) else {
        return Err(EncodeError::BufferTooSmall { needed: len, available });
    };
    let [head @ .., _] = bytes;
    let head = u64::from_be_bytes(head);
    if let Some(room) = room.first_chunk_mut() {
        *room = bytes;
    } else if let Some(first) = room.first_chunk_mut() {
        *first = ((head >> 32) as u32).to_be_bytes();
        if let Some(last) = room.last_chunk_mut() {
            *last = ((head >> (64 - 8 * len)) as u32).to_be_bytes();
        }
    } else if let Some(first) = room.first_chunk_mut() {
        *first = ((head >> 48) as u16).to_be_bytes();
        if let Some(last) = room.last_chunk_mut() {
            *last = ((head >> (64 - 8 * len)) as u16).to_be_bytes();
        }
    }
    Ok(len)
}

/// The same for a code of any length.
#[inline]
fn store_19(bytes: [u8; 19], len: usize, buffer: &mut [u8]) -> Result<usize, EncodeError> {
    let available = buffer.len();
    let (Some(room), Some(bytes)) = (buffer.get_mut(..len), bytes.get(..len)) else {
        return Err(EncodeError::BufferTooSmall { needed: len, available });
    };
    room.copy_from_slice(bytes);
    Ok(len)
}

#[inline]
fn one_byte_unsigned(value: u128) -> Option<u8> {
    if value > u64::MAX as u128 { None } else { code::one_byte::<0>(value as u64, 0) }
}

#[inline]
fn one_byte_signed(value: i128) -> Option<u8> {
    let flip = (value >> 127) as u64;
    let value: i64 = value.try_into().ok()?;
    code::one_byte::<1>(value as u64 ^ flip, flip)
}

macro_rules! ordered {
    (
        $int:ident as $wide:ident, $max_len:expr, $bytes:literal,
        $one_byte:ident, $encode:expr, $store:ident, $decode:expr
    ) => {
        impl Sealed for Ordered<$int> {
            type Bytes = [u8; $bytes];

            #[inline]
            fn to_byte(self) -> Option<u8> {
                $one_byte(self.0 as _)
            }

            #[inline]
            fn to_bytes(self) -> ([u8; $bytes], usize) {
                $encode(self.0 as $wide)
            }

            #[inline]
            fn store(self, buffer: &mut [u8]) -> Result<usize, EncodeError> {
                let (bytes, len) = self.to_bytes();
                $store(bytes, len, buffer)
            }

            #[inline]
            fn from_bytes(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
                const NAME: &str = stringify!($int);
                let (value, len): ($wide, usize) = $decode(bytes, NAME)?;
                match value.try_into() {
                    Ok(value) => Ok((Ordered(value), len)),
                    Err(_) => Err(DecodeError::OutOfRange { offset: 0, target: NAME }),
                }
            }
        }

        impl VarInt for Ordered<$int> {
            const MAX_LEN: usize = $max_len;
        }
    };
}

macro_rules! up_to_64_bits {
    ($($unsigned:ident $signed:ident,)*) => {$(
        ordered!($unsigned as u64, 1 + size_of::<$unsigned>(), 9, one_byte_unsigned,
            encode_u64, store_9, decode_unsigned::<{ size_of::<$unsigned>() }>);
        ordered!($signed as i64, 1 + size_of::<$signed>(), 9, one_byte_signed,
            encode_i64, store_9, decode_signed::<{ size_of::<$signed>() }>);
    )*};
}

up_to_64_bits!(u8 i8, u16 i16, u32 i32, u64 i64, usize isize,);
ordered!(u128 as u128, MAX_LEN, 19, one_byte_unsigned, encode_u128, store_19, |bytes, _| {
    decode_u128(bytes)
});
ordered!(i128 as i128, MAX_LEN, 19, one_byte_signed, encode_i128, store_19, |bytes, _| {
    decode_i128(bytes)
});
