//! A value's bytes, to a file and back, without a lie: no padding is read, no alignment is left to
//! luck, nothing is taken for a value that is none, and a file says what it is. Reading is a cast, and
//! a check. You write no `unsafe`.
//!
//! ```
//! # #[cfg(all(feature = "derive", feature = "alloc"))] {
//! use raw_serialise::{Archive, Builder, Plain, Serialise};
//!
//! /// Plain: any bytes are a value. It lies in the file as it lies in memory.
//! #[repr(C)]
//! #[derive(Clone, Copy, Debug, PartialEq, Plain)]
//! struct Vertex {
//!     position: [f32; 3],
//!     material: u32,
//! }
//!
//! /// With data on the heap.
//! #[derive(Serialise)]
//! struct Model {
//!     name: String,
//!     vertices: Vec<Vertex>,
//!     tags: Vec<String>,
//! }
//!
//! let model = Model {
//!     name: "teapot".to_owned(),
//!     vertices: vec![Vertex { position: [0.0, 1.0, 2.0], material: 7 }; 3],
//!     tags: vec!["kitchen".to_owned(), "made of porcelain".to_owned()],
//! };
//! let file = Builder::new().section("model", &model).build()?;
//!
//! // Somewhere else, later: `Archive::read(path)`, or `unsafe { Archive::map(path) }`.
//! let archive = Archive::from_bytes(file.bytes())?;
//! let model = archive.get::<Model>("model")?;
//! assert_eq!(model.name(), "teapot");
//! assert_eq!(model.vertices()[2].material, 7); // A `&[Vertex]` in the file's own bytes.
//! assert_eq!(model.tags().get(1), Some("made of porcelain"));
//!
//! let error = archive.get::<[Vertex]>("model").unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "section `model` has another layout than this program: `Model` in the file, `[Vertex]` in \
//!      this program"
//! );
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Three kinds of types
//!
//! | derive | which types | stored | read as |
//! |---|---|---|---|
//! | [`Plain`](macro@Plain) | structs of numbers and arrays, without padding: any bytes are a value | as in memory | `&T`, `&mut T`, `&[T]` |
//! | [`Checked`](macro@Checked) | also `bool`, `char`, `NonZero`, enums with a fixed `repr`: bytes are checked first | as in memory | `&T`, `&[T]`; `&mut T` with [`NoPadding`](macro@NoPadding) |
//! | [`Serialise`](macro@Serialise) | also strings, vectors, boxes, options, maps, structs and enums of these | by relative pointers | views: `ModelRef`, `&str`, [`ListRef`](heap::ListRef), ..; [`Deserialise`](macro@Deserialise) makes values of them |
//!
//! What a derive cannot prove it refuses while your crate compiles, by a message that names the field:
//! padding, `repr(Rust)`, packing, pointers, `usize`.
//!
//! # Which function
//!
//! | from, to | one value | many | the bytes must be aligned | needs |
//! |---|---|---|---|---|
//! | value to bytes, a view | [`as_bytes`], [`as_bytes_mut`] | [`bytes_of_slice`], [`bytes_of_slice_mut`] | | |
//! | value to bytes, a copy | [`write_value`] | | no | |
//! | bytes to value, a view | [`from_bytes`], [`from_bytes_mut`] | [`slice_from_bytes`], [`slice_from_bytes_mut`] | yes | |
//! | bytes to value, a copy | [`read_value`] | | no | |
//! | bytes to the heap, a copy | [`box_from_bytes`] | [`vec_from_bytes`] | no | `alloc` |
//! | value to a writer | [`write_to`] | [`write_slice_to`] | | `std` |
//! | reader to a place | [`read_from`], [`read_into`] | [`read_slice_into`] | | `std` |
//! | reader to the heap | [`read_box_from`] | [`read_vec_from`] | | `std` |
//! | value with heap data to a block, and back | [`write_block`], [`read_block`] | | yes | `alloc` |
//! | values to a file, and back | [`Builder`], [`Archive`] | | it makes them so | `alloc`; `std`; `mmap` |
//!
//! # What it promises
//!
//! - No byte of padding is read, and none is written over a byte that was initialised.
//! - A reference that it makes is aligned, and to a valid value; memory is freed with the layout with
//!   which it was allocated; an early error leaks nothing.
//! - Bad input is an error with the numbers and the field's name in it, never a panic. No input makes
//!   it read out of bounds, loop, overflow the stack, or allocate what a length field says.
//! - One value has one encoding, byte for byte, on every machine of the same byte order.
//! - A file of another type, version or byte order, a file that was cut short or has a flipped bit, is
//!   an error that says which.
//!
//! # What a file is
//!
//! [`archive::format`] specifies it, byte by byte: a front with the magic, the version of the format,
//! the byte order, and for each section its place, checksum, and a description of its layout in text;
//! then the sections. `cargo run -p raw-serialise --example inspect FILE` shows any of them without
//! knowing its types. What changes between two versions of a program are read, and how, [`schema`] says
//! in a table; [`Archive::open`] does it.
//!
//! A machine reads the files of one of the other byte order by [`Archive::open`], which converts the
//! section; [`Archive::get`] refuses. What was written without a file around it ([`write_to`],
//! [`write_block`]) is in the order of the machine, and nothing in it says which.
//!
//! # What it does not do
//!
//! - No `usize`, pointers, references or tuples in plain and checked types; see [`Plain`].
//! - No generic parameters where a derive stores a type; lifetimes are fine with `Serialise`.
//! - Types aligned beyond [16 bytes](stored::MAX_ALIGN), text of 1 GiB, lists of 2^32 elements (slices
//!   at the root have any number), data 4 GiB behind its pointer are refused.
//! - Nothing is shared: what two pointers point at is written twice.
//! - Text and the lengths of lists cannot be changed in place.
//!
//! # Modules
//!
//! | module | what | unsafe code |
//! |---|---|---|
//! | `plain` | the promises of types that are stored as they are | |
//! | `layout` | the checks of the derives, at compile time | forbidden |
//! | [`check`] | who looks at bytes before they are taken for a value | two lines |
//! | [`stored`] | the forms in which values lie in a file; pointers with provenance | yes |
//! | [`heap`] | strings, lists, boxes, options, maps, parts | yes |
//! | `bytes` | views of memory as another type | yes |
//! | `place` | memory of the right layout | yes |
//! | `io` | readers and writers | forbidden |
//! | `serialise`, `writer`, `block`, `deserialise` | values with heap data, written, and owned again | the view of a block |
//! | [`archive`] | files of sections | views of sections, and mapping |
//! | [`schema`] | what a file says of its layout; conversion | forbidden |
//!
//! # Features
//!
//! `std` (on by default), `alloc`, and `derive` (on by default), as the tables say; `mmap` for
//! `Archive::map`. Without `alloc` the crate is `no_std` and allocates nothing: views, copies, checks
//! and derives of plain and checked types.

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
#[cfg(feature = "alloc")]
#[forbid(unsafe_code)]
mod deserialise;
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
#[cfg(test)]
#[cfg(all(feature = "alloc", feature = "derive"))]
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
#[cfg(feature = "alloc")]
pub use deserialise::Deserialise;
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

#[cfg(feature = "derive")]
pub use derive::{Checked, NoPadding, Plain};
#[cfg(all(feature = "derive", feature = "alloc"))]
pub use derive::{Deserialise, Serialise};

/// What the derives expand to uses this. Not part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::derive::{
        check_checked_field, check_field, check_rest, clear, encode_field, max, next, offset_in,
        same_type,
    };
    #[cfg(feature = "alloc")]
    pub use crate::deserialise::{copies, copy};
    pub use crate::layout::{Fields, Variants};
    pub use crate::stored::align_up;
    #[cfg(feature = "alloc")]
    pub use alloc::vec::Vec;
}

#[cfg(all(doctest, feature = "std", feature = "derive"))]
#[doc = include_str!("../README.md")]
mod readme {}
