//! The promises that everything else rests on.

use core::fmt::Debug;

use crate::stored::Stored;

/// Types of which some bytes are values, and others are refused.
///
/// `bool`, `char`, `NonZero`, everything that is [`Plain`], arrays of checked values, and what
/// [`#[derive(Checked)]`](macro@crate::Checked) is put on: structs without padding, and enums with a
/// fixed `repr`, also such that carry data.
///
/// A value is the whole value: it holds no pointer, and is stored as it lies in memory.
///
/// # Safety
///
// ANCHOR: promise
/// Whoever implements `Checked` for a type promises that
///
/// 1. it is stored as itself: `SIZE` is `size_of::<Self>()`, `ALIGN` is a multiple of
///    `align_of::<Self>()`, and bytes that `check` accepts are a valid value;
/// 2. a value holds no pointer, no reference, and no interior mutability: behind `&Self` no byte
///    changes;
/// 3. `encode` writes all `SIZE` bytes if there are so many, without a panic on the way, and what it
///    writes is accepted by `check`.
// ANCHOR_END: promise
///
/// # Examples
///
/// ```
/// use raw_serialise::{Error, from_bytes};
///
/// assert_eq!(from_bytes::<bool>(&[1]), Ok(&true));
/// assert_eq!(
///     from_bytes::<bool>(&[3]).unwrap_err().to_string(),
///     "at byte 0: expected a bool, 0 or 1, and found 3"
/// );
/// ```
#[diagnostic::on_unimplemented(
    message = "the bytes of `{Self}` cannot be checked",
    label = "not `Checked`: it may hold a pointer, or have a layout that is not fixed",
    note = "numbers of a fixed width, `bool`, `char`, `NonZero`, arrays of these, and structs and \
            enums with `#[derive(Plain)]` or `#[derive(Checked)]` can be checked",
    note = "in place of `usize` store a `u64`; data on the heap goes into a file with \
            `#[derive(Serialise)]`"
)]
pub unsafe trait Checked: Stored + Copy + Debug {
    /// Writes the bytes of the value: its fields where they lie, and zero where it has padding.
    ///
    /// # Panics
    ///
    /// Panics unless there are `size_of::<Self>()` bytes.
    fn encode(&self, bytes: &mut [u8]);
}

/// Checked types of which every byte is initialised in every value.
///
/// So the value can be seen as bytes, and bytes that were checked can be changed through a `&mut` of
/// it. All plain types; `bool`, `char`, `NonZero`; what has
/// [`#[derive(NoPadding)]`](macro@crate::NoPadding).
///
/// # Safety
///
/// Whoever implements `NoPadding` for a type promises that no byte of a value is padding.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may have bytes of padding",
    label = "not `NoPadding`: some bytes may be uninitialised",
    note = "derive it beside `Checked`, if all bytes of the type are always part of a field"
)]
pub unsafe trait NoPadding: Checked {}

/// Types whose every value is fully described by its bytes, and whose every byte pattern is a value.
///
/// The integers with a fixed width, the floats, arrays of plain values, and the structs that
/// [`#[derive(Plain)]`](macro@crate::Plain) has accepted.
///
/// What is left out, and why:
///
/// - `bool`, `char`, `NonZero`, enums: some byte patterns are not values of them. They are
///   [`Checked`].
/// - References and pointers: an address means nothing to the next program that reads it.
/// - `usize` and `isize`: their width is that of the machine. A struct that holds one has another
///   layout on the next machine. Store a `u64` and convert.
/// - `[T]`: it has no size of its own. The functions whose names say `slice` take it.
/// - Tuples: the compiler lays them out as it likes.
///
/// # Safety
///
// ANCHOR: plain
/// Whoever implements `Plain` for a type promises that every pattern of `size_of::<Self>()`
/// initialised bytes is a valid value, and breaks no invariant that unsafe code relies on.
// ANCHOR_END: plain
///
/// # Examples
///
/// ```
/// fn sum_of_bytes<T: raw_serialise::Plain>(value: &T) -> u32 {
///     raw_serialise::as_bytes(value).iter().map(|&byte| u32::from(byte)).sum()
/// }
///
/// assert_eq!(sum_of_bytes(&0x0102_0304_u32), 10);
/// assert_eq!(sum_of_bytes(&[1_u64, 2, 3]), 6);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not plain data",
    label = "some bytes are no value of `{Self}`, or some of its bytes are padding or a pointer",
    note = "integers of a fixed width, floats, arrays of plain values and structs with \
            `#[derive(Plain)]` are plain",
    note = "a type with `bool`, `char`, `NonZero` or an enum in it can be `Checked`; in place of \
            `usize` store a `u64`"
)]
pub unsafe trait Plain: NoPadding {}
