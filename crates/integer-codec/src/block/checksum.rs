//! The four bytes at the end of a block: do the others say what the encoder wrote?
//!
//! In sixteen lanes two sums, one of the 32-bit words and one of the running first sums, so that
//! the position of a word counts as well (Fletcher, "An Arithmetic Checksum for Serial
//! Transmissions", 1982). The sums have 64 bits: no word is large enough to drop out of them. It is
//! there to find damage, not to withstand an attacker. It is a few additions for eight bytes, and
//! compilers turn the lanes into vectors; a CRC finds more, and takes more work for each byte.

use super::simd::Level;

pub(crate) const LANES: usize = 8;
pub(crate) const CHUNK: usize = 8 * LANES;

/// 2^64 divided by the golden ratio: odd, so that a product with it loses nothing.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// In eight lanes: the sum of the words at even places, the sum of those sums, and both of the
/// words at odd places.
pub(crate) type Sums = [[u64; LANES]; 4];

#[derive(Clone, Copy, Debug)]
pub(crate) struct Checksum {
    sums: Sums,
    len: u64,
}

impl Checksum {
    pub(crate) const fn new() -> Self {
        Self { sums: [[0; LANES]; 4], len: 0 }
    }

    /// Take in one part of the block; its last chunk is filled up with zeros.
    #[inline(always)]
    pub(crate) fn add<V: Level>(&mut self, level: V, part: &[u8]) {
        let (chunks, rest) = part.as_chunks::<CHUNK>();
        level.sum(&mut self.sums, chunks);
        if !rest.is_empty() {
            let mut last = [0; CHUNK];
            last[..rest.len()].copy_from_slice(rest);
            level.sum(&mut self.sums, &[last]);
        }
        self.len = self.len.wrapping_add(part.len() as u64);
    }

    /// The 32 bits that a block ends with.
    pub(crate) fn finish(&self) -> u32 {
        let [even, evens, odd, odds] = self.sums;
        let mut hash = self.len.wrapping_mul(GOLDEN);
        for sum in [even, odd, evens, odds].into_iter().flatten() {
            hash = (hash ^ sum).wrapping_mul(GOLDEN);
            hash ^= hash >> 32;
        }
        hash as u32
    }
}

/// The reference: one word after the other.
#[inline(always)]
pub(crate) fn sum(sums: &mut Sums, chunks: &[[u8; CHUNK]]) {
    // In locals, so that the compiler keeps them in registers.
    let [mut even, mut evens, mut odd, mut odds] = *sums;
    for chunk in chunks {
        let (pairs, _) = chunk.as_chunks();
        for (lane, &pair) in pairs.iter().enumerate().take(LANES) {
            let pair = u64::from_le_bytes(pair);
            even[lane] = even[lane].wrapping_add(pair & 0xffff_ffff);
            evens[lane] = evens[lane].wrapping_add(even[lane]);
            odd[lane] = odd[lane].wrapping_add(pair >> 32);
            odds[lane] = odds[lane].wrapping_add(odd[lane]);
        }
    }
    *sums = [even, evens, odd, odds];
}

#[cfg(test)]
mod tests {
    use super::super::simd::{self, Level, Scalar, Simd, Work};
    use super::Checksum;

    fn sum(parts: &[&[u8]]) -> u32 {
        let mut checksum = Checksum::new();
        for part in parts {
            checksum.add(Scalar, part);
        }
        checksum.finish()
    }

    #[test]
    fn every_bit_counts() {
        let mut bytes = [0_u8; 150];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = (i * 37) as u8;
        }
        let right = sum(&[&bytes]);
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(sum(&[&bytes]), right, "bit {bit}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        assert_eq!(sum(&[&bytes]), right);
    }

    /// Every instruction set adds up the same.
    #[test]
    fn the_same_on_every_level() {
        struct Sum<'a>(&'a [u8]);
        impl Work for Sum<'_> {
            type Output = u32;
            fn run<V: Level>(self, level: V) -> u32 {
                let mut checksum = Checksum::new();
                checksum.add(level, self.0);
                checksum.add(level, &self.0[1..]);
                checksum.finish()
            }
        }
        let mut bytes = [0_u8; 700];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = (i * i / 3) as u8 | 0x81;
        }
        for len in [1, 63, 64, 65, 128, 129, 700] {
            let expected = simd::dispatch(Simd::Scalar, Sum(&bytes[..len]));
            for level in Simd::available() {
                assert_eq!(simd::dispatch(level, Sum(&bytes[..len])), expected, "{level:?} {len}");
            }
        }
    }

    #[test]
    fn order_and_length_count() {
        let (a, b) = ([1_u8; 64], [2_u8; 64]);
        assert_ne!(sum(&[&a, &b]), sum(&[&b, &a]));
        assert_ne!(sum(&[&a]), sum(&[&a, &[0; 64]]));
        assert_ne!(sum(&[&[]]), sum(&[&[0]]));
    }

    /// Whatever two bits change, and whichever one bit of every second chunk is stuck.
    #[test]
    fn pairs_of_bits_count() {
        let bytes = [0x5a_u8; 1024];
        let right = sum(&[&bytes]);
        for bit in 0..8 {
            for distance in [64, 128, 256, 512, 640] {
                for flip in [1, 0x80] {
                    let mut changed = bytes;
                    changed[11 + bit] ^= flip;
                    changed[11 + bit + distance] ^= flip;
                    assert_ne!(sum(&[&changed]), right, "{bit} {distance} {flip}");
                    let mut moved = changed;
                    moved[11 + bit] ^= 0xff;
                    assert_ne!(sum(&[&moved]), right, "{bit} {distance} {flip}");
                }
            }
            let mut stuck = bytes;
            stuck.iter_mut().skip(8 * bit + 7).step_by(128).for_each(|byte| *byte |= 0x80);
            assert_ne!(sum(&[&stuck]), right);
        }
    }
}
