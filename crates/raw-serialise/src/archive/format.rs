//! A file that says what it is, byte by byte.
//!
//! A file is a *front*, which describes everything, and then the *sections*, one after another. All
//! numbers of the front are little-endian, on every machine; those of the sections are in the byte
//! order that the front names. Nothing in a file is left undefined: what is not a field is zero.
//!
//! # The front
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | magic: `89 52 41 57 0D 0A 1A 0A`, that is `\x89RAW\r\n\x1a\n` |
//! | 8 | 2 | version of this format: 1 |
//! | 10 | 1 | byte order of the sections: `l` (little-endian) or `b` (big-endian) |
//! | 11 | 1 | zero |
//! | 12 | 4 | number of sections *n* |
//! | 16 | 8 | length of the file |
//! | 24 | 8 | length of the front, a multiple of 16 |
//! | 32 | 8 | checksum of the front: XXH3-64 of its bytes from 40 on, seeded with the XXH3-64 of its bytes 0 to 31 |
//! | 40 | 24 | zero |
//! | 64 | 96 *n* | an entry a section, in the order of the sections |
//! | 64 + 96 *n* | | the schemas as text, one after another, in the order of the sections |
//! | | 0 to 15 | zero, up to a multiple of 16 |
//!
//! The magic is PNG's idea (Boutell et al., 1996): a channel of seven bits loses the first byte's
//! highest, a translation of line ends changes `0D 0A` or `0A`, and `1A` ends the listing of the file on
//! old consoles.
//!
//! # An entry
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | where the section begins in the file, a multiple of 16 |
//! | 8 | 8 | its length |
//! | 16 | 8 | how many values its root has: 1, or for a slice any number |
//! | 24 | 8 | its checksum: XXH3-64 of its bytes |
//! | 32 | 16 | fingerprint of its layout: XXH3-128 of its schema |
//! | 48 | 4 | where its schema begins in the file |
//! | 52 | 4 | length of the schema |
//! | 56 | 2 | alignment of the root's type |
//! | 58 | 1 | length of the name, 1 to 37 |
//! | 59 | 37 | the name in UTF-8, filled up with zeroes |
//!
//! # The sections
//!
//! The first begins where the front ends, each other at the first multiple of 16 behind the one before
//! it, with zeroes between; the file ends where the last one ends. A section begins with the values of
//! its root, one after another; what they point at lies behind them, as [`heap`](crate::heap) and
//! [`Checker`](crate::check::Checker) describe.

use alloc::string::String;
use alloc::vec::Vec;

use twox_hash::XxHash3_64;

use super::error::{Damage, OpenError};
use crate::schema;
use crate::stored::{MAX_ALIGN, align_up};

/// The first bytes of every file.
pub const MAGIC: [u8; 8] = *b"\x89RAW\r\n\x1a\n";

/// The same, to be read.
pub(crate) const HEX_MAGIC: &str = "89 52 41 57 0D 0A 1A 0A";

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u16 = 1;

/// How many bytes a name can have.
pub const MAX_NAME: usize = 37;

const HEADER: usize = 64;
const ENTRY: usize = 96;

/// The order of the bytes in the numbers of sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// The lowest first.
    Little,
    /// The highest first.
    Big,
}

impl ByteOrder {
    /// That of this machine.
    pub const NATIVE: Self = if cfg!(target_endian = "little") { Self::Little } else { Self::Big };

    const fn letter(self) -> u8 {
        match self {
            Self::Little => b'l',
            Self::Big => b'b',
        }
    }
}

/// What the front says of a section.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) offset: usize,
    pub(crate) length: usize,
    pub(crate) count: usize,
    pub(crate) checksum: u64,
    pub(crate) align: usize,
    pub(crate) fingerprint: u128,
    pub(crate) schema: String,
}

/// What the front says.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    pub(crate) order: ByteOrder,
    pub(crate) length: usize,
    pub(crate) entries: Vec<Entry>,
}

/// The checksum of a section.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

// ANCHOR: seal
fn front_checksum(front: &[u8]) -> u64 {
    XxHash3_64::oneshot_with_seed(checksum(&front[..32]), &front[40..])
}
// ANCHOR_END: seal

/// Writes new checksums: that of a section, which is returned, and with it that of the front.
pub(crate) fn refresh(front: &mut [u8], entry: usize, section: &[u8]) -> u64 {
    let at = HEADER + ENTRY * entry + 24;
    let sum = checksum(section);
    front[at..at + 8].copy_from_slice(&sum.to_le_bytes());
    seal(front);
    sum
}

fn seal(front: &mut [u8]) {
    let sum = front_checksum(front);
    front[32..40].copy_from_slice(&sum.to_le_bytes());
}

impl Front {
    /// The entries' offsets, from their lengths; and the length of the front and of the file. `None`
    /// if it would be longer than any memory: sections that are borrowed may be so together.
    pub(crate) fn lay_out(entries: &mut [Entry]) -> Option<(usize, usize)> {
        let schemas: usize = entries.iter().map(|entry| entry.schema.len()).sum();
        let front = align_up(HEADER + ENTRY * entries.len() + schemas, MAX_ALIGN);
        let mut end = front;
        for entry in entries {
            entry.offset = align_up(end, MAX_ALIGN);
            let limit = isize::MAX as usize - MAX_ALIGN;
            end = entry.offset.checked_add(entry.length).filter(|&end| end <= limit)?;
        }
        Some((front, end))
    }

    // ANCHOR: write
    /// The bytes of the front. The entries are laid out.
    pub(crate) fn write(entries: &[Entry], front: usize, file: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(front);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([ByteOrder::NATIVE.letter(), 0]);
        bytes.extend((entries.len() as u32).to_le_bytes());
        bytes.extend((file as u64).to_le_bytes());
        bytes.extend((front as u64).to_le_bytes());
        bytes.resize(HEADER, 0);
        let mut schema = HEADER + ENTRY * entries.len();
        for entry in entries {
            bytes.extend((entry.offset as u64).to_le_bytes());
            bytes.extend((entry.length as u64).to_le_bytes());
            bytes.extend((entry.count as u64).to_le_bytes());
            bytes.extend(entry.checksum.to_le_bytes());
            bytes.extend(entry.fingerprint.to_le_bytes());
            bytes.extend((schema as u32).to_le_bytes());
            bytes.extend((entry.schema.len() as u32).to_le_bytes());
            bytes.extend((entry.align as u16).to_le_bytes());
            bytes.push(entry.name.len() as u8);
            bytes.extend(entry.name.as_bytes());
            bytes.resize(bytes.len() + MAX_NAME - entry.name.len(), 0);
            schema += entry.schema.len();
        }
        for entry in entries {
            bytes.extend(entry.schema.as_bytes());
        }
        bytes.resize(front, 0);
        seal(&mut bytes);
        bytes
    }
    // ANCHOR_END: write

    /// What the front of a file says. The file is all of `file`.
    pub(crate) fn read(file: &[u8]) -> Result<Self, OpenError> {
        let found = &file[..file.len().min(MAGIC.len())];
        if found != MAGIC {
            if let Some(damage) = Damage::of(file) {
                return Err(OpenError::Text(damage));
            }
            if !found.is_empty() && MAGIC.starts_with(found) {
                return Err(OpenError::Length {
                    expected: HEADER as u64,
                    found: file.len() as u64,
                });
            }
            let mut magic = [0; 8];
            magic[..found.len()].copy_from_slice(found);
            return Err(OpenError::Magic { found: magic, length: file.len() });
        }
        let cut = |expected: u64| OpenError::Length { expected, found: file.len() as u64 };
        let Some(version) = file.get(8..10) else { return Err(cut(HEADER as u64)) };
        let version = u16::from_le_bytes([version[0], version[1]]);
        if version != VERSION {
            return Err(OpenError::Version { expected: VERSION, found: version });
        }
        if file.len() < HEADER {
            return Err(cut(HEADER as u64));
        }
        let (length, front) = (u64_at(file, 16), u64_at(file, 24));
        if length != file.len() as u64 {
            // Or a flipped bit in the length, or before it: the checksum tells, if the front is there.
            let whole = usize::try_from(front).ok().and_then(|front| file.get(..front));
            let sound =
                whole.is_some_and(|it| it.len() >= HEADER && front_checksum(it) == u64_at(it, 32));
            if sound || (file.len() as u64) < front {
                return Err(cut(length));
            }
        }
        let found = usize::try_from(front).ok().and_then(|front| file.get(..front));
        let Some(bytes) = found.filter(|it| it.len() >= HEADER && it.len() % MAX_ALIGN == 0) else {
            return Err(OpenError::Front { at: 24, found: front });
        };
        let (expected, found) = (u64_at(bytes, 32), front_checksum(bytes));
        if expected != found {
            return Err(OpenError::FrontChecksum { expected, found });
        }
        // From here on, what is wrong was not an accident.
        let order = match bytes[10] {
            b'l' => ByteOrder::Little,
            b'b' => ByteOrder::Big,
            other => return Err(OpenError::Front { at: 10, found: other.into() }),
        };
        zero(bytes, 11, 12)?;
        zero(bytes, 40, HEADER)?;
        let count = u32_at(bytes, 12);
        let table = u64::from(count) * ENTRY as u64;
        if table > (bytes.len() - HEADER) as u64 {
            return Err(OpenError::Front { at: 12, found: count.into() });
        }
        let mut schemas = HEADER + table as usize;
        let mut end = bytes.len();
        let mut entries = Vec::with_capacity(count as usize);
        for at in (HEADER..schemas).step_by(ENTRY) {
            let entry = Entry::read(file, bytes, at, &mut schemas, &mut end)?;
            entries.push(entry);
        }
        // Sorted: a front may have room for a hundred thousand names.
        let mut names: Vec<_> = entries.iter().map(|entry| &entry.name).zip(0..).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let at = HEADER + ENTRY * twice[1].1 + 59;
            return Err(OpenError::Front { at, found: 0 });
        }
        if align_up(schemas, MAX_ALIGN) != bytes.len() {
            return Err(OpenError::Front { at: 24, found: front });
        }
        zero(bytes, schemas, bytes.len())?;
        if end != file.len() {
            return Err(OpenError::Front { at: 16, found: length });
        }
        Ok(Self { order, length: bytes.len(), entries })
    }
}

impl Entry {
    /// The entry at `at`. Its schema must begin at `schemas`, and its section behind `end`.
    fn read(
        file: &[u8],
        front: &[u8],
        at: usize,
        schemas: &mut usize,
        end: &mut usize,
    ) -> Result<Self, OpenError> {
        let wrong = |at: usize, found: u64| Err(OpenError::Front { at, found });
        let (offset, length) = (u64_at(front, at), u64_at(front, at + 8));
        let start = align_up(*end, MAX_ALIGN);
        if offset != start as u64 {
            return wrong(at, offset);
        }
        let Some(section) = usize::try_from(length)
            .ok()
            .and_then(|length| start.checked_add(length))
            .filter(|&end| end <= file.len())
        else {
            return wrong(at + 8, length);
        };
        zero(file, *end, start)?;
        *end = section;
        let count = u64_at(front, at + 16);
        let Ok(count) = usize::try_from(count) else { return wrong(at + 16, count) };
        let (schema, schema_length) = (u32_at(front, at + 48), u32_at(front, at + 52));
        if schema as usize != *schemas {
            return wrong(at + 48, schema.into());
        }
        let text = (*schemas).checked_add(schema_length as usize);
        let text = text.and_then(|end| front.get(*schemas..end));
        let Some(Ok(text)) = text.map(core::str::from_utf8) else {
            return wrong(at + 52, schema_length.into());
        };
        *schemas += text.len();
        let mut fingerprint = [0; 16];
        fingerprint.copy_from_slice(&front[at + 32..at + 48]);
        let fingerprint = u128::from_le_bytes(fingerprint);
        if schema::fingerprint(text) != fingerprint {
            return wrong(at + 32, fingerprint as u64);
        }
        let align = usize::from(u16::from_le_bytes([front[at + 56], front[at + 57]]));
        if !align.is_power_of_two() || align > MAX_ALIGN {
            return wrong(at + 56, align as u64);
        }
        let name_length = usize::from(front[at + 58]);
        let name = (1..=MAX_NAME).contains(&name_length);
        let name = name.then(|| core::str::from_utf8(&front[at + 59..at + 59 + name_length]));
        let Some(Ok(name)) = name else { return wrong(at + 58, name_length as u64) };
        zero(front, at + 59 + name_length, at + ENTRY)?;
        Ok(Self {
            name: name.into(),
            offset: start,
            length: section - start,
            count,
            checksum: u64_at(front, at + 24),
            align,
            fingerprint,
            schema: text.into(),
        })
    }
}

fn zero(bytes: &[u8], start: usize, end: usize) -> Result<(), OpenError> {
    match (start..).zip(&bytes[start..end]).find(|(_, byte)| **byte != 0) {
        None => Ok(()),
        Some((at, &found)) => Err(OpenError::Front { at, found: found.into() }),
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(word)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}
