//! Whole slices: every contestant behind one trait.

// Each program uses the contestants that have its type.
#![allow(dead_code)]

use bitpacking::BitPacker;
use integer_codec::block::{Codec, Element, Transform};

/// A format for slices, and the code that writes and reads it.
pub(crate) trait Blocks<T> {
    const NAME: &'static str;

    /// Write the values to the start of `out` and return how many bytes they took. What `out`
    /// holds before is of no use: it is a buffer that is used again.
    fn encode(values: &[T], out: &mut Vec<u8>) -> usize;

    /// Read `count` values into `out`, which is a buffer that is used again.
    fn decode(bytes: &[u8], count: usize, out: &mut Vec<T>);
}

/// Let `buffer` have at least `len` elements. It costs nothing from the second time on.
fn reserve<T: Clone + Default>(buffer: &mut Vec<T>, len: usize) -> &mut [T] {
    if buffer.len() < len {
        buffer.resize(len, T::default());
    }
    buffer
}

/// No format at all: the floor.
pub(crate) struct Copying;

impl<T: bytemuck::Pod + Default> Blocks<T> for Copying {
    const NAME: &'static str = "copying";

    fn encode(values: &[T], out: &mut Vec<u8>) -> usize {
        let len = size_of_val(values);
        reserve(out, len)[..len].copy_from_slice(bytemuck::cast_slice(values));
        len
    }

    fn decode(bytes: &[u8], count: usize, out: &mut Vec<T>) {
        let out = &mut reserve(out, count)[..count];
        bytemuck::cast_slice_mut(out).copy_from_slice(bytes);
    }
}

/// A block, as `encode_u32` and its like write it: the fastest instructions of the processor,
/// found at run time, and a checksum. Whatever it reads is checked.
pub(crate) struct IntegerCodec;

/// The same without the checksum.
pub(crate) struct IntegerCodecPlain;

/// The same with differences where they are smaller.
pub(crate) struct IntegerCodecDelta;

macro_rules! ours {
    ($($format:ident: $name:literal, $codec:expr;)*) => {$(
        impl<T: Element> Blocks<T> for $format {
            const NAME: &'static str = $name;

            fn encode(values: &[T], out: &mut Vec<u8>) -> usize {
                out.clear();
                $codec.encode(values, out);
                out.len()
            }

            fn decode(bytes: &[u8], _: usize, out: &mut Vec<T>) {
                out.clear();
                // What it did not decode, the test before the measurement finds missing.
                let _ = $codec.decode(bytes, out);
            }
        }
    )*};
}

ours! {
    IntegerCodec: "integer-codec", Codec::new();
    IntegerCodecPlain: "integer-codec, no checksum", Codec::new().checksum(false);
    IntegerCodecDelta: "integer-codec, delta", Codec::new().transform(Transform::Delta);
}

/// A byte of four lengths, then the bytes of four values. What it reads is not checked; the count
/// is the caller's affair. Its vector code needs nightly Rust and, to be inlined, a target that
/// has the instructions.
pub(crate) struct StreamVbyte<Encoder, Decoder>(std::marker::PhantomData<(Encoder, Decoder)>);

impl<E, D> Blocks<u32> for StreamVbyte<E, D>
where
    E: stream_vbyte::encode::Encoder,
    D: stream_vbyte::decode::Decoder + stream_vbyte::decode::WriteQuadToSlice,
{
    const NAME: &'static str =
        if cfg!(feature = "stream-vbyte-simd") { "stream-vbyte" } else { "stream-vbyte, scalar" };

    fn encode(values: &[u32], out: &mut Vec<u8>) -> usize {
        stream_vbyte::encode::encode::<E>(values, reserve(out, 5 * values.len()))
    }

    fn decode(bytes: &[u8], count: usize, out: &mut Vec<u32>) {
        stream_vbyte::decode::decode::<D>(bytes, count, reserve(out, count));
    }
}

/// Bit packing: each block of 128 or 256 values has a byte of its own for the width, which is
/// that of its widest value. What it reads is not checked. It chooses its instructions at run
/// time.
pub(crate) struct Bitpacking<P>(std::marker::PhantomData<P>);

/// The same for the differences of sorted values. In a build for any x86-64 blocks of 256 take
/// some twenty times as long to decode as in a build that may assume AVX2.
pub(crate) struct BitpackingSorted<P>(std::marker::PhantomData<P>);

const fn name<P: BitPacker>(of_128: &'static str, of_256: &'static str) -> &'static str {
    if P::BLOCK_LEN == 128 { of_128 } else { of_256 }
}

impl<P: BitPacker> Blocks<u32> for Bitpacking<P> {
    const NAME: &'static str = name::<P>("bitpacking 4x", "bitpacking 8x");

    fn encode(values: &[u32], out: &mut Vec<u8>) -> usize {
        let packer = P::new();
        let out = reserve(out, 5 * values.len());
        let mut len = 0;
        // The data sets have whole blocks only.
        for block in values.chunks_exact(P::BLOCK_LEN) {
            let width = packer.num_bits(block);
            out[len] = width;
            len += 1 + packer.compress(block, &mut out[len + 1..], width);
        }
        len
    }

    fn decode(mut bytes: &[u8], count: usize, out: &mut Vec<u32>) {
        let packer = P::new();
        for block in reserve(out, count).chunks_exact_mut(P::BLOCK_LEN) {
            let used = packer.decompress(&bytes[1..], block, bytes[0]);
            bytes = &bytes[1 + used..];
        }
    }
}

impl<P: BitPacker> Blocks<u32> for BitpackingSorted<P> {
    const NAME: &'static str = name::<P>("bitpacking 4x, sorted", "bitpacking 8x, sorted");

    fn encode(values: &[u32], out: &mut Vec<u8>) -> usize {
        let packer = P::new();
        let out = reserve(out, 5 * values.len());
        let (mut len, mut before) = (0, 0);
        for block in values.chunks_exact(P::BLOCK_LEN) {
            let width = packer.num_bits_sorted(before, block);
            out[len] = width;
            len += 1 + packer.compress_sorted(before, block, &mut out[len + 1..], width);
            before = block[P::BLOCK_LEN - 1];
        }
        len
    }

    fn decode(mut bytes: &[u8], count: usize, out: &mut Vec<u32>) {
        let packer = P::new();
        let mut before = 0;
        for block in reserve(out, count).chunks_exact_mut(P::BLOCK_LEN) {
            let used = packer.decompress_sorted(before, &bytes[1..], block, bytes[0]);
            bytes = &bytes[1 + used..];
            before = block[P::BLOCK_LEN - 1];
        }
    }
}

/// LEB128, two values at a time by its unchecked functions for that: there is none that does a
/// whole slice. It encodes one value at a time.
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
pub(crate) struct VarintSimdTwo;

#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
macro_rules! varint_simd_two {
    ($($int:ident: $of:ident, $two:ident, $readable:literal, $to:expr, $from:expr;)*) => {$(
        impl Blocks<$int> for VarintSimdTwo {
            const NAME: &'static str = "varint-simd, two";

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

            fn decode(mut bytes: &[u8], count: usize, out: &mut Vec<$int>) {
                let out = &mut reserve(out, count)[..count];
                let mut done = 0;
                while bytes.len() >= $readable && count - done >= 2 {
                    let from = bytes.as_ptr();
                    // SAFETY: as many bytes as the function reads can be read.
                    let (a, b, of_a, of_b) = unsafe { varint_simd::$two::<$of, $of>(from) };
                    out[done] = $from(a);
                    out[done + 1] = $from(b);
                    done += 2;
                    bytes = &bytes[usize::from(of_a) + usize::from(of_b)..];
                }
                for value in &mut out[done..] {
                    let Ok((decoded, used)) = varint_simd::decode::<$of>(bytes) else { break };
                    *value = $from(decoded);
                    bytes = &bytes[used..];
                }
            }
        }
    )*};
}

#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
varint_simd_two! {
    u32: u32, decode_two_unsafe, 16, |value| value, |value| value;
    u64: u64, decode_two_wide_unsafe, 32, |value| value, |value| value;
    i64: u64, decode_two_wide_unsafe, 32,
        integer_codec::zigzag::encode_i64, integer_codec::zigzag::decode_i64;
}
