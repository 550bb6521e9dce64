//! What can be wrong with a file.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::format::{ByteOrder, HEX_MAGIC};
use crate::WriteError;
use crate::check::Invalid;
use crate::schema::{ConvertError, Difference, SchemaError};

/// Why a file could not be opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// It is no file of this format.
    Magic {
        /// Its first bytes.
        found: [u8; 8],
        /// How many bytes it has.
        length: usize,
    },
    /// It was one, and then somebody treated it as text.
    Text(Damage),
    /// It is of a version of the format that this program does not know.
    Version {
        /// The version that this program reads.
        expected: u16,
        /// That of the file.
        found: u16,
    },
    /// It was cut short, or something was appended to it.
    Length {
        /// How many bytes it must have.
        expected: u64,
        /// How many it has.
        found: u64,
    },
    /// A byte of the front was changed.
    FrontChecksum {
        /// The checksum that the file names.
        expected: u64,
        /// That of the front as it is.
        found: u64,
    },
    /// The front's checksum is right, and what it says cannot be.
    Front {
        /// At which byte of the file.
        at: usize,
        /// What stands there.
        found: u64,
    },
    /// The memory does not begin at a multiple of [`MAX_ALIGN`](crate::stored::MAX_ALIGN).
    Alignment {
        /// What the address must be a multiple of.
        expected: usize,
        /// The largest power of two that divides it.
        found: usize,
    },
    /// The checksum of a section is wrong; it was asked for at opening.
    Checksum {
        /// Which section.
        section: String,
        /// The checksum that the file names.
        expected: u64,
        /// That of the section as it is.
        found: u64,
    },
    /// There is no memory for the file.
    OutOfMemory {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The file could not be read.
    #[cfg(feature = "std")]
    Io(std::io::Error),
}

/// How a file was damaged that was treated as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// Each byte lost its highest bit.
    HighBit,
    /// CR LF became LF.
    CrLfToLf,
    /// LF became CR LF.
    LfToCrLf,
    /// It was decoded as Latin-1 and encoded as UTF-8, or bytes that are no UTF-8 were replaced.
    Utf8,
}

impl Damage {
    /// What happened to the magic at the beginning of a file, if one of these did.
    pub(crate) fn of(file: &[u8]) -> Option<Self> {
        const DAMAGED: [(&[u8], Damage); 6] = [
            (b"\x09RAW\r\n\x1a\n", Damage::HighBit),
            (b"\x89RAW\n\x1a\n", Damage::CrLfToLf),
            (b"\x89RAW\r\r\n\x1a\r\n", Damage::LfToCrLf),
            (b"\x89RAW\r\n\x1a\r\n", Damage::LfToCrLf),
            (b"\xc2\x89RAW", Damage::Utf8),
            (b"\xef\xbf\xbdRAW", Damage::Utf8),
        ];
        DAMAGED.iter().find(|(magic, _)| file.starts_with(magic)).map(|it| it.1)
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HighBit => "each byte lost its highest bit",
            Self::CrLfToLf => "CR LF became LF",
            Self::LfToCrLf => "LF became CR LF",
            Self::Utf8 => "its bytes were taken for characters and encoded as UTF-8",
        })
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic { length: 0, .. } => f.write_str("the file is empty"),
            Self::Magic { found, length } => {
                write!(
                    f,
                    "not a file of this format: expected it to begin with {HEX_MAGIC}, found"
                )?;
                found.iter().take(*length).try_for_each(|byte| write!(f, " {byte:02X}"))
            }
            Self::Text(damage) => {
                write!(f, "the file was damaged on the way, as if it were text: {damage}")
            }
            Self::Version { expected, found } => {
                write!(f, "version {found} of the format; this program reads version {expected}")
            }
            Self::Length { expected, found } if found < expected => {
                write!(f, "the file was cut short: expected {expected} bytes, found {found}")
            }
            Self::Length { expected, found } => {
                write!(
                    f,
                    "something was appended to the file: expected {expected} bytes, found {found}"
                )
            }
            Self::FrontChecksum { expected, found } => write!(
                f,
                "the description at the beginning of the file is damaged: expected checksum \
                 {expected:016x}, found {found:016x}"
            ),
            Self::Front { at, found } => {
                write!(f, "what the file says of itself cannot be: at byte {at} stands {found}")
            }
            Self::Alignment { expected, found } => write!(
                f,
                "the memory must begin at a multiple of {expected}, and begins at one of {found} \
                 only; `Archive::copy` makes an aligned copy"
            ),
            Self::Checksum { section, expected, found } => {
                bad_checksum(f, section, *expected, *found)
            }
            Self::OutOfMemory { bytes } => write!(f, "there is no memory for {bytes} bytes"),
            #[cfg(feature = "std")]
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            #[cfg(feature = "std")]
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

fn bad_checksum(
    f: &mut fmt::Formatter<'_>,
    section: &str,
    expected: u64,
    found: u64,
) -> fmt::Result {
    write!(
        f,
        "section `{section}` is damaged: expected checksum {expected:016x}, found {found:016x}"
    )
}

/// Why a section could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum SectionError {
    /// There is no section of that name.
    Missing {
        /// The name.
        section: String,
        /// The names that there are.
        present: Vec<String>,
    },
    /// Its bytes were changed.
    Checksum {
        /// Which section.
        section: String,
        /// The checksum that the file names.
        expected: u64,
        /// That of the section as it is.
        found: u64,
    },
    /// It was written on a machine of the other byte order.
    ByteOrder {
        /// Which section.
        section: String,
        /// The order of this machine.
        expected: ByteOrder,
        /// That of the file.
        found: ByteOrder,
    },
    /// It holds another type, or one of another layout.
    Layout {
        /// Which section.
        section: String,
        /// What differs.
        differences: Vec<Difference>,
    },
    /// What the file says of its layout is no schema.
    Schema {
        /// Which section.
        section: String,
        /// Why.
        error: SchemaError,
    },
    /// The checksum is right, and the bytes are no value of the type.
    Invalid {
        /// Which section.
        section: String,
        /// What is wrong, and where: counted from the beginning of the section.
        invalid: Invalid,
    },
    /// It could not be brought to the layout of this program.
    Convert {
        /// Which section.
        section: String,
        /// Why.
        error: ConvertError,
    },
    /// The archive cannot be changed: it is borrowed, or mapped for reading.
    ReadOnly,
}

impl fmt::Display for SectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { section, present } if present.is_empty() => {
                write!(f, "there is no section `{section}`: the file has none")
            }
            Self::Missing { section, present } => {
                write!(f, "there is no section `{section}`, but ")?;
                for (index, name) in present.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}`{name}`")?;
                }
                Ok(())
            }
            Self::Checksum { section, expected, found } => {
                bad_checksum(f, section, *expected, *found)
            }
            Self::ByteOrder { section, expected, found } => write!(
                f,
                "section `{section}` is {}, and this machine {}: `Archive::open` converts it",
                name(*found),
                name(*expected)
            ),
            Self::Layout { section, differences } => {
                write!(f, "section `{section}` has another layout than this program:")?;
                for (index, difference) in differences.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ";" };
                    write!(f, "{comma} {difference}")?;
                }
                if differences.iter().all(Difference::is_convertible) {
                    f.write_str(": `Archive::open` converts it")?;
                }
                Ok(())
            }
            Self::Schema { section, error } => {
                write!(f, "the description of section `{section}` cannot be read: {error}")
            }
            Self::Invalid { section, invalid } => {
                write!(f, "section `{section}` is no value of its type: {invalid}")
            }
            Self::Convert { section, error } => {
                write!(f, "section `{section}` cannot be converted: {error}")
            }
            Self::ReadOnly => f.write_str("the archive cannot be changed: its memory is read-only"),
        }
    }
}

fn name(order: ByteOrder) -> &'static str {
    match order {
        ByteOrder::Little => "little-endian",
        ByteOrder::Big => "big-endian",
    }
}

impl core::error::Error for SectionError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Schema { error, .. } => Some(error),
            Self::Invalid { invalid, .. } => Some(invalid),
            Self::Convert { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// Why a file could not be made.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// A section's name is empty, or has more than [`MAX_NAME`](super::MAX_NAME) bytes.
    Name {
        /// The name.
        name: String,
    },
    /// Two sections have the same name.
    Twice {
        /// The name.
        name: String,
    },
    /// A value could not be written.
    Write {
        /// In which section.
        section: String,
        /// Why.
        error: WriteError,
    },
    /// The schemas together have 4 GiB or more.
    Schemas,
    /// There is no memory for the file.
    OutOfMemory {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The file could not be written.
    #[cfg(feature = "std")]
    Io(std::io::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { name } => write!(
                f,
                "a section is called `{name}`: a name has 1 to {} bytes, not {}",
                super::MAX_NAME,
                name.len()
            ),
            Self::Twice { name } => write!(f, "two sections are called `{name}`"),
            Self::Write { section, error } => write!(f, "section `{section}`: {error}"),
            Self::Schemas => f.write_str("the descriptions of the sections have 4 GiB or more"),
            Self::OutOfMemory { bytes } => write!(f, "there is no memory for {bytes} bytes"),
            #[cfg(feature = "std")]
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Write { error, .. } => Some(error),
            #[cfg(feature = "std")]
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}
