//! What holds whatever the bytes are: the bodies of the fuzz targets, which are in `fuzz/targets`, and
//! of `tests/corpus.rs`, which gives them the files of the corpus.
//!
//! Each body looks at everything that it can reach, and panics if two ways to the same answer differ.
//! It returns what the first step says that refuses the input.

mod blocks;
mod files;
mod plain;
mod seal;
mod sink;
mod types;
mod visit;

pub use blocks::{convert, edit, validate};
pub use files::{open, sealed};
pub use plain::plain;
pub use seal::{Content, built, seal};
pub use types::{
    Chain, Colour, Deep, Everything, Flags, Grown, Keys, Kind, Log, More, Node, Nothing, Pairs,
    SUBJECTS, Sparse, Subject, Version,
};

/// Nothing to complain of, or what there was.
pub type Outcome = Result<(), String>;

/// A target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// As which it is run.
    pub name: &'static str,
    /// What it does with an input.
    pub body: fn(&[u8]) -> Outcome,
}

/// All of them.
pub const TARGETS: [Target; 6] = [
    Target { name: "open", body: open },
    Target { name: "sealed", body: sealed },
    Target { name: "validate", body: validate },
    Target { name: "plain", body: plain },
    Target { name: "convert", body: convert },
    Target { name: "edit", body: edit },
];

/// Calls `read` with a copy of the bytes that begins `offset` bytes behind a multiple of 16.
fn aligned<R>(bytes: &[u8], offset: usize, read: impl FnOnce(&mut [u8]) -> R) -> R {
    let mut memory = vec![0_u128; (bytes.len() + offset).div_ceil(16) + 1];
    let memory = raw_serialise::bytes_of_slice_mut(&mut memory);
    let start = memory.as_ptr().align_offset(16) + offset;
    let copy = &mut memory[start..start + bytes.len()];
    copy.copy_from_slice(bytes);
    read(copy)
}

/// The first byte, or 0, and the rest.
fn first(bytes: &[u8]) -> (u8, &[u8]) {
    bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest))
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
