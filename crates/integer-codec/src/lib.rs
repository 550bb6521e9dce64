//! Integers of every width in as few bytes as they need.
//!
//! A `u64` takes eight bytes, but most numbers that programs write down are small: a length, an
//! index, a count, a difference. Here 0..=239 take one byte, 240..=255 take two, 256..=65535 take
//! three, and no `u64` takes more than nine.
//!
//! ```
//! # #[cfg(feature = "alloc")] {
//! use integer_codec::VarInt;
//!
//! let mut bytes = Vec::new();
//! 7u8.encode_to(&mut bytes);
//! 1000u64.encode_to(&mut bytes);
//! (-3i32).encode_to(&mut bytes);
//! assert_eq!(bytes, [7, 241, 232, 3, 5]);
//!
//! let (seven, used) = u8::decode(&bytes)?;
//! let bytes = &bytes[used..];
//! let (thousand, used) = u32::decode(bytes)?; // written as a u64: the bytes are the same
//! let bytes = &bytes[used..];
//! let (minus_three, used) = i32::decode(bytes)?;
//! assert_eq!((seven, thousand, minus_three, used), (7, 1000, -3, 1));
//! # }
//! # Ok::<(), integer_codec::DecodeError>(())
//! ```
//!
//! # What it promises
//!
//! - **One value, one encoding.** Decoding refuses every form but the shortest, so two encodings
//!   are equal exactly when their values are. Signatures, hashes and keys can rely on it.
//! - **The type is not in the bytes.** A value has the same bytes whatever unsigned type held it,
//!   and the same bytes whatever signed type held it. A field can be widened without rewriting
//!   data.
//! - **Bad input is an error**, with its kind and the offset of the byte. Nothing panics on bytes,
//!   and no conversion truncates.
//! - **No unsafe code** but that of the vector instructions for [`block`]s, each with a plain
//!   implementation beside it; no allocation but by what appends to a `Vec`; and `const fn`
//!   encoding and decoding in [`wide`], [`narrow`] and [`ordered`].
//!
//! # Which one to use
//!
//! | for | use |
//! |---|---|
//! | a number in a message | [`VarInt`] on the integer itself: the format [`wide`] |
//! | many numbers, one after the other | [`Encoder`], [`stream::values`]: the same bytes, faster |
//! | numbers that arrive in pieces | [`stream::Decoder`], or `ReadVarInt` on a reader |
//! | a key that has to sort as its bytes do | [`Ordered`]; it is also the shortest format |
//! | a length that is known only after what it counts | [`Padded`] |
//! | columns, lists of ids, timestamps: whole slices | [`block`] |
//! | a number of any type and sign, or in text | [`Integer`] |
//!
//! # The wire format
//!
//! The first byte is the value itself, or a *marker*. A marker says how many bytes follow; those
//! are the value, least significant byte first, and there are no more of them than it needs.
//!
//! | | [`wide`]: every type | [`narrow`]: up to 64 bits |
//! |---|---|---|
//! | first byte is the value | `0..=239` | `0..=247` |
//! | first byte is a marker | `239 + n`, n = 1..=16 | `247 + n`, n = 1..=8 |
//!
//! In bytes (`wide`, then `narrow`):
//!
//! | value | wide | narrow |
//! |---|---|---|
//! | 0 | `00` | `00` |
//! | 239 | `ef` | `ef` |
//! | 240 | `f0 f0` | `f0` |
//! | 247 | `f0 f7` | `f7` |
//! | 248 | `f0 f8` | `f8 f8` |
//! | 255 | `f0 ff` | `f8 ff` |
//! | 256 | `f1 00 01` | `f9 00 01` |
//! | 1000 | `f1 e8 03` | `f9 e8 03` |
//! | 2^64 - 1 | `f7 ff ff ff ff ff ff ff ff` | `ff ff ff ff ff ff ff ff ff` |
//! | 2^128 - 1 | `ff`, then sixteen `ff` | none |
//!
//! A first byte always has a meaning: no marker is reserved. A decoder takes these steps:
//!
//! 1. Read the first byte `b`. If `b <= limit`, the value is `b`.
//! 2. Else take `n = b - limit` bytes, least significant first. Too few: *unexpected end*.
//! 3. If the last of them is 0, or if `n` is 1 and the value is no more than the limit, a shorter
//!    form exists: *overlong*.
//! 4. If the value does not fit the wanted type: *out of range*.
//!
//! Signed values are first mapped to unsigned ones by [`zigzag`]: 0, -1, 1, -2, 2 become 0, 1, 2,
//! 3, 4. The bytes do not say whether they hold a signed value, nor which of the two formats they
//! are in: writer and reader must agree.
//!
//! `vectors.txt`, in this package, has the bytes of the values on each side of every boundary, and
//! bytes that a decoder must refuse, for use from any language.
//!
//! The formats of [`ordered`] and [`block`] are specified in their modules.
//!
//! # What it does not do
//!
//! It has no integers beyond 128 bits, reads no LEB128, and compresses nothing but integers. Bytes
//! do not say which format they are in; a block does.
//!
//! # Modules
//!
//! | module | what is in it |
//! |---|---|
//! | [`wide`], [`narrow`] | the two little-endian formats: constants, `const fn` encoding and decoding, [`Narrow`] |
//! | [`ordered`] | the format whose byte order is value order, [`Ordered`] |
//! | [`zigzag`] | signed values as unsigned ones |
//! | [`stream`] | many values: over a slice, in chunks, on readers and writers, on `bytes` |
//! | [`block`] | whole slices, with vector instructions: the one module with unsafe code |
//! | [`integer`] | [`Integer`], any value of the twelve types, with its sign |
//! | `varint` | the trait [`VarInt`] and its implementations |
//! | `encoder` | [`Encoder`], one value after the other into a slice |
//! | `padded` | the trait [`Padded`]: padded encoding and lenient decoding |
//! | `scalar` | the arithmetic that both little-endian formats share |
//! | `serde` | `Serialize` and `Deserialize` |
//! | `error` | [`EncodeError`] and [`DecodeError`] |
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `std`, on by default | `alloc`; reading and writing; finding out at run time what the processor can do |
//! | `alloc` | what appends to a `Vec`: [`VarInt::encode_to`], [`block`] |
//! | `bytes` | `stream::BufVarInt` and `stream::BufMutVarInt` on the buffers of the crate `bytes` |
//! | `serde` | `Serialize` and `Deserialize` for [`Integer`], [`Narrow`] and [`Ordered`] |
//!
//! Without any of them the crate is `no_std`, allocates nothing, and has all the rest.
// What is not there is looked up in the table above.
#![cfg_attr(
    not(feature = "alloc"),
    doc = "",
    doc = "[`block`]: #features",
    doc = "[`VarInt::encode_to`]: #features"
)]
#![no_std]
#![deny(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

#[cfg(feature = "alloc")]
pub mod block;
#[forbid(unsafe_code)]
mod encoder;
#[forbid(unsafe_code)]
mod error;
#[forbid(unsafe_code)]
pub mod integer;
#[forbid(unsafe_code)]
pub mod narrow;
#[forbid(unsafe_code)]
pub mod ordered;
#[forbid(unsafe_code)]
mod padded;
#[forbid(unsafe_code)]
mod scalar;
#[cfg(feature = "serde")]
#[forbid(unsafe_code)]
mod serde;
#[forbid(unsafe_code)]
pub mod stream;
#[forbid(unsafe_code)]
mod varint;
#[forbid(unsafe_code)]
pub mod wide;
#[forbid(unsafe_code)]
pub mod zigzag;

pub use encoder::Encoder;
pub use error::{DecodeError, EncodeError};
pub use integer::Integer;
pub use narrow::Narrow;
pub use ordered::Ordered;
pub use padded::Padded;
pub use varint::VarInt;
