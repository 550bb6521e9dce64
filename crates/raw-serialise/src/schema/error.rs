//! Why a text is no schema.

use alloc::string::String;
use core::fmt;

use super::MAX_TEXT;

/// Why a text is no schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaError {
    /// The text is longer than [`MAX_TEXT`].
    Length {
        /// How many bytes it has.
        found: usize,
    },
    /// A line says something else than it must.
    Line {
        /// Which; the first is 1.
        line: usize,
        /// What must stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { found } => {
                write!(f, "the schema has {found} bytes of text, and can have {MAX_TEXT}")
            }
            Self::Line { line, expected, found } => {
                write!(f, "line {line}: expected {expected}, and found {found}")
            }
        }
    }
}

impl core::error::Error for SchemaError {}
