//! One value at a time: every contestant behind one trait, each as its own documents would have
//! it used where speed matters.
//!
//! Only integer-codec checks that what it reads is the one encoding of its value. What the others
//! let pass stands at each.

// Each program uses the contestants that have its type.
#![allow(dead_code)]

use bincode::{Decode, Encode};
use integer_codec::{Encoder, Narrow, Ordered, VarInt, stream};
use postcard::ser_flavors::{ExtendFlavor, Flavor};
use serde::{Deserialize, Serialize};

use super::sum::Sum;

/// A format, and the code that writes and reads it.
pub(crate) trait Format<T: Sum> {
    const NAME: &'static str;

    /// Write the values one after another to the start of `out` and return how many bytes they
    /// took. What `out` holds before is of no use: it is a buffer that is used again.
    fn encode(values: &[T], out: &mut Vec<u8>) -> usize;

    /// Read values up to the end of `bytes` and add them up.
    fn sum(bytes: &[u8]) -> T;
}

/// Let `out` have at least `len` bytes. It costs nothing from the second time on.
fn reserve(out: &mut Vec<u8>, len: usize) -> &mut [u8] {
    if out.len() < len {
        out.resize(len, 0);
    }
    out
}

pub(crate) struct IntegerCodec;

impl<T: VarInt + Sum> Format<T> for IntegerCodec {
    const NAME: &'static str = "integer-codec";

    fn encode(values: &[T], out: &mut Vec<u8>) -> usize {
        out.clear();
        values.iter().for_each(|value| value.encode_to(out));
        out.len()
    }

    fn sum(mut bytes: &[u8]) -> T {
        let mut sum = T::default();
        while let Ok((value, used)) = T::decode(bytes) {
            sum = sum.plus(value);
            bytes = &bytes[used..];
        }
        sum
    }
}

/// The format for up to 64 bits.
pub(crate) struct IntegerCodecNarrow;

impl<T: Sum> Format<T> for IntegerCodecNarrow
where
    Narrow<T>: VarInt,
{
    const NAME: &'static str = "integer-codec, narrow";

    fn encode(values: &[T], out: &mut Vec<u8>) -> usize {
        out.clear();
        values.iter().for_each(|value| Narrow(*value).encode_to(out));
        out.len()
    }

    fn sum(mut bytes: &[u8]) -> T {
        let mut sum = T::default();
        while let Ok((Narrow(value), used)) = Narrow::decode(bytes) {
            sum = sum.plus(value);
            bytes = &bytes[used..];
        }
        sum
    }
}

/// The default format by what is there for many values: [`Encoder::push_all`] and the iterator
/// over a slice.
pub(crate) struct IntegerCodecMany;

impl<T: VarInt + Sum> Format<T> for IntegerCodecMany {
    const NAME: &'static str = "integer-codec, push_all and values";

    fn encode(values: &[T], out: &mut Vec<u8>) -> usize {
        let mut encoder = Encoder::new(reserve(out, T::MAX_LEN * values.len()));
        // There is room for the longest encoding of each.
        let _ = encoder.push_all(values);
        encoder.len()
    }

    fn sum(bytes: &[u8]) -> T {
        stream::values(bytes).map_while(Result::ok).fold(T::default(), |sum, value| sum.plus(value))
    }
}

/// The format whose byte order is value order.
pub(crate) struct IntegerCodecOrdered;

impl<T: Sum> Format<T> for IntegerCodecOrdered
where
    Ordered<T>: VarInt,
{
    const NAME: &'static str = "integer-codec, ordered";

    fn encode(values: &[T], out: &mut Vec<u8>) -> usize {
        out.clear();
        values.iter().for_each(|value| Ordered(*value).encode_to(out));
        out.len()
    }

    fn sum(mut bytes: &[u8]) -> T {
        let mut sum = T::default();
        while let Ok((Ordered(value), used)) = Ordered::decode(bytes) {
            sum = sum.plus(value);
            bytes = &bytes[used..];
        }
        sum
    }
}

/// LEB128, signed as its own signed form. Overlong forms pass; values beyond 64 bits do not. It
/// knows u64 and i64 only.
pub(crate) struct Leb128;

macro_rules! leb128 {
    ($($int:ident: $of:ident,)*) => {$(
        impl Format<$int> for Leb128 {
            const NAME: &'static str = "leb128";

            fn encode(values: &[$int], out: &mut Vec<u8>) -> usize {
                out.clear();
                for value in values {
                    // Writing to a `Vec` does not fail.
                    let _ = leb128::write::$of(out, (*value).into());
                }
                out.len()
            }

            fn sum(mut bytes: &[u8]) -> $int {
                let mut sum = $int::default();
                while let Ok(value) = leb128::read::$of(&mut bytes) {
                    sum = sum.plus(value as $int);
                }
                sum
            }
        }
    )*};
}

leb128!(u32: unsigned, u64: unsigned, i64: signed,);

/// LEB128 with zigzag. Overlong forms pass; a u32 is checked.
pub(crate) struct IntegerEncoding;

macro_rules! integer_encoding {
    ($($int:ident)*) => {$(
        impl Format<$int> for IntegerEncoding {
            const NAME: &'static str = "integer-encoding";

            fn encode(values: &[$int], out: &mut Vec<u8>) -> usize {
                let out = reserve(out, 10 * values.len());
                let mut len = 0;
                for value in values {
                    len += integer_encoding::VarInt::encode_var(*value, &mut out[len..]);
                }
                len
            }

            fn sum(mut bytes: &[u8]) -> $int {
                let mut sum = $int::default();
                while let Some((value, used)) = <$int as integer_encoding::VarInt>::decode_var(bytes) {
                    sum = sum.plus(value);
                    bytes = &bytes[used..];
                }
                sum
            }
        }
    )*};
}

integer_encoding!(u32 u64 i64);

/// LEB128 with zigzag. Overlong forms pass; values beyond 64 bits do not. It knows u64 only: a
/// u32 is cut, as generated code does.
pub(crate) struct Prost;

macro_rules! prost {
    ($($int:ident: $to:expr, $from:expr;)*) => {$(
        impl Format<$int> for Prost {
            const NAME: &'static str = "prost";

            fn encode(values: &[$int], out: &mut Vec<u8>) -> usize {
                let mut rest = reserve(out, 10 * values.len());
                let room = rest.len();
                for value in values {
                    prost::encoding::encode_varint($to(*value), &mut rest);
                }
                room - rest.len()
            }

            fn sum(mut bytes: &[u8]) -> $int {
                let mut sum = $int::default();
                while let Ok(value) = prost::encoding::decode_varint(&mut bytes) {
                    sum = sum.plus($from(value));
                }
                sum
            }
        }
    )*};
}

prost! {
    u32: u64::from, |value| value as u32;
    u64: |value| value, |value| value;
    i64: integer_codec::zigzag::encode_i64, integer_codec::zigzag::decode_i64;
}

/// Its own format. Nothing is checked: overlong forms pass, longer values are cut, and what
/// stands after the end of the input is the caller's affair.
pub(crate) struct Vu128;

macro_rules! vu128 {
    ($($int:ident: $encode:ident, $decode:ident;)*) => {$(
        impl Format<$int> for Vu128 {
            const NAME: &'static str = "vu128";

            fn encode(values: &[$int], out: &mut Vec<u8>) -> usize {
                let out = reserve(out, (1 + size_of::<$int>()) * (values.len() + 1));
                let mut len = 0;
                for value in values {
                    let Some(room) = out[len..].first_chunk_mut() else { break };
                    len += vu128::$encode(room, *value);
                }
                len
            }

            fn sum(mut bytes: &[u8]) -> $int {
                let mut sum = $int::default();
                while let Some(chunk) = bytes.first_chunk() {
                    let (value, used) = vu128::$decode(chunk);
                    sum = sum.plus(value);
                    bytes = &bytes[used..];
                }
                // The last ones, with zeros after them.
                let mut rest = [0; 2 * (1 + size_of::<$int>())];
                rest[..bytes.len()].copy_from_slice(bytes);
                let mut at = 0;
                while at < bytes.len() {
                    let Some(chunk) = rest[at..].first_chunk() else { break };
                    let (value, used) = vu128::$decode(chunk);
                    sum = sum.plus(value);
                    at += used;
                }
                sum
            }
        }
    )*};
}

vu128! {
    u32: encode_u32, decode_u32;
    u64: encode_u64, decode_u64;
    i64: encode_i64, decode_i64;
    u128: encode_u128, decode_u128;
}

/// Its own format with zigzag. Overlong forms pass; a marker of a wider type does not.
pub(crate) struct Bincode;

/// Faster than its writer for slices and than `encode_into_std_write`.
struct Append<'a>(&'a mut Vec<u8>);

impl bincode::enc::write::Writer for Append<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), bincode::error::EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

macro_rules! bincode {
    ($($int:ident)*) => {$(
        impl Format<$int> for Bincode {
            const NAME: &'static str = "bincode 2";

            fn encode(values: &[$int], out: &mut Vec<u8>) -> usize {
                out.clear();
                let config = bincode::config::standard();
                let mut encoder = bincode::enc::EncoderImpl::new(Append(out), config);
                for value in values {
                    // Appending does not fail.
                    let _ = Encode::encode(value, &mut encoder);
                }
                out.len()
            }

            fn sum(bytes: &[u8]) -> $int {
                let mut sum = $int::default();
                let reader = bincode::de::read::SliceReader::new(bytes);
                let mut decoder = bincode::de::DecoderImpl::new(reader, bincode::config::standard(), ());
                while let Ok(value) = <$int as Decode<()>>::decode(&mut decoder) {
                    sum = sum.plus(value);
                }
                sum
            }
        }
    )*};
}

bincode!(u32 u64 i64 u128);

/// LEB128 with zigzag, through serde. Overlong forms pass; values beyond the type do not.
pub(crate) struct Postcard;

macro_rules! postcard {
    ($($int:ident)*) => {$(
        impl Format<$int> for Postcard {
            const NAME: &'static str = "postcard";

            fn encode(values: &[$int], out: &mut Vec<u8>) -> usize {
                out.clear();
                // Faster than its flavour for slices.
                let output = ExtendFlavor::new(std::mem::take(out));
                let mut serializer = postcard::Serializer { output };
                for value in values {
                    // Extending a `Vec` does not fail.
                    let _ = value.serialize(&mut serializer);
                }
                *out = serializer.output.finalize().unwrap_or_default();
                out.len()
            }

            fn sum(bytes: &[u8]) -> $int {
                let mut sum = $int::default();
                let mut deserializer = postcard::Deserializer::from_bytes(bytes);
                while let Ok(value) = $int::deserialize(&mut deserializer) {
                    sum = sum.plus(value);
                }
                sum
            }
        }
    )*};
}

postcard!(u32 u64 i64 u128);

/// LEB128 with zigzag, by its unchecked functions where 16 bytes can be read, which is what its
/// documents advise for speed. Overlong forms pass, longer values are cut. For x86-64 alone.
#[cfg(target_arch = "x86_64")]
pub(crate) struct VarintSimd;

#[cfg(target_arch = "x86_64")]
macro_rules! varint_simd {
    ($($int:ident: $of:ident, $to:expr, $from:expr;)*) => {$(
        impl Format<$int> for VarintSimd {
            const NAME: &'static str = "varint-simd";

            fn encode(values: &[$int], out: &mut Vec<u8>) -> usize {
                let out = reserve(out, 16 * (values.len() + 1));
                let mut len = 0;
                for value in values {
                    let (bytes, used) = varint_simd::encode::<$of>($to(*value));
                    let Some(room) = out[len..].first_chunk_mut() else { break };
                    *room = bytes;
                    len += used as usize;
                }
                len
            }

            fn sum(mut bytes: &[u8]) -> $int {
                let mut sum = $int::default();
                while bytes.len() >= 16 {
                    // SAFETY: 16 bytes can be read from the pointer.
                    let (value, used) = unsafe { varint_simd::decode_unsafe::<$of>(bytes.as_ptr()) };
                    sum = sum.plus($from(value));
                    bytes = &bytes[used..];
                }
                while let Ok((value, used)) = varint_simd::decode::<$of>(bytes) {
                    sum = sum.plus($from(value));
                    bytes = &bytes[used..];
                }
                sum
            }
        }
    )*};
}

#[cfg(target_arch = "x86_64")]
varint_simd! {
    u32: u32, |value| value, |value| value;
    u64: u64, |value| value, |value| value;
    i64: u64, integer_codec::zigzag::encode_i64, integer_codec::zigzag::decode_i64;
}
