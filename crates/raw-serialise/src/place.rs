//! Memory on the heap with the layout of the values that will lie in it.
//!
//! All of it is zeroed before anybody sees it. A zeroed plain value is a value, so from the first
//! moment the memory is owned by an ordinary `Box` or `Vec`: whatever fails later, it is freed, and
//! with the layout with which it was allocated.

use alloc::alloc::{alloc_zeroed, handle_alloc_error};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::alloc::Layout;
use core::ptr::{self, NonNull};

use crate::bytes::{as_bytes_mut, bytes_of_slice_mut, check_size, count_of};
use crate::{Error, Plain};

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
    // which nobody else owns, or any aligned pointer if `T` has no size. By `Plain` 1 the zeroes in
    // it are a value.
    unsafe { Box::from_raw(place.as_ptr()) }
}
// ANCHOR_END: zeroed_box

/// A copy of the value that these bytes are, on the heap, in memory of its own layout.
///
/// # Errors
///
/// [`Error::Size`] unless there are exactly as many bytes as the type has.
///
/// # Examples
///
/// ```
/// let bytes: Vec<u8> = vec![1; 8];
/// let boxed: Box<u64> = raw_serialise::box_from_bytes(&bytes)?;
/// assert_eq!(*boxed, 0x0101_0101_0101_0101);
/// # Ok::<(), raw_serialise::Error>(())
/// ```
pub fn box_from_bytes<T: Plain>(bytes: &[u8]) -> Result<Box<T>, Error> {
    check_size::<T>(bytes)?;
    let mut value = zeroed_box();
    as_bytes_mut(&mut *value).copy_from_slice(bytes);
    Ok(value)
}

/// A copy of the values that these bytes are, wherever they lie. One allocation, as `Vec` makes it.
///
/// # Errors
///
/// [`Error::ZeroSized`] if the type has no size, [`Error::Remainder`] if the bytes are not a whole
/// number of values.
///
/// # Examples
///
/// ```
/// let values: Vec<u16> = raw_serialise::vec_from_bytes(&[1; 6])?;
/// assert_eq!(values, [0x0101; 3]);
/// # Ok::<(), raw_serialise::Error>(())
/// ```
pub fn vec_from_bytes<T: Plain>(bytes: &[u8]) -> Result<Vec<T>, Error> {
    let count = count_of::<T>(bytes)?;
    let mut values = Vec::with_capacity(count);
    // SAFETY: the capacity was just made.
    unsafe { extend_zeroed(&mut values, count) };
    bytes_of_slice_mut(&mut values).copy_from_slice(bytes);
    Ok(values)
}

/// Appends zeroed values. `Err` if there is no memory for them.
#[cfg(feature = "std")]
pub(crate) fn try_extend_zeroed<T: Plain>(
    values: &mut Vec<T>,
    count: usize,
) -> Result<(), alloc::collections::TryReserveError> {
    values.try_reserve_exact(count)?;
    // SAFETY: the capacity was just made.
    unsafe { extend_zeroed(values, count) };
    Ok(())
}

/// Appends zeroed values.
///
/// # Safety
///
/// `count` more values fit in the capacity.
unsafe fn extend_zeroed<T: Plain>(values: &mut Vec<T>, count: usize) {
    let room = values.spare_capacity_mut();
    debug_assert!(room.len() >= count);
    // SAFETY: the caller promises that the room holds `count` values.
    unsafe { ptr::write_bytes(room.as_mut_ptr(), 0, count) };
    // SAFETY: within the capacity, as the caller promises, and all values up to there are
    // initialised: by `Plain` 1 the zeroes are values.
    unsafe { values.set_len(values.len() + count) };
}
