//! Stored data without a file around it: for a socket, a cache, or a format of one's own.

use alloc::vec::Vec;
use core::ptr::NonNull;

use crate::bytes::check_alignment_to;
use crate::check::Checker;
use crate::stored::{MAX_ALIGN, Ptr, Stored};
use crate::{Error, Serialise, WriteError, Writer};

/// Writes a value and all that it points at, behind each other, into a buffer, whose room is used and
/// whose contents are lost.
///
/// The block does not say what it holds, and its numbers are in the byte order of this machine;
/// [`Builder`](crate::Builder) makes files that do.
///
/// # Errors
///
/// [`WriteError`].
///
/// # Examples
///
/// ```
/// let lines = vec!["one".to_owned(), "two or more".to_owned()];
/// let block = raw_serialise::write_block(&lines, Vec::new())?;
/// assert_eq!(block.len(), 8 + 2 * 8 + 11);
/// # Ok::<(), raw_serialise::WriteError>(())
/// ```
pub fn write_block<T: Serialise>(value: &T, buffer: Vec<u8>) -> Result<Vec<u8>, WriteError> {
    Writer::block(core::slice::from_ref(value), buffer)
}

/// The view of a value that [`write_block`] has written, after a check of all bytes.
///
/// They must begin at a multiple of [`MAX_ALIGN`].
///
/// # Errors
///
/// [`Error::Alignment`] and [`Error::Invalid`].
///
/// # Examples
///
/// ```
/// /// Memory with an alignment of 16, which a `u128` does not have on every target.
/// #[repr(C, align(16))]
/// struct Memory([u8; 48]);
///
/// let block = raw_serialise::write_block(&vec![1.5_f64, 2.5], Vec::new())?;
/// let mut memory = Memory([0; 48]);
/// let bytes = &mut memory.0[..block.len()];
/// bytes.copy_from_slice(&block);
/// let view = raw_serialise::read_block::<Vec<f64>>(bytes)?;
/// assert_eq!(view.as_slice(), [1.5, 2.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_block<T: Serialise>(bytes: &[u8]) -> Result<<T::Stored as Stored>::Ref<'_>, Error> {
    check_alignment_to(bytes, MAX_ALIGN)?;
    // SAFETY: the alignment was checked.
    unsafe { Checker::run::<T::Stored>(bytes, 1) }?;
    // SAFETY: checked just now, borrowed for as long as the result, and aligned.
    Ok(unsafe { Ptr::<T::Stored>::new(NonNull::from(bytes).cast()) }.view())
}
