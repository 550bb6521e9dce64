//! Files whose magic, lengths and checksums are right, whatever else they are.

use raw_serialise::archive::format::{MAGIC, VERSION};
use raw_serialise::schema::{ByteOrder, fingerprint};
use twox_hash::XxHash3_64;

const HEADER: usize = 64;
const ENTRY: usize = 96;

/// What is in one section, and what its entry says of it.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// Its name, of which at most 37 bytes are taken.
    pub name: &'a str,
    /// Its schema, or whatever stands in its place.
    pub schema: &'a str,
    /// How many values its root has.
    pub count: u64,
    /// Its bytes.
    pub block: &'a [u8],
}

/// A file of such sections.
#[must_use]
pub fn built(order: ByteOrder, sections: &[Content<'_>]) -> Vec<u8> {
    let mut file = vec![0; HEADER + ENTRY * sections.len()];
    file[10] = if order == ByteOrder::Little { b'l' } else { b'b' };
    put(&mut file, 12, &(sections.len() as u32).to_le_bytes());
    for (at, section) in (HEADER..).step_by(ENTRY).zip(sections) {
        put(&mut file, at + 16, &section.count.to_le_bytes());
        let schema = file.len() as u32;
        put(&mut file, at + 48, &schema.to_le_bytes());
        put(&mut file, at + 52, &(section.schema.len() as u32).to_le_bytes());
        file[at + 56] = 16;
        let name = section.name.as_bytes();
        let name = &name[..name.len().min(37)];
        file[at + 58] = name.len() as u8;
        put(&mut file, at + 59, name);
        file.extend(section.schema.as_bytes());
    }
    fill(&mut file);
    let front = file.len() as u64;
    put(&mut file, 24, &front.to_le_bytes());
    for (at, section) in (HEADER..).step_by(ENTRY).zip(sections) {
        fill(&mut file);
        let offset = file.len() as u64;
        put(&mut file, at, &offset.to_le_bytes());
        put(&mut file, at + 8, &(section.block.len() as u64).to_le_bytes());
        file.extend(section.block);
    }
    seal(&mut file);
    file
}

fn fill(file: &mut Vec<u8>) {
    file.resize(file.len().next_multiple_of(16), 0);
}

/// Makes magic, version, lengths, fingerprints and checksums right, as far as something is there of
/// which they can be.
pub fn seal(file: &mut Vec<u8>) {
    file.resize(file.len().max(HEADER), 0);
    put(file, 0, &MAGIC);
    put(file, 8, &VERSION.to_le_bytes());
    let length = file.len();
    put(file, 16, &(length as u64).to_le_bytes());
    let front = number(file, 24, 8);
    let front = if (HEADER..=length).contains(&front) { front } else { length } & !15;
    put(file, 24, &(front as u64).to_le_bytes());
    let count = number(file, 12, 4).min((front - HEADER) / ENTRY);
    for at in (HEADER..).step_by(ENTRY).take(count) {
        let section = range(number(file, at, 8), number(file, at + 8, 8), length);
        let sum = XxHash3_64::oneshot(&file[section]);
        put(file, at + 24, &sum.to_le_bytes());
        let schema = range(number(file, at + 48, 4), number(file, at + 52, 4), front);
        if let Ok(schema) = std::str::from_utf8(&file[schema]) {
            let print = fingerprint(schema);
            put(file, at + 32, &print.to_le_bytes());
        }
    }
    let seed = XxHash3_64::oneshot(&file[..32]);
    let sum = XxHash3_64::oneshot_with_seed(seed, &file[40..front]);
    put(file, 32, &sum.to_le_bytes());
}

/// The range, or an empty one if it is not in what there is.
fn range(start: usize, length: usize, whole: usize) -> std::ops::Range<usize> {
    match start.checked_add(length) {
        Some(end) if end <= whole => start..end,
        _ => 0..0,
    }
}

fn put(file: &mut [u8], at: usize, bytes: &[u8]) {
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

fn number(file: &[u8], at: usize, size: usize) -> usize {
    let mut bytes = [0; 8];
    bytes[..size].copy_from_slice(&file[at..at + size]);
    usize::try_from(u64::from_le_bytes(bytes)).unwrap_or(usize::MAX)
}
