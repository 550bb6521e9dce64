//! Whole slices at a time: many values to a block, apart from how long each of them is.
//!
//! One value after the other, each with its length before it, is read as fast as one length leads
//! to the next. A block keeps the lengths together and the bytes together, so that vector
//! instructions move up to sixteen values at once. On the way the values can become smaller: by
//! their distance to the smallest, or to the one before.
//!
//! ```
//! use integer_codec::block;
//!
//! let values = [3, 1_000_000, 0, 70_000];
//! let mut bytes = Vec::new();
//! block::encode_u64(&values, &mut bytes);
//!
//! let mut decoded = Vec::new();
//! let used = block::decode_u64(&bytes, &mut decoded)?;
//! assert_eq!((used, decoded.as_slice()), (bytes.len(), values.as_slice()));
//! assert_eq!(block::get_u64(&bytes, 3)?, Some(70_000)); // without decoding the rest
//! # Ok::<(), integer_codec::DecodeError>(())
//! ```
//!
//! [`Codec`] has the choices: differences for sorted data, no checksum, which instructions.
//! [`View`] reads single values.
//!
//! # What it costs
//!
//! A value takes the bytes that it needs, 0 to 8, and two bits (`u32`) or four (`u64`, `i64`) that
//! say how many; where all values of a frame need the same number, not even those. A block has
//! about eight bytes more, and a frame of 1024 values about five.
//!
//! Decoding with AVX-512 moves 64 bytes at a time, with AVX2, SSSE3 and NEON 32 or 16; what there
//! is, is found at run time (feature `std`; without it, what the program was compiled for is used).
//! The results are the same for all. The figures are in the book.
//!
//! [`View::get`] adds up the lengths before the value in its frame, at most 512 bytes of them; in
//! a frame of differences it adds up at most 1024 values.
//!
//! # The format
//!
//! Numbers of several bytes are little-endian. *Varint* means the format [`wide`](crate::wide),
//! strictly: unsigned as `u64`, signed by [`zigzag`](crate::zigzag).
//!
//! | part of a block | bytes |
//! |---|---|
//! | tag | 1: `0x81` for `u32`, `0x82` for `u64`, `0x83` for `i64`; plus `0x10` if offsets have eight bytes, plus `0x60` if there is a checksum |
//! | count of values | varint |
//! | index | for each frame but the first: its offset from the start of the first, in 4 bytes or 8 |
//! | frames | of 1024 values, the last one of what is left; none if there are no values |
//! | checksum | 4, if the tag says so |
//!
//! | part of a frame | bytes |
//! |---|---|
//! | marker | 1: transform (upper half) and layout (lower half) |
//! | fields of the transform | varints |
//! | control | only if the layout has it |
//! | data | the lanes, one after the other, each the low bytes of the lane |
//!
//! Control has a byte for four values (`u32`) or two (`u64`, `i64`), the last one for what is left.
//! An offset in the index is where that frame begins, exactly.
//!
//! A *lane* is an unsigned integer as wide as the type. The transform says how values become
//! lanes, in arithmetic modulo 2^32 or 2^64, where a negative value is its two's complement:
//!
//! | upper half | fields | lane |
//! |---|---|---|
//! | `0x00` plain | none | the value; for `i64` its zigzag |
//! | `0x10` reference | base | value - base |
//! | `0x20` differences | first, step | value - the one before it - step; for the first value, which is `first`, it is 0 |
//!
//! `base` and `first` are varints of the type; `step` is a signed one, in the range of an `i32` for
//! blocks of `u32`. The encoder takes the
//! smallest value for `base`, and for `step` the smallest difference.
//!
//! | lower half | control | bytes of a lane |
//! |---|---|---|
//! | `0x00`..=`0x08` | none | that number for each; at most 4 for `u32` |
//! | `0x0a`, `u32` alone | two bits a value | 0, 1, 2, 4 for the codes 0, 1, 2, 3 |
//! | `0x0b`, `u32` alone | two bits a value | 1, 2, 3, 4 for the codes 0, 1, 2, 3 |
//! | `0x0c`, `u64` and `i64` | four bits a value | the code; 9..=15 are reserved |
//!
//! The first value has the lowest bits of the first control byte; bits that are left over in the
//! last are 0. All other markers are reserved.
//!
//! The checksum is made of chunks of 64 bytes. The bytes of each frame make chunks, the last one
//! filled up with zeros; those from the tag to the end of the index make the last chunks. A chunk
//! has eight pairs of 32-bit words. In pair `j`, for the word `even[j]` and for `odd[j]` alike,
//! starting with 0 and modulo 2^64: `sum[j] += word[j]`, then `sums[j] += sum[j]`. Then `h` is the
//! number of bytes times `0x9e3779b97f4a7c15`, and for each of the `sum` of the eight even words,
//! those of the odd ones, the `sums` of the even ones, and those of the odd ones:
//! `h = (h ^ it) * 0x9e3779b97f4a7c15`, `h ^= h >> 32`. The checksum is the low 32 bits of `h`.
//!
//! In bytes, without a checksum:
//!
//! | type | values | block |
//! |---|---|---|
//! | `u64` | 7, 8, 9 | `82 03`, `01 07 08 09` |
//! | `u64` | nine times 5 | `82 09`, `10 05` |
//! | `u32` | 1, 300, 70000, 0 | `81 04`, `0b 24 01 2c 01 70 11 01 00` |
//! | `i64` | -3, 4 | `83 02`, `01 05 08` |
//!
//! # Errors
//!
//! Decoding gives an error, with the offset of what is wrong, and nothing is appended:
//!
//! - [`UnexpectedEnd`](DecodeError::UnexpectedEnd): the block is cut. At least `missing` bytes are.
//! - [`TooLarge`](DecodeError::TooLarge): the values do not fit in memory.
//! - [`WrongTag`](DecodeError::WrongTag): a block of another type, or none.
//! - [`ReservedMarker`](DecodeError::ReservedMarker): a marker or a control byte has no meaning.
//! - [`Inconsistent`](DecodeError::Inconsistent): the index does not fit the frames, or there is
//!   control for more values than there are, or the first lane of differences is not 0.
//! - [`Overlong`](DecodeError::Overlong), [`OutOfRange`](DecodeError::OutOfRange): a varint is.
//! - [`Checksum`](DecodeError::Checksum): the bytes were changed in a way that only the checksum
//!   can tell. One changed block in 2^32 passes; one that an attacker made passes.
//!
//! A block is not the only one of its values: an encoder may choose any transform and layout. For
//! one encoding a value, encode them [one by one](crate::VarInt).
//!
//! A count allocates nothing by itself: space is made for as many values as the input has bytes,
//! and then for each frame that is there. The smallest frame has one byte, four more in the index,
//! and holds 1024 zeros: a block can become some 1600 times as long. [`View::len`] says how long
//! before anything is decoded.

#[forbid(unsafe_code)]
mod checksum;
#[cfg_attr(
    not(any(target_arch = "x86", target_arch = "x86_64")),
    allow(dead_code, reason = "some of it is for kernels that this target has not got")
)]
#[forbid(unsafe_code)]
mod coding;
#[forbid(unsafe_code)]
mod element;
#[forbid(unsafe_code)]
mod finish;
#[forbid(unsafe_code)]
mod frame;
#[forbid(unsafe_code)]
mod layout;
#[cfg_attr(
    not(any(target_arch = "x86", target_arch = "x86_64")),
    allow(dead_code, reason = "some of it is for kernels that this target has not got")
)]
#[allow(unsafe_code, reason = "vector instructions")]
mod simd;
#[forbid(unsafe_code)]
mod view;

pub use element::Element;
pub use simd::Simd;
pub use view::{View, get_i64, get_u32, get_u64};

use alloc::vec::Vec;

use checksum::Checksum;
use element::Lane;
use frame::Scratch;
use simd::{Level, Work};

use crate::{DecodeError, VarInt};

/// Values in a frame; the last one of a block has what is left.
pub const FRAME: usize = 1024;

/// In the tag: offsets in the index have eight bytes, not four.
const WIDE_INDEX: u8 = 0x10;

/// In the tag: there is a checksum at the end. Two bits, so that no single one switches it off.
const CHECKED: u8 = 0x60;

/// Bytes of the checksum at the end.
const CHECKSUM: usize = 4;

/// What may be done to the values of a frame before they are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transform {
    /// Nothing, or the smallest subtracted from each, whichever is smaller. The second is tried if
    /// it makes the longest value shorter, or a sample of the values.
    #[default]
    Reference,
    /// These two, or differences, whichever is smallest: for sorted values, and others of which
    /// each is near the one before it.
    Delta,
}

/// How blocks are written and read.
///
/// ```
/// use integer_codec::block::{Codec, Transform};
///
/// let sorted: Vec<u64> = (0..1000).map(|i| 1_700_000_000_000 + 997 * i).collect();
/// let codec = Codec::new().transform(Transform::Delta).checksum(false);
/// let mut bytes = Vec::new();
/// codec.encode(&sorted, &mut bytes);
/// assert_eq!(bytes.len(), 15); // all differences are the same
///
/// let mut decoded = Vec::<u64>::new();
/// codec.decode(&bytes, &mut decoded)?;
/// assert_eq!(decoded, sorted);
/// # Ok::<(), integer_codec::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Codec {
    simd: Simd,
    transform: Transform,
    checksum: bool,
}

impl Default for Codec {
    fn default() -> Self {
        Self::new()
    }
}

impl Codec {
    /// With the best instructions that this processor has, and [`Transform::Reference`].
    #[must_use]
    pub fn new() -> Self {
        Self { simd: Simd::detect(), transform: Transform::default(), checksum: true }
    }

    /// With or without a checksum at the end. Reading needs no such choice: each block says
    /// whether it has one.
    #[must_use]
    pub const fn checksum(self, checksum: bool) -> Self {
        Self { checksum, ..self }
    }

    /// With these instructions, or with [`Simd::Scalar`] if the processor has not got them.
    #[must_use]
    pub const fn simd(self, simd: Simd) -> Self {
        Self { simd, ..self }
    }

    /// With this transform. Reading needs no such choice: each frame says what was done.
    #[must_use]
    pub const fn transform(self, transform: Transform) -> Self {
        Self { transform, ..self }
    }

    /// Append a block of these values to `out`.
    pub fn encode<E: Element>(&self, values: &[E], out: &mut Vec<u8>) {
        simd::dispatch(self.simd, Encode { values, codec: *self, out });
    }

    /// Append the values of the block at the start of `bytes` to `out`, and return its length.
    ///
    /// # Errors
    ///
    /// See the module's documentation. `out` is then as it was.
    pub fn decode<E: Element>(&self, bytes: &[u8], out: &mut Vec<E>) -> Result<usize, DecodeError> {
        let before = out.len();
        let result = simd::dispatch(self.simd, Decode { bytes, out });
        if result.is_err() {
            out.truncate(before);
        }
        result
    }
}

struct Encode<'a, E> {
    values: &'a [E],
    codec: Codec,
    out: &'a mut Vec<u8>,
}

impl<E: Element> Work for Encode<'_, E> {
    type Output = ();

    #[inline(always)]
    fn run<V: Level>(self, level: V) {
        encode(level, self.values, self.codec, self.out);
    }
}

struct Decode<'a, E> {
    bytes: &'a [u8],
    out: &'a mut Vec<E>,
}

impl<E: Element> Work for Decode<'_, E> {
    type Output = Result<usize, DecodeError>;

    #[inline(always)]
    fn run<V: Level>(self, level: V) -> Self::Output {
        decode(level, self.bytes, self.out)
    }
}

#[inline(always)]
fn encode<E: Element, V: Level>(level: V, values: &[E], codec: Codec, out: &mut Vec<u8>) {
    let frames = values.len().div_ceil(FRAME);
    // The longest a frame can be; only beyond 2^32 of all do offsets need more than four bytes.
    let longest = FRAME * E::Lane::BYTES + 1 + 9 + 9;
    let wide = frames.saturating_mul(longest) > u32::MAX as usize;
    encode_with_index(level, values, codec, wide, out);
}

#[inline(always)]
fn encode_with_index<E: Element, V: Level>(
    level: V,
    values: &[E],
    codec: Codec,
    wide: bool,
    out: &mut Vec<u8>,
) {
    let entry = if wide { 8 } else { 4 };
    let start = out.len();
    let flags = if wide { WIDE_INDEX } else { 0 } | if codec.checksum { CHECKED } else { 0 };
    out.push(E::TAG | flags);
    values.len().encode_to(out);
    let index = out.len();
    out.resize(index + entry * values.len().div_ceil(FRAME).saturating_sub(1), 0);
    let frames = out.len();

    let mut scratch = Scratch::new();
    let mut checksum = Checksum::new();
    for (i, frame) in values.chunks(FRAME).enumerate() {
        if i > 0 {
            let offset = ((out.len() - frames) as u64).to_le_bytes();
            let place = index + entry * (i - 1);
            out[place..place + entry].copy_from_slice(&offset[..entry]);
        }
        let begin = out.len();
        frame::encode(level, frame, codec.transform, &mut scratch, out);
        if codec.checksum {
            checksum.add(level, &out[begin..]);
        }
    }
    if codec.checksum {
        checksum.add(level, &out[start..frames]);
        out.extend_from_slice(&checksum.finish().to_le_bytes());
    }
}

#[inline(always)]
fn decode<E: Element, V: Level>(
    level: V,
    bytes: &[u8],
    out: &mut Vec<E>,
) -> Result<usize, DecodeError> {
    let view = View::<E>::new(bytes)?;
    // All at once if a value takes a byte or more; beyond that only what a frame turned out to
    // hold, so that a count alone never allocates.
    make_room(out, view.len().min(bytes.len()), view.len())?;
    let mut checksum = Checksum::new();
    let mut offset = view.frames_start();
    for i in 0..view.frame_count() {
        if view.frame_start(i) != Some(offset) {
            return Err(DecodeError::Inconsistent {
                offset: view.index_entry(i),
                what: "an offset in the index is not where the frame is",
            });
        }
        let n = view.frame_len(i);
        make_room(out, n, view.len())?;
        let used =
            frame::decode(level, &bytes[offset..], n, out).map_err(|error| error.at(offset))?;
        if view.is_checked() {
            checksum.add(level, &bytes[offset..offset + used]);
        }
        offset += used;
    }
    if !view.is_checked() {
        return Ok(offset);
    }
    checksum.add(level, &bytes[..view.frames_start()]);
    let Some(&found) = bytes[offset..].first_chunk::<CHECKSUM>() else {
        let missing = CHECKSUM - (bytes.len() - offset);
        return Err(DecodeError::UnexpectedEnd { offset: bytes.len(), missing });
    };
    let (expected, found) = (checksum.finish(), u32::from_le_bytes(found));
    if expected != found {
        return Err(DecodeError::Checksum { offset, expected, found });
    }
    Ok(offset + CHECKSUM)
}

/// As `reserve`, but an error where that would panic or abort.
#[inline(always)]
fn make_room<E: Element>(out: &mut Vec<E>, n: usize, count: usize) -> Result<(), DecodeError> {
    out.try_reserve(n).map_err(|_| DecodeError::TooLarge { offset: 1, count })
}

macro_rules! functions {
    ($($int:ident $encode:ident $decode:ident,)*) => {$(
        #[doc = concat!("Append a block of these values to `out`: [`Codec::encode`] for `", stringify!($int), "`.")]
        pub fn $encode(values: &[$int], out: &mut Vec<u8>) {
            Codec::new().encode(values, out);
        }

        #[doc = concat!("Append the values of the block at the start of `bytes` to `out`, and return its length: [`Codec::decode`] for `", stringify!($int), "`.")]
        ///
        /// # Errors
        ///
        /// See the module's documentation. `out` is then as it was.
        pub fn $decode(bytes: &[u8], out: &mut Vec<$int>) -> Result<usize, DecodeError> {
            Codec::new().decode(bytes, out)
        }
    )*};
}

functions!(u32 encode_u32 decode_u32, u64 encode_u64 decode_u64, i64 encode_i64 decode_i64,);
