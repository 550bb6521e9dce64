//! Exercise 1: nothing left over.

use integer_codec::{DecodeError, VarInt};

/// Why bytes are not exactly one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// They do not begin with a value.
    Decode(DecodeError),
    /// There are bytes after the value.
    BytesLeft {
        /// The offset of the first of them.
        offset: usize,
    },
}

/// The value that all of `bytes` are the encoding of.
///
/// # Errors
///
/// Those of [`VarInt::decode`], and [`Error::BytesLeft`].
pub fn decode_exact<T: VarInt>(bytes: &[u8]) -> Result<T, Error> {
    todo!("decode one value from {} bytes, and refuse what is left over", bytes.len())
}
