//! Many values: over a slice, in chunks, through readers and writers.
//!
//! | the bytes | use |
//! |---|---|
//! | are all in memory | [`values`] |
//! | come in chunks, cut anywhere | [`Decoder`] |
#![cfg_attr(
    feature = "std",
    doc = "| come from a [`Read`](std::io::Read) | [`ReadVarInt`], which reads no byte too many |",
    doc = "| come from a [`BufRead`](std::io::BufRead) | [`BufReadVarInt`] |",
    doc = "| go to a [`Write`](std::io::Write) | [`WriteVarInt`] |"
)]
#![cfg_attr(
    feature = "bytes",
    doc = "| come from a [`Buf`](bytes::Buf) | [`BufVarInt`] |",
    doc = "| go to a [`BufMut`](bytes::BufMut) | [`BufMutVarInt`] |"
)]
//!
//! Whatever the way, the values and the errors are those of [`VarInt::decode`] on the whole input;
//! where the way is called lenient, those of [`Padded::decode_lenient`].
//!
//! [`VarInt::decode`]: crate::VarInt::decode
//! [`Padded::decode_lenient`]: crate::Padded::decode_lenient

#[cfg(feature = "bytes")]
mod buf;
mod decoder;
#[cfg(feature = "std")]
mod io;
mod mode;
mod values;

#[cfg(feature = "bytes")]
pub use buf::{BufMutVarInt, BufVarInt};
pub use decoder::{ChunkValues, Decoder};
#[cfg(feature = "std")]
pub use io::{BufReadVarInt, ReadError, ReadVarInt, VarInts, WriteVarInt};
pub use mode::{Lenient, Mode, Strict};
pub use values::{Values, values, values_lenient};

use crate::{narrow, ordered, wide};

/// No encoding of any type in any format is longer. A decoder never looks at more bytes than this,
/// not even one for a narrow type, which may meet the value of a wide one.
const LONGEST: usize = ordered::MAX_LEN;
const _: () = assert!(wide::MAX_LEN <= LONGEST && narrow::MAX_LEN <= LONGEST);
