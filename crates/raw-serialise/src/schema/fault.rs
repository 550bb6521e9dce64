//! What is wrong with data that was looked through.

use alloc::string::String;
use core::fmt;

use crate::check::Reason;

/// Why bytes are not what a schema says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkError {
    /// Where, in bytes from the beginning of the block.
    pub at: usize,
    /// In which field: `[3].request`, or nothing for the whole.
    pub path: String,
    /// What.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// What a program that knows the type would say as well.
    Invalid(Reason),
    /// Keys of a map hold something that has no order: floats, maps or lazy parts.
    NoOrder,
    /// Lazy parts are nested deeper than [`MAX_DEPTH`](crate::check::MAX_DEPTH).
    Parts,
}

impl From<Reason> for Fault {
    fn from(reason: Reason) -> Self {
        Self::Invalid(reason)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(reason) => reason.fmt(f),
            Self::NoOrder => f.write_str("the keys of a map hold something that has no order"),
            Self::Parts => f.write_str("lazy parts are nested too deep"),
        }
    }
}

impl fmt::Display for WalkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}", self.at)?;
        if !self.path.is_empty() {
            write!(f, ", `{}`", self.path)?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl core::error::Error for WalkError {}
