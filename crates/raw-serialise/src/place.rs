//! Memory with the layout of the values that will lie in it.
//!
//! All of it is zeroed before anybody sees it, and it is owned from the first moment on by a `Box` or
//! a `Vec`: whatever fails later, it is freed, and with the layout with which it was allocated.
//! Values that are not plain are in a `MaybeUninit` until their bytes were checked. Such a place is
//! never moved: a copy of a `MaybeUninit` may lose the bytes that are padding in the type.

use alloc::alloc::{alloc_zeroed, handle_alloc_error};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::alloc::Layout;
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};
use core::slice;

use crate::bytes::{check_size, check_values, count_of};
use crate::check::Invalid;
use crate::{Checked, Error, Plain};

/// The bytes of places for values, all zero.
fn zero<T>(places: &mut [MaybeUninit<T>]) -> &mut [u8] {
    let size = size_of_val(places);
    let start = places.as_mut_ptr().cast::<u8>();
    // SAFETY: the pointer and the size are those of `places`.
    unsafe { ptr::write_bytes(start, 0, size) };
    // SAFETY: as above, initialised just now, and borrowed for as long as the result. A
    // `MaybeUninit` may hold any bytes.
    unsafe { slice::from_raw_parts_mut(start, size) }
}

/// A value whose bytes `fill` writes, where it stays.
#[cfg(feature = "std")]
pub(crate) fn value_by<T: Checked, E: From<Invalid>>(
    fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
) -> Result<T, E> {
    let mut place = MaybeUninit::uninit();
    let bytes = zero(slice::from_mut(&mut place));
    fill(bytes)?;
    check_values::<T>(bytes, 1)?;
    // SAFETY: `Checked` 1: the bytes were accepted, and the place was not moved since.
    Ok(unsafe { place.assume_init() })
}

// ANCHOR: box_by
/// A value on the heap whose bytes `fill` writes.
pub(crate) fn box_by<T: Checked, E: From<Invalid>>(
    fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
) -> Result<Box<T>, E> {
    let mut place = Box::<T>::new_uninit();
    let bytes = zero(slice::from_mut(&mut *place));
    fill(bytes)?;
    check_values::<T>(bytes, 1)?;
    // SAFETY: `Checked` 1: the bytes were accepted, and the place was not moved since.
    Ok(unsafe { place.assume_init() })
}
// ANCHOR_END: box_by

/// Appends `count` values whose bytes `fill` writes. The vector has the room for them.
pub(crate) fn extend_by<T: Checked, E: From<Invalid>>(
    values: &mut Vec<T>,
    count: usize,
    fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
) -> Result<(), E> {
    let before = values.len();
    let room = values.spare_capacity_mut();
    let bytes = zero(&mut room[..count]);
    fill(bytes)?;
    check_values::<T>(bytes, count)
        .map_err(|invalid| Invalid { at: invalid.at + before * size_of::<T>(), ..invalid })?;
    // SAFETY: the room was there, and by `Checked` 1 what is in it now are values.
    unsafe { values.set_len(before + count) };
    Ok(())
}

/// A zeroed value on the heap, made there: it never lies on the stack, however large it is.
///
/// Aborts as `Box::new` does when there is no memory.
///
/// # Examples
///
/// ```
/// let page = raw_serialise::zeroed_box::<[u64; 512]>();
/// assert!(page.iter().all(|&word| word == 0));
/// ```
#[must_use]
// ANCHOR: zeroed_box
pub fn zeroed_box<T: Plain>() -> Box<T> {
    let layout = Layout::new::<T>();
    let place = if layout.size() == 0 {
        // Allocating zero bytes is undefined behaviour; a box of no size owns no memory.
        NonNull::dangling()
    } else {
        // SAFETY: the layout has a size.
        let start = unsafe { alloc_zeroed(layout) };
        NonNull::new(start.cast::<T>()).unwrap_or_else(|| handle_alloc_error(layout))
    };
    // SAFETY: docs of `Box`, "Memory layout": memory of the global allocator with the layout of `T`,
    // which nobody else owns, or any aligned pointer if `T` has no size. By `Plain` the zeroes in it
    // are a value.
    unsafe { Box::from_raw(place.as_ptr()) }
}
// ANCHOR_END: zeroed_box

/// A copy of the value that these bytes are, on the heap, in memory of its own layout.
///
/// # Errors
///
/// [`Error::Size`] unless there are exactly as many bytes as the type has, [`Error::Invalid`] if they
/// are no value.
///
/// # Examples
///
/// ```
/// let bytes: Vec<u8> = vec![1; 8];
/// let boxed: Box<u64> = raw_serialise::box_from_bytes(&bytes)?;
/// assert_eq!(*boxed, 0x0101_0101_0101_0101);
/// # Ok::<(), raw_serialise::Error>(())
/// ```
pub fn box_from_bytes<T: Checked>(bytes: &[u8]) -> Result<Box<T>, Error> {
    check_size::<T>(bytes)?;
    box_by(|place| {
        place.copy_from_slice(bytes);
        Ok(())
    })
}

/// A copy of the values that these bytes are, wherever they lie. One allocation, as `Vec` makes it.
///
/// # Errors
///
/// [`Error::ZeroSized`] if the type has no size, [`Error::Remainder`] if the bytes are not a whole
/// number of values, [`Error::Invalid`] if some are no values.
///
/// # Examples
///
/// ```
/// let values: Vec<u16> = raw_serialise::vec_from_bytes(&[1; 6])?;
/// assert_eq!(values, [0x0101; 3]);
/// # Ok::<(), raw_serialise::Error>(())
/// ```
pub fn vec_from_bytes<T: Checked>(bytes: &[u8]) -> Result<Vec<T>, Error> {
    let count = count_of::<T>(bytes)?;
    let mut values = Vec::with_capacity(count);
    extend_by(&mut values, count, |place| {
        place.copy_from_slice(bytes);
        Ok::<(), Error>(())
    })?;
    Ok(values)
}
