//! Exercise 2: a reader that does not believe a length. A solution.

use std::io::{self, Read};

/// Why there is no block.
#[derive(Debug)]
pub enum Error {
    /// The input ended too early. Both count what comes after the eight bytes of the length.
    Cut {
        /// So many bytes came.
        came: u64,
        /// So many should have come. 8 if not even the length did, and then `came` counts its bytes.
        of: u64,
    },
    /// The reader failed.
    Io(io::Error),
}

/// Read a block: eight bytes, its length, least significant byte first; then as many bytes.
///
/// Nothing behind the block is read. It never asks the allocator for more than 64 KiB or twice as
/// much as has come, whichever is more.
///
/// # Errors
///
/// Those of [`Error`]. A read that was interrupted is none: it is tried again.
pub fn read_block(mut reader: impl Read) -> Result<Vec<u8>, Error> {
    // Not `read_exact`: its error does not say how many bytes came.
    let length = read_some(&mut reader, 8)?;
    let length = u64::from_le_bytes(length.try_into().unwrap_or_default());
    read_some(&mut reader, length)
}

/// `Take` ends the input after `len` bytes, and `read_to_end` makes room for what comes, by doubling.
/// It also tries again what was interrupted.
fn read_some(reader: &mut impl Read, len: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    reader.take(len).read_to_end(&mut bytes).map_err(Error::Io)?;
    let came = bytes.len() as u64;
    if came < len { Err(Error::Cut { came, of: len }) } else { Ok(bytes) }
}
