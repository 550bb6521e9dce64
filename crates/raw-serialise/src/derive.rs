//! What the derives expand to calls this, so that what they expand to stays short.

use crate::Checked;
use crate::check::{Checker, Failed};
use crate::stored::Stored;

/// Checks the zeroes before a field, and the field, of the value whose bytes these are.
///
/// # Errors
///
/// Those of the checks; the checker knows in which field.
#[inline]
pub fn check_field<F: Stored>(
    bytes: &[u8],
    at: usize,
    checker: &mut Checker<'_>,
    (end, start): (usize, usize),
    (owner, field): (&'static str, &'static str),
) -> Result<(), Failed> {
    checker.gap(&bytes[end..start], at + end)?;
    match F::check(&bytes[start..start + F::SIZE], at + start, checker) {
        Ok(()) => Ok(()),
        Err(_) => Err(checker.within(owner, field)),
    }
}

/// The same, of a checked field: an error that it is none says so.
///
/// # Errors
///
/// As above.
#[inline]
pub fn check_checked_field<F: Checked>(
    bytes: &[u8],
    at: usize,
    checker: &mut Checker<'_>,
    place: (usize, usize),
    names: (&'static str, &'static str),
) -> Result<(), Failed> {
    check_field::<F>(bytes, at, checker, place, names)
}

/// Encodes a field to the place that it has in its value.
#[inline]
pub fn encode_field<F: Checked>(field: &F, bytes: &mut [u8], offset: usize) {
    field.encode(&mut bytes[offset..offset + F::SIZE]);
}

/// Checks the zeroes behind the last field.
///
/// # Errors
///
/// Those of the check.
#[inline]
pub fn check_rest(
    bytes: &[u8],
    at: usize,
    checker: &mut Checker<'_>,
    end: usize,
) -> Result<(), Failed> {
    checker.gap(&bytes[end..], at + end)
}

/// Panics unless there are `SIZE` bytes, and makes them zero.
#[inline]
#[track_caller]
pub fn clear<T: Stored>(bytes: &mut [u8]) {
    assert!(bytes.len() == T::SIZE, "a value has {} bytes, and not {}", T::SIZE, bytes.len());
    bytes.fill(0);
}

/// For the derives to ask whether a field has the type that they read: neither pointer to another
/// type becomes this one.
pub const fn same_type<T>(_: *mut T) {}

/// How far a field lies from the beginning of its enum. `T` is given, so it is also asked whether the
/// field has the type that the derive read.
///
/// # Safety
///
/// `field` points into what `start` points to.
#[must_use]
pub const unsafe fn offset_in<E, T>(start: *const E, field: *const T) -> usize {
    // SAFETY: the caller promises that both point into one allocation.
    let distance = unsafe { field.byte_offset_from(start) };
    distance as usize
}

/// How far a field reaches, behind the ones before it.
#[must_use]
pub const fn next<T: Stored>(end: usize) -> (usize, usize) {
    let start = crate::stored::align_up(end, T::ALIGN);
    (start, start + T::SIZE)
}

/// The larger one.
#[must_use]
pub const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serialise_plain {
    ($type:ty) => {
        #[automatically_derived]
        impl $crate::Serialise for $type {
            type Stored = Self;

            #[inline]
            fn serialise(&self, at: ::core::primitive::usize, writer: &mut $crate::Writer) {
                $crate::Writer::put_value(writer, at, self);
            }

            #[inline]
            fn serialise_slice(
                values: &[Self],
                writer: &mut $crate::Writer,
            ) -> ::core::primitive::usize {
                $crate::Writer::append_values(writer, values)
            }
        }
    };
}

#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serialise_checked {
    ($type:ty) => {
        #[automatically_derived]
        impl $crate::Serialise for $type {
            type Stored = Self;

            #[inline]
            fn serialise(&self, at: ::core::primitive::usize, writer: &mut $crate::Writer) {
                $crate::Writer::put_value(writer, at, self);
            }
        }
    };
}

#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! __with_default {
    ($field:expr, $type:ty, $value:expr) => {
        $crate::stored::Field::with_default($field, |at, writer| {
            let value: $type = $value;
            <$type as $crate::Serialise>::serialise(&value, at, writer);
        })
    };
}

#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serialise_plain {
    ($type:ty) => {};
}

#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serialise_checked {
    ($type:ty) => {};
}

#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __with_default {
    ($field:expr, $type:ty, $value:expr) => {
        $field
    };
}
