//! The one promise that everything else rests on.

/// Types whose every value is fully described by its bytes, and whose every byte pattern is a value.
///
/// Implemented here for the integers with a fixed width, the floats, and arrays of plain values.
/// [`plain_struct!`](crate::plain_struct) implements it for a struct after checking the promise, so
/// that nobody has to write `unsafe`.
///
/// What is left out, and why:
///
/// - `bool`, `char`, references, `NonZero`, most enums: some byte patterns are not values of them.
/// - Pointers: an address means nothing to the next program that reads it.
/// - `usize` and `isize`: their width is that of the machine. A struct that holds one has another
///   layout on the next machine. Store a `u64` and convert.
/// - `[T]`: it has no size of its own. The functions whose names say `slice` take it.
/// - Tuples: the compiler lays them out as it likes.
///
/// # Safety
///
// ANCHOR: promise
/// Whoever implements `Plain` for a type promises that
///
/// 1. every pattern of `size_of::<Self>()` initialised bytes is a valid value, and breaks no
///    invariant that unsafe code relies on;
/// 2. no byte of a value is padding: in every value all of them are initialised;
/// 3. a value holds no pointer and no reference;
/// 4. a value has no interior mutability: behind `&Self` no byte changes.
// ANCHOR_END: promise
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
    note = "integers of a fixed width, floats, arrays of plain values and what `plain_struct!` \
            declares are plain",
    note = "in place of `bool` and C-like enums store a `u8` and check it; in place of `usize` \
            store a `u64`"
)]
pub unsafe trait Plain: Copy + 'static {}

macro_rules! primitives {
    ($($primitive:ty)*) => {
        $(
            // SAFETY: the Reference, "Numeric types": every bit pattern of an integer or a float is
            // a value, and all their bytes are value bytes. They are no pointers and no cells.
            unsafe impl Plain for $primitive {}
        )*
    };
}

primitives! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 }

// SAFETY: the Reference, "Array layout": element n lies at n * size_of::<T>() and the size is
// N * size_of::<T>(), so an array has no bytes but those of its elements, and they are plain.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}
