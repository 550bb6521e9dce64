//! Files that lie, with checksums that are true.
//!
//! Written after the table in the docs of `archive::format`, without the crate's own code.

use raw_serialise::bytes_of_slice_mut;
use twox_hash::XxHash3_64;

const HEADER: usize = 64;
const ENTRY: usize = 96;

/// `usize::MAX` for what is more than that.
fn u64_at(bytes: &[u8], at: usize) -> usize {
    let number = u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Makes all checksums true whose bytes are there.
pub(crate) fn seal(file: &mut [u8]) {
    let count = u32::from_le_bytes(file[12..16].try_into().unwrap());
    for index in 0..usize::try_from(count).unwrap() {
        let entry = HEADER + ENTRY * index;
        let (start, length) = (u64_at(file, entry), u64_at(file, entry + 8));
        let sum =
            start.checked_add(length).and_then(|end| file.get(start..end)).map(XxHash3_64::oneshot);
        if let Some(sum) = sum {
            file[entry + 24..entry + 32].copy_from_slice(&sum.to_le_bytes());
        }
    }
    seal_front(file);
}

/// Makes the checksum of the front true.
pub(crate) fn seal_front(file: &mut [u8]) {
    let front = u64_at(file, 24);
    let seed = XxHash3_64::oneshot(&file[..32]);
    let sum = XxHash3_64::oneshot_with_seed(seed, &file[40..front]);
    file[32..40].copy_from_slice(&sum.to_le_bytes());
}

/// Where the entry of the only section has a field.
pub(crate) const fn in_entry(offset: usize) -> usize {
    HEADER + offset
}

/// Writes a number into a block, as this machine does.
pub(crate) fn word(block: &mut [u8], at: usize, word: u32) {
    block[at..at + 4].copy_from_slice(&word.to_ne_bytes());
}

/// Bytes at a multiple of 16.
pub(crate) struct Aligned {
    lines: Vec<u128>,
    length: usize,
}

impl Aligned {
    pub(crate) fn copy(bytes: &[u8]) -> Self {
        // One more: where `u128` has a smaller alignment, the bytes begin behind the beginning.
        let lines = vec![0; bytes.len().div_ceil(16) + 1];
        let mut copy = Self { lines, length: bytes.len() };
        copy.bytes().copy_from_slice(bytes);
        copy
    }

    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        let bytes = bytes_of_slice_mut(&mut self.lines);
        let start = if align_of::<u128>() == 16 { 0 } else { bytes.as_ptr().align_offset(16) };
        &mut bytes[start..start + self.length]
    }
}
