//! The bytes of a plain value, to a file and back: without a copy, without reading padding, and
//! with the alignment and the layout that the value needs.
//!
//! A value is *plain* if it is its bytes and nothing else: all of them are initialised, and any of
//! them are a value. Numbers and arrays of numbers are. [`#[derive(Plain)]`](macro@Plain) makes a struct
//! plain, and proves while your crate compiles that it has no padding. You write no `unsafe`.
//!
//! ```
//! # #[cfg(all(feature = "std", feature = "derive"))] {
//! use raw_serialise::Plain;
//!
//! #[repr(C)]
//! #[derive(Clone, Copy, Debug, PartialEq, Plain)]
//! struct ExampleData {
//!     b: u64,
//!     d: u32,
//!     a: u8,
//!     c: [u8; 7],
//!     _pad: [u8; 4],
//! }
//!
//! let data = ExampleData { b: u64::MAX, d: 123_456_789, a: 0, c: *b"example", _pad: [0; 4] };
//!
//! let mut file = Vec::new();
//! raw_serialise::write_to(&data, &mut file)?;
//! assert_eq!(file.len(), 24);
//!
//! let back: ExampleData = raw_serialise::read_from(&file[..])?;
//! assert_eq!(back, data);
//!
//! let short = raw_serialise::read_from::<ExampleData>(&file[..10]).unwrap_err();
//! assert_eq!(short.to_string(), "the input ended after 10 of 24 bytes");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Which function
//!
//! | from, to | one value | many | the bytes must be aligned | needs |
//! |---|---|---|---|---|
//! | value to bytes, a view | [`as_bytes`], [`as_bytes_mut`] | [`bytes_of_slice`], [`bytes_of_slice_mut`] | | |
//! | bytes to value, a view | [`from_bytes`], [`from_bytes_mut`] | [`slice_from_bytes`], [`slice_from_bytes_mut`] | yes | |
//! | bytes to value, a copy | [`read_value`] | | no | |
//! | bytes to the heap, a copy | [`box_from_bytes`] | [`vec_from_bytes`] | no | `alloc` |
//! | value to a writer | [`write_to`] | [`write_slice_to`] | | `std` |
//! | reader to a place | [`read_from`], [`read_into`] | [`read_slice_into`] | | `std` |
//! | reader to the heap | [`read_box_from`] | [`read_vec_from`] | | `std` |
//!
//! # What it promises
//!
//! - No byte of padding is read, and none is written over a byte that was initialised.
//! - A reference that it makes is aligned; memory is freed with the layout with which it was
//!   allocated; an early error leaks nothing.
//! - Bad input is an [`Error`] or a [`ReadError`] with the numbers in it, never a panic.
//! - A length that comes with the input makes it allocate nothing that the input does not fill, but
//!   for a first room of 64 KiB.
//!
//! # What it does not do
//!
//! - *The bytes are those of this machine.* Numbers are written in its byte order, and nothing in the
//!   file says which. On a machine of the other order they are read without an error and are other
//!   numbers. A file that travels should hold `to_le_bytes` arrays, which are plain too.
//! - The file does not say what it holds: no magic, version or checksum.
//! - No `bool`, `char`, enum, `usize`, reference, `Vec` or `String` in a value; see [`Plain`].
//! - Nothing about padded structs, but to refuse them: declare the padding as fields, as
//!   [`#[derive(Plain)]`](macro@Plain) shows.
//!
//! # Modules
//!
//! | module | what | unsafe code |
//! |---|---|---|
//! | `plain` | the trait and what implements it | its `impl`s |
//! | `derive` | the derives, and what they expand to calls | one function, called at compile time |
//! | `layout` | the checks of the derives, at compile time | forbidden |
//! | `bytes` | views of memory as another type | yes |
//! | `place` | memory of the right layout on the heap | yes |
//! | `io` | readers and writers | forbidden |
//! | `error` | what can be wrong with bytes | forbidden |
//!
//! # Features
//!
//! `std` (on by default) and `alloc`, as the table says. Without them the crate is `no_std` and
//! allocates nothing.

#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;
// What the derives write names the crate; so its own tests and derives can, too.
extern crate self as raw_serialise;

#[cfg(feature = "alloc")]
pub mod archive;
#[cfg(feature = "alloc")]
mod block;
mod bytes;
pub mod check;
mod derive;
#[forbid(unsafe_code)]
mod error;
pub mod heap;
#[cfg(feature = "std")]
#[forbid(unsafe_code)]
mod io;
#[forbid(unsafe_code)]
mod layout;
#[cfg(feature = "alloc")]
mod place;
mod plain;
#[cfg(feature = "alloc")]
#[forbid(unsafe_code)]
pub mod schema;
#[cfg(all(test, feature = "alloc"))]
mod schema_agrees;
#[cfg(feature = "alloc")]
#[forbid(unsafe_code)]
mod serialise;
pub mod stored;
#[cfg(feature = "alloc")]
#[forbid(unsafe_code)]
mod writer;

#[cfg(feature = "alloc")]
pub use archive::{
    Archive, BuildError, Builder, Checksums, OpenError, Opened, Root, SectionError, SectionInfo,
};
#[cfg(feature = "alloc")]
pub use block::{read_block, write_block};
pub use bytes::{
    as_bytes, as_bytes_mut, bytes_of_slice, bytes_of_slice_mut, from_bytes, from_bytes_mut,
    read_value, slice_from_bytes, slice_from_bytes_mut, write_value, zeroed,
};
pub use check::{Invalid, Reason};
pub use error::Error;
#[cfg(feature = "std")]
pub use io::{
    ReadError, read_box_from, read_from, read_into, read_slice_into, read_vec_from, write_slice_to,
    write_to,
};
#[cfg(feature = "alloc")]
pub use place::{box_from_bytes, vec_from_bytes, zeroed_box};
pub use plain::{Checked, NoPadding, Plain};
#[cfg(feature = "alloc")]
pub use serialise::Serialise;
#[cfg(feature = "alloc")]
pub use writer::{WriteError, Writer};

#[cfg(all(feature = "derive", feature = "alloc"))]
pub use derive::Serialise;
#[cfg(feature = "derive")]
pub use derive::{Checked, NoPadding, Plain};

/// What the derives expand to uses this. Not part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::derive::{
        check_checked_field, check_field, check_rest, clear, encode_field, max, next, offset_in,
        same_type,
    };
    pub use crate::layout::{Fields, Variants};
    pub use crate::stored::align_up;
}

#[cfg(all(doctest, feature = "std", feature = "derive"))]
#[doc = include_str!("../README.md")]
mod readme {}
