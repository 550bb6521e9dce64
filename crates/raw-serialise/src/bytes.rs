//! Views: a value as its bytes, and bytes as the value that they are. Nothing is copied, but by
//! [`read_value`].

use core::{ptr, slice};

use crate::check::{Checker, Invalid};
use crate::{Checked, Error, NoPadding, Plain};

/// A value whose bytes are all zero.
///
/// # Examples
///
/// ```
/// assert_eq!(raw_serialise::zeroed::<[f32; 3]>(), [0.0; 3]);
/// ```
#[must_use]
#[inline]
pub const fn zeroed<T: Plain>() -> T {
    // SAFETY: `Plain`: any initialised bytes are a value, zeroes too.
    unsafe { core::mem::zeroed() }
}

/// The bytes of a value, in the order in which they lie in memory: that of the machine.
///
/// # Examples
///
/// ```
/// let number: u32 = 0x0102_0304;
/// assert_eq!(raw_serialise::as_bytes(&number), number.to_ne_bytes());
/// ```
#[must_use]
#[inline]
pub const fn as_bytes<T: NoPadding>(value: &T) -> &[u8] {
    bytes_of_slice(slice::from_ref(value))
}

/// The bytes of a value, to be changed in place: whatever is written, it stays a value.
///
/// # Examples
///
/// ```
/// let mut pair = [1_u16, 2];
/// raw_serialise::as_bytes_mut(&mut pair)[..2].copy_from_slice(&7_u16.to_ne_bytes());
/// assert_eq!(pair, [7, 2]);
/// ```
#[must_use]
#[inline]
pub const fn as_bytes_mut<T: Plain>(value: &mut T) -> &mut [u8] {
    bytes_of_slice_mut(slice::from_mut(value))
}

/// The bytes of all values of a slice, one after another.
///
/// # Examples
///
/// ```
/// assert_eq!(raw_serialise::bytes_of_slice(&[1_u16; 3]).len(), 6);
/// ```
#[must_use]
// ANCHOR: bytes_of_slice
#[inline]
pub const fn bytes_of_slice<T: NoPadding>(values: &[T]) -> &[u8] {
    // SAFETY: the pointer and the size are those of `values`, borrowed for as long as the result.
    // `NoPadding`: all these bytes are initialised; `Checked` 2: none changes while it is borrowed. A
    // `u8` has alignment 1. A slice is never larger than `isize::MAX` bytes.
    unsafe { slice::from_raw_parts(values.as_ptr().cast(), size_of_val(values)) }
}
// ANCHOR_END: bytes_of_slice

/// The bytes of all values of a slice, to be changed in place.
///
/// # Examples
///
/// ```
/// let mut values = [1_u16, 2, 3];
/// raw_serialise::bytes_of_slice_mut(&mut values).fill(0);
/// assert_eq!(values, [0; 3]);
/// ```
#[must_use]
#[inline]
pub const fn bytes_of_slice_mut<T: Plain>(values: &mut [T]) -> &mut [u8] {
    let size = size_of_val(values);
    // SAFETY: as in `bytes_of_slice`, and borrowed mutably. `Plain`: whatever is written through
    // the result, the values remain values.
    unsafe { slice::from_raw_parts_mut(values.as_mut_ptr().cast(), size) }
}

/// The value that these bytes are. Nothing is copied, so the bytes must be aligned for the type.
///
/// Where bytes of no particular alignment come in, [`read_value`] copies them.
///
/// # Errors
///
/// [`Error::Size`] unless there are exactly as many bytes as the type has, [`Error::Alignment`]
/// unless they begin at an address that suits it, [`Error::Invalid`] if they are no value.
///
/// # Examples
///
/// ```
/// use raw_serialise::{Error, as_bytes, from_bytes};
///
/// let numbers = [1_u64, 2];
/// let bytes = as_bytes(&numbers);
/// assert_eq!(from_bytes::<[u64; 2]>(bytes), Ok(&numbers));
/// assert_eq!(from_bytes::<u64>(&bytes[..3]), Err(Error::Size { expected: 8, found: 3 }));
/// assert!(matches!(from_bytes::<u64>(&bytes[1..9]), Err(Error::Alignment { .. })));
/// assert!(matches!(from_bytes::<bool>(&[3]), Err(Error::Invalid(_))));
/// ```
// ANCHOR: from_bytes
#[inline]
pub fn from_bytes<T: Checked>(bytes: &[u8]) -> Result<&T, Error> {
    check_size::<T>(bytes)?;
    check_alignment::<T>(bytes)?;
    check_values::<T>(bytes, 1)?;
    // SAFETY: size and alignment were checked, and the bytes are borrowed for as long as the
    // result. `Checked` 1: they are a value; 2: nothing can be written through the result.
    Ok(unsafe { &*bytes.as_ptr().cast::<T>() })
}
// ANCHOR_END: from_bytes

/// The value that these bytes are, to be changed in place.
///
/// # Errors
///
/// As [`from_bytes`].
///
/// # Examples
///
/// ```
/// let mut memory = [0_u64; 4];
/// let bytes = raw_serialise::bytes_of_slice_mut(&mut memory);
/// *raw_serialise::from_bytes_mut(&mut bytes[8..16])? = 5_u64;
/// assert_eq!(memory, [0, 5, 0, 0]);
/// # Ok::<(), raw_serialise::Error>(())
/// ```
#[inline]
pub fn from_bytes_mut<T: NoPadding>(bytes: &mut [u8]) -> Result<&mut T, Error> {
    check_size::<T>(bytes)?;
    check_alignment::<T>(bytes)?;
    check_values::<T>(bytes, 1)?;
    // SAFETY: as in `from_bytes`, and borrowed mutably. `NoPadding`: a value that is written through
    // the result initialises all bytes, so `bytes` is left with none uninitialised.
    Ok(unsafe { &mut *bytes.as_mut_ptr().cast::<T>() })
}

/// The values that these bytes are. Nothing is copied, so the bytes must be aligned for the type.
///
/// # Errors
///
/// [`Error::ZeroSized`] if the type has no size, [`Error::Remainder`] if the bytes are not a whole
/// number of values, [`Error::Alignment`] unless they begin at an address that suits the type,
/// [`Error::Invalid`] if some are no values.
///
/// # Examples
///
/// ```
/// use raw_serialise::{Error, bytes_of_slice, slice_from_bytes};
///
/// let bytes = bytes_of_slice(&[1_u32, 2, 3]);
/// assert_eq!(slice_from_bytes::<u32>(bytes), Ok(&[1, 2, 3][..]));
/// assert_eq!(
///     slice_from_bytes::<u32>(&bytes[..7]),
///     Err(Error::Remainder { element: 4, found: 7 })
/// );
/// ```
#[inline]
pub fn slice_from_bytes<T: Checked>(bytes: &[u8]) -> Result<&[T], Error> {
    let count = count_of::<T>(bytes)?;
    check_alignment::<T>(bytes)?;
    check_values::<T>(bytes, count)?;
    // SAFETY: `count` values have exactly the size of `bytes`; otherwise as in `from_bytes`.
    Ok(unsafe { slice::from_raw_parts(bytes.as_ptr().cast(), count) })
}

/// The values that these bytes are, to be changed in place.
///
/// # Errors
///
/// As [`slice_from_bytes`].
///
/// # Examples
///
/// ```
/// let mut memory = [0_u64; 2];
/// let bytes = raw_serialise::bytes_of_slice_mut(&mut memory);
/// raw_serialise::slice_from_bytes_mut::<u16>(bytes)?.fill(0x1111);
/// assert_eq!(memory, [0x1111_1111_1111_1111; 2]);
/// # Ok::<(), raw_serialise::Error>(())
/// ```
#[inline]
pub fn slice_from_bytes_mut<T: NoPadding>(bytes: &mut [u8]) -> Result<&mut [T], Error> {
    let count = count_of::<T>(bytes)?;
    check_alignment::<T>(bytes)?;
    check_values::<T>(bytes, count)?;
    // SAFETY: `count` values have exactly the size of `bytes`; otherwise as in `from_bytes_mut`.
    Ok(unsafe { slice::from_raw_parts_mut(bytes.as_mut_ptr().cast(), count) })
}

/// A copy of the value that these bytes are, wherever they lie.
///
/// # Errors
///
/// [`Error::Size`] unless there are exactly as many bytes as the type has, [`Error::Invalid`] if they
/// are no value.
///
/// # Examples
///
/// ```
/// use raw_serialise::{Error, read_value};
///
/// let line = *b"..\x01\x01\x01\x01";
/// assert_eq!(read_value::<u32>(&line[2..]), Ok(0x0101_0101));
/// assert_eq!(read_value::<u32>(&line[3..]), Err(Error::Size { expected: 4, found: 3 }));
/// ```
#[inline]
pub fn read_value<T: Checked>(bytes: &[u8]) -> Result<T, Error> {
    check_size::<T>(bytes)?;
    check_values::<T>(bytes, 1)?;
    // SAFETY: the size was checked, `read_unaligned` asks for no alignment, and by `Checked` 1 the
    // bytes are a value.
    Ok(unsafe { ptr::read_unaligned(bytes.as_ptr().cast()) })
}

/// Writes a value into bytes that are there already: its fields where they lie, and zero where it has
/// padding.
///
/// For types that may have padding, such as enums that carry data; the bytes of others are there
/// already: [`as_bytes`].
///
/// # Errors
///
/// [`Error::Size`] unless there are exactly as many bytes as the type has.
///
/// # Examples
///
/// ```
/// let mut bytes = [0xee; 4];
/// raw_serialise::write_value(&'a', &mut bytes)?;
/// assert_eq!(raw_serialise::read_value::<char>(&bytes)?, 'a');
/// # Ok::<(), raw_serialise::Error>(())
/// ```
#[inline]
pub fn write_value<T: Checked>(value: &T, bytes: &mut [u8]) -> Result<(), Error> {
    check_size::<T>(bytes)?;
    value.encode(bytes);
    Ok(())
}

#[inline]
pub(crate) fn check_values<T: Checked>(bytes: &[u8], count: usize) -> Result<(), Invalid> {
    if T::ANY_BYTES {
        return Ok(());
    }
    // SAFETY: `T` is `Checked`.
    unsafe { Checker::run::<T>(bytes, count) }
}

#[inline]
pub(crate) fn check_size<T>(bytes: &[u8]) -> Result<(), Error> {
    if bytes.len() == size_of::<T>() {
        Ok(())
    } else {
        Err(Error::Size { expected: size_of::<T>(), found: bytes.len() })
    }
}

#[inline]
fn check_alignment<T>(bytes: &[u8]) -> Result<(), Error> {
    check_alignment_to(bytes, align_of::<T>())
}

#[inline]
pub(crate) fn check_alignment_to(bytes: &[u8], expected: usize) -> Result<(), Error> {
    let start = bytes.as_ptr();
    // Not `is_aligned`: that would also accept an address that suits by chance, which Miri's
    // symbolic alignment check rejects (and then `found` below can be as large as `expected`). Both
    // compile to the same test of the low bits.
    if start.align_offset(expected) == 0 {
        Ok(())
    } else {
        Err(Error::Alignment { expected, found: 1 << start.addr().trailing_zeros() })
    }
}

/// How many values these bytes are.
#[inline]
pub(crate) fn count_of<T>(bytes: &[u8]) -> Result<usize, Error> {
    match bytes.len().checked_rem(size_of::<T>()) {
        None => Err(Error::ZeroSized),
        Some(0) => Ok(bytes.len() / size_of::<T>()),
        Some(_) => Err(Error::Remainder { element: size_of::<T>(), found: bytes.len() }),
    }
}
