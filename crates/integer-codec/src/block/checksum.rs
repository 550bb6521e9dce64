//! The four bytes at the end of a block: do the others say what the encoder wrote?
//!
//! In sixteen lanes two sums, one of the 32-bit words and one of the running first sums, so that
//! the position of a word counts as well (Fletcher, "An Arithmetic Checksum for Serial
//! Transmissions", 1982). The sums have 64 bits: no word is large enough to drop out of them. It is
//! there to find damage, not to withstand an attacker. A CRC would cost as much as all the rest of
//! decoding does; this one is a few additions for eight bytes, and compilers turn the lanes into
//! vectors.

const LANES: usize = 8;
const CHUNK: usize = 8 * LANES;

/// 2^64 divided by the golden ratio: odd, so that a product with it loses nothing.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The two sums of eight lanes.
type Sums = ([u64; LANES], [u64; LANES]);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Checksum {
    /// Of the words at even places, and of those at odd ones.
    even: Sums,
    odd: Sums,
    len: u64,
}

impl Checksum {
    pub(crate) const fn new() -> Self {
        let zero = ([0; LANES], [0; LANES]);
        Self { even: zero, odd: zero, len: 0 }
    }

    /// Take in one part of the block; its last chunk is filled up with zeros.
    #[inline(always)]
    pub(crate) fn add(&mut self, part: &[u8]) {
        let (chunks, rest) = part.as_chunks::<CHUNK>();
        // In locals, so that the compiler keeps them in registers.
        let (mut even, mut odd) = (self.even, self.odd);
        for chunk in chunks {
            step(&mut even, &mut odd, chunk);
        }
        if !rest.is_empty() {
            let mut last = [0; CHUNK];
            last[..rest.len()].copy_from_slice(rest);
            step(&mut even, &mut odd, &last);
        }
        (self.even, self.odd) = (even, odd);
        self.len = self.len.wrapping_add(part.len() as u64);
    }

    /// The 32 bits that a block ends with.
    pub(crate) fn finish(&self) -> u32 {
        let mut hash = self.len.wrapping_mul(GOLDEN);
        let sums = [&self.even.0, &self.odd.0, &self.even.1, &self.odd.1];
        for sum in sums.into_iter().flatten() {
            hash = (hash ^ sum).wrapping_mul(GOLDEN);
            hash ^= hash >> 32;
        }
        hash as u32
    }
}

#[inline(always)]
fn step(even: &mut Sums, odd: &mut Sums, chunk: &[u8; CHUNK]) {
    let (pairs, _) = chunk.as_chunks::<8>();
    for (lane, &pair) in pairs.iter().enumerate().take(LANES) {
        let pair = u64::from_le_bytes(pair);
        even.0[lane] = even.0[lane].wrapping_add(pair & 0xffff_ffff);
        odd.0[lane] = odd.0[lane].wrapping_add(pair >> 32);
        even.1[lane] = even.1[lane].wrapping_add(even.0[lane]);
        odd.1[lane] = odd.1[lane].wrapping_add(odd.0[lane]);
    }
}

#[cfg(test)]
mod tests {
    use super::Checksum;

    fn sum(parts: &[&[u8]]) -> u32 {
        let mut checksum = Checksum::new();
        for part in parts {
            checksum.add(part);
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
