//! Values to a writer, and from a reader straight into their place.
//!
//! No function here has a buffer of its own: the reader is handed the memory in which the value will
//! stay. That memory is zeroed first. `Read::read` takes a `&mut [u8]`, and a safe reader may look
//! at what is in it, so it must be initialised; reading into uninitialised memory
//! (`Read::read_buf`) is not stable.

use std::boxed::Box;
use std::io::{self, ErrorKind, Read, Write};
use std::vec::Vec;
use std::{error, fmt};

use crate::bytes::{as_bytes, as_bytes_mut, bytes_of_slice, bytes_of_slice_mut};
use crate::check::Invalid;
use crate::place::{box_by, extend_by, value_by};
use crate::{Checked, NoPadding, Plain};

/// Why a value could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The input ended within the value.
    Short {
        /// How many bytes the value, or all the values, have.
        expected: usize,
        /// How many bytes came.
        found: usize,
    },
    /// The reader failed.
    Io {
        /// What it said.
        error: io::Error,
        /// How many bytes the value, or all the values, have.
        expected: usize,
        /// How many bytes had come by then.
        found: usize,
    },
    /// The reader is broken: it claims to have read more than it was given room for.
    Overrun {
        /// How many bytes it had room for.
        room: usize,
        /// How many bytes it claims to have read.
        claimed: usize,
    },
    /// So many values have more bytes than any memory.
    TooMany {
        /// How many were asked for.
        count: usize,
        /// The size of one, in bytes.
        size: usize,
    },
    /// There is no memory for what comes next.
    OutOfMemory {
        /// How many bytes the values have in all.
        expected: usize,
        /// How many bytes had come by then.
        found: usize,
    },
    /// The bytes came, and are no value of the type. `at` counts from the first value.
    Invalid(Invalid),
}

impl From<Invalid> for ReadError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { expected, found } => {
                write!(f, "the input ended after {found} of {expected} bytes")
            }
            Self::Io { expected, found, .. } => {
                write!(f, "the reader failed after {found} of {expected} bytes")
            }
            Self::Overrun { room, claimed } => {
                write!(f, "the reader claims {claimed} bytes, and had room for {room}")
            }
            Self::TooMany { count, size } => {
                write!(f, "{count} values of {size} bytes each fit in no memory")
            }
            Self::OutOfMemory { expected, found } => {
                write!(f, "out of memory after {found} of {expected} bytes")
            }
            Self::Invalid(invalid) => invalid.fmt(f),
        }
    }
}

impl error::Error for ReadError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            Self::Invalid(invalid) => Some(invalid),
            _ => None,
        }
    }
}

/// For functions that return [`io::Result`]. The kind is the reader's own, or `UnexpectedEof` for an
/// input that was too short, as with `Read::read_exact`.
impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        let kind = match &error {
            ReadError::Short { .. } => ErrorKind::UnexpectedEof,
            ReadError::Io { error, .. } => error.kind(),
            ReadError::Overrun { .. } => ErrorKind::Other,
            ReadError::TooMany { .. } => ErrorKind::InvalidInput,
            ReadError::OutOfMemory { .. } => ErrorKind::OutOfMemory,
            ReadError::Invalid(_) => ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}

/// Writes the bytes of a value, from where they lie.
///
/// # Errors
///
/// Those of the writer.
///
/// # Examples
///
/// ```
/// let mut file = Vec::new();
/// raw_serialise::write_to(&[1_u8, 2], &mut file)?;
/// raw_serialise::write_to(&0x0303_u16, &mut file)?;
/// assert_eq!(file, [1, 2, 3, 3]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_to<T: NoPadding>(value: &T, mut writer: impl Write) -> io::Result<()> {
    writer.write_all(as_bytes(value))
}

/// Writes the bytes of all values of a slice, from where they lie. Their number is not written.
///
/// # Errors
///
/// Those of the writer.
///
/// # Examples
///
/// ```
/// let mut file = Vec::new();
/// raw_serialise::write_slice_to(&[0x0101_u16, 0x0202], &mut file)?;
/// assert_eq!(file, [1, 1, 2, 2]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_slice_to<T: NoPadding>(values: &[T], mut writer: impl Write) -> io::Result<()> {
    writer.write_all(bytes_of_slice(values))
}

/// Reads a value.
///
/// Takes exactly as many bytes as the type has; what follows stays in the reader. A value too large
/// for the stack is better read with [`read_box_from`].
///
/// # Errors
///
/// [`ReadError::Short`] if the input ends first, [`ReadError::Io`] if the reader fails,
/// [`ReadError::Invalid`] if what came is no value. Reads that were interrupted are tried again.
///
/// # Examples
///
/// ```
/// use raw_serialise::{ReadError, read_from};
///
/// let mut input = &[1_u8, 1, 1, 1, 9][..];
/// assert_eq!(read_from::<u32>(&mut input)?, 0x0101_0101);
/// assert!(matches!(
///     read_from::<u32>(&mut input),
///     Err(ReadError::Short { expected: 4, found: 1 })
/// ));
/// # Ok::<(), ReadError>(())
/// ```
pub fn read_from<T: Checked>(reader: impl Read) -> Result<T, ReadError> {
    value_by(|bytes| fill(bytes, reader, 0, size_of::<T>()))
}

/// Reads a value over another one, in its place.
///
/// After an error the bytes that came are there, and the old ones behind them: still a value, if a
/// strange one.
///
/// # Errors
///
/// As [`read_from`].
///
/// # Examples
///
/// ```
/// let mut row = [0_u32; 64];
/// raw_serialise::read_into(&mut row, &[1; 256][..])?;
/// assert_eq!(row, [0x0101_0101; 64]);
/// # Ok::<(), raw_serialise::ReadError>(())
/// ```
pub fn read_into<T: Plain>(value: &mut T, reader: impl Read) -> Result<(), ReadError> {
    let bytes = as_bytes_mut(value);
    let expected = bytes.len();
    fill(bytes, reader, 0, expected)
}

/// Reads values over those of a slice, in their place.
///
/// # Errors
///
/// As [`read_into`].
///
/// # Examples
///
/// ```
/// let mut rows = vec![0_u32; 64];
/// raw_serialise::read_slice_into(&mut rows, &[1; 256][..])?;
/// assert_eq!(rows, [0x0101_0101; 64]);
/// # Ok::<(), raw_serialise::ReadError>(())
/// ```
pub fn read_slice_into<T: Plain>(values: &mut [T], reader: impl Read) -> Result<(), ReadError> {
    let bytes = bytes_of_slice_mut(values);
    let expected = bytes.len();
    fill(bytes, reader, 0, expected)
}

/// Reads a value into memory of its own on the heap. It never lies on the stack.
///
/// # Errors
///
/// As [`read_from`]. The memory is freed.
///
/// # Examples
///
/// ```
/// let page: Box<[u64; 512]> = raw_serialise::read_box_from(&[0xff; 4096][..])?;
/// assert_eq!(page[511], u64::MAX);
/// # Ok::<(), raw_serialise::ReadError>(())
/// ```
// ANCHOR: read_box_from
pub fn read_box_from<T: Checked>(reader: impl Read) -> Result<Box<T>, ReadError> {
    box_by(|bytes| fill(bytes, reader, 0, size_of::<T>()))
}
// ANCHOR_END: read_box_from

/// The room that [`read_vec_from`] makes before it has seen a byte.
const FIRST_ROOM: usize = 64 * 1024;

/// Reads `count` values.
///
/// The count may come from the input and may be a lie. Memory is not taken because a number says so:
/// 64 KiB (or one value) at first, then never more than twice what has come. So the values move
/// when the vector grows; [`read_slice_into`] reads into memory that is already there.
///
/// # Errors
///
/// As [`read_from`], counted over all values, and [`ReadError::TooMany`] or
/// [`ReadError::OutOfMemory`] if they do not fit in memory. What was read is freed.
///
/// # Examples
///
/// ```
/// use raw_serialise::{ReadError, read_vec_from};
///
/// let input = [1_u8; 6];
/// assert_eq!(read_vec_from::<u16>(&input[..], 3)?, [0x0101; 3]);
/// assert!(matches!(
///     read_vec_from::<u16>(&input[..], 1 << 29),
///     Err(ReadError::Short { expected: 0x4000_0000, found: 6 })
/// ));
/// # Ok::<(), ReadError>(())
/// ```
pub fn read_vec_from<T: Checked>(mut reader: impl Read, count: usize) -> Result<Vec<T>, ReadError> {
    let size = size_of::<T>();
    let Some(expected) = count.checked_mul(size).filter(|&bytes| bytes <= isize::MAX as usize)
    else {
        return Err(ReadError::TooMany { count, size });
    };
    // Values of no size need neither room nor input.
    let first = FIRST_ROOM.checked_div(size).map_or(count, |values| values.max(1));

    // ANCHOR: grow
    let mut values: Vec<T> = Vec::new();
    while values.len() < count {
        let start = values.len();
        let found = start * size;
        let step = start.max(first).min(count - start);
        let room = values.try_reserve_exact(step);
        room.map_err(|_| ReadError::OutOfMemory { expected, found })?;
        extend_by(&mut values, step, |bytes| fill(bytes, &mut reader, found, expected))?;
    }
    Ok(values)
    // ANCHOR_END: grow
}

/// Fills `bytes`. `before` bytes of the `expected` have come already; both are for the errors.
fn fill(
    bytes: &mut [u8],
    mut reader: impl Read,
    before: usize,
    expected: usize,
) -> Result<(), ReadError> {
    let mut filled = 0;
    while filled < bytes.len() {
        let rest = &mut bytes[filled..];
        match reader.read(rest) {
            Ok(0) => return Err(ReadError::Short { expected, found: before + filled }),
            Ok(claimed) if claimed > rest.len() => {
                return Err(ReadError::Overrun { room: rest.len(), claimed });
            }
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(ReadError::Io { error, expected, found: before + filled }),
        }
    }
    Ok(())
}
