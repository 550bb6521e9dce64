//! Whole slices at a time. (DOCS)

mod checksum;
mod coding;
mod element;
mod finish;
mod frame;
mod layout;
#[allow(unsafe_code, reason = "vector instructions")]
mod simd;
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

/// Values in a frame, but for the last one.
pub const FRAME: usize = 1024;

/// In the tag: offsets in the index have eight bytes, not four.
const WIDE_INDEX: u8 = 0x10;

/// In the tag: there is a checksum at the end.
const CHECKED: u8 = 0x20;

/// Bytes of the checksum at the end.
const CHECKSUM: usize = 4;

/// What may be done to the values of a frame before they are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transform {
    /// Nothing, or the smallest subtracted from each, whichever is smaller.
    #[default]
    Reference,
    /// These two, or differences, whichever is smallest: for sorted values, and others of which
    /// each is near the one before it.
    Delta,
}

/// How blocks are written and read.
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
            checksum.add(&out[begin..]);
        }
    }
    if codec.checksum {
        checksum.add(&out[start..frames]);
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
    // Every frame has a byte at least, and the view has seen that there is one for each.
    out.reserve(view.len());
    let mut checksum = Checksum::new();
    let mut offset = view.frames_start();
    for i in 0..view.frame_count() {
        if view.frame_start(i)? != offset {
            return Err(DecodeError::Inconsistent {
                offset: view.index_entry(i),
                what: "an offset in the index is not where the frame is",
            });
        }
        let used = frame::decode(level, &bytes[offset..], view.frame_len(i), out)
            .map_err(|error| error.at(offset))?;
        if view.is_checked() {
            checksum.add(&bytes[offset..offset + used]);
        }
        offset += used;
    }
    if !view.is_checked() {
        return Ok(offset);
    }
    checksum.add(&bytes[..view.frames_start()]);
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
