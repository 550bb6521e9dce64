//! The derives, and what they expand to calls, so that what they expand to stays short.

use crate::check::{Checker, Failed};
use crate::plain::Checked;
use crate::stored::Stored;

/// Makes a struct plain, after proving that it may be.
///
/// The struct must be `#[repr(C)]` or `#[repr(transparent)]`, and `Copy` and `Debug`. While your crate
/// compiles, the derive looks at the layout that the compiler has made:
///
/// - each field's type is plain;
/// - each field begins where the one before it ends, and the struct ends with its last field: there is
///   no padding;
/// - each field lies at a multiple of its [`ALIGN`](crate::stored::Stored::ALIGN), so that the layout is
///   the same on every target;
/// - it is not packed, so that references to its fields are aligned; its alignment is at most
///   [`MAX_ALIGN`](crate::stored::MAX_ALIGN);
/// - it has no generic parameters, and is no union or enum.
///
/// A type with a field whose value unsafe code relies on should not be plain, even where all of its
/// bytes are: anyone could then make a value of it from any bytes.
///
/// # Examples
///
/// ```
/// use raw_serialise::Plain;
///
/// /// What a station reports.
/// #[repr(C)]
/// #[derive(Clone, Copy, Debug, PartialEq, Plain)]
/// struct Reading {
///     at: u64,
///     celsius: f32,
///     station: u16,
///     flags: [u8; 2],
/// }
///
/// let reading = Reading { at: 1, celsius: 21.5, station: 7, flags: [0; 2] };
/// let bytes = raw_serialise::as_bytes(&reading);
/// assert_eq!(raw_serialise::read_value::<Reading>(bytes), Ok(reading));
/// ```
///
/// # Padding
///
/// The compiler leaves bytes between fields, and after the last one, where alignment asks for them.
/// Nothing writes to these bytes, and reading them is undefined behaviour. So this is refused:
///
/// ```compile_fail,E0080
/// # use raw_serialise::Plain;
/// #[repr(C)]
/// #[derive(Clone, Copy, Debug, Plain)]
/// struct ExampleData {
///     a: u8,
///     // error: 7 bytes of padding before field `b` of `ExampleData`
///     b: u64,
///     c: [u8; 7],
///     d: u32,
/// }
/// ```
///
/// Give the gaps a name, and they are bytes like any others. Ordered by falling alignment, the struct
/// needs fewer of them:
///
/// ```
/// # use raw_serialise::Plain;
/// #[repr(C)]
/// #[derive(Clone, Copy, Debug, Plain)]
/// struct ExampleData {
///     b: u64,
///     d: u32,
///     a: u8,
///     c: [u8; 7],
///     _pad: [u8; 4],
/// }
///
/// assert_eq!(size_of::<ExampleData>(), 24);
/// ```
///
/// # Attributes
///
/// `#[raw(name = "..")]` on the struct or a field is its name in a file. `#[raw(default)]` and
/// `#[raw(default = ..)]` on a field say what it is in files that lack it.
#[cfg(feature = "derive")]
pub use raw_serialise_derive::Plain;

/// Makes a type checked: its bytes are looked at before they are taken for a value.
///
/// For structs, all that is said of [`Plain`](macro@crate::Plain) holds, but that the fields need only
/// be checked. An enum needs an integer of 1 to 8 bytes as its `repr`; its variants may carry checked
/// fields, and there may be bytes between them, which are zero when it is stored. Its layout must be the
/// same on every target: a `u64` behind a small tag needs a field of bytes before it.
///
/// # Examples
///
/// ```
/// use raw_serialise::{Checked, read_value};
///
/// #[repr(u8)]
/// #[derive(Clone, Copy, Debug, PartialEq, Checked)]
/// enum Shape {
///     Nothing,
///     Square { side: u16 },
///     Flag(bool) = 7,
/// }
///
/// let mut bytes = [0; 4];
/// raw_serialise::write_value(&Shape::Flag(true), &mut bytes)?;
/// assert_eq!(bytes, [7, 1, 0, 0]);
/// assert_eq!(read_value(&bytes), Ok(Shape::Flag(true)));
/// assert_eq!(
///     read_value::<Shape>(&[7, 3, 0, 0]).unwrap_err().to_string(),
///     "at byte 1, field `0` of `Shape::Flag`: expected a bool, 0 or 1, and found 3"
/// );
/// assert_eq!(
///     read_value::<Shape>(&[8, 0, 0, 0]).unwrap_err().to_string(),
///     "at byte 0: no variant has the tag 8"
/// );
/// # Ok::<(), raw_serialise::Error>(())
/// ```
///
/// The attributes of [`Plain`](macro@crate::Plain), and a name for each variant.
#[cfg(feature = "derive")]
pub use raw_serialise_derive::Checked;

/// Beside [`Checked`](macro@crate::Checked): proves that every byte of every value is part of a field.
///
/// # Examples
///
/// ```
/// use raw_serialise::{Checked, NoPadding, as_bytes};
///
/// #[repr(u8)]
/// #[derive(Clone, Copy, Debug, Checked, NoPadding)]
/// enum Answer {
///     No(u8),
///     Yes { sure: bool },
/// }
///
/// assert_eq!(as_bytes(&Answer::Yes { sure: true }), [1, 1]);
/// ```
///
/// A variant that does not fill the enum is refused:
///
/// ```compile_fail,E0080
/// # use raw_serialise::{Checked, NoPadding};
/// #[repr(u8)]
/// #[derive(Clone, Copy, Debug, Checked, NoPadding)]
/// enum Answer {
///     // error: 1 byte of padding at the end of `Answer::No`
///     No,
///     Yes { sure: bool },
/// }
/// ```
#[cfg(feature = "derive")]
pub use raw_serialise_derive::NoPadding;

/// Lets a struct or an enum with data on the heap be stored, and makes views of it.
///
/// For a struct `Log` there are then, as visible as it is itself:
///
/// - `LogStored`, the form in which it is stored: no value is ever made of it;
/// - `LogRef<'a>`, the view of a stored one: a method for each field, of the field's name and as visible
///   as the field (`field_0()` of a tuple struct);
/// - `LogMut<'a>`, the view for changes: the same methods, and `as_ref()`.
///
/// For an enum `Shape`, `ShapeRef<'a>` and `ShapeMut<'a>` are enums of the same variants, with the views
/// of their fields, to be matched on. A field that holds its own enum in a box, such as the `Box<Expr>` of
/// an `Expr`, is there as a [`Ptr`](crate::stored::Ptr), whose `view()` is the view; `#[raw(pointer)]`
/// makes it so for any field, such as one of two enums that hold each other.
///
/// The layout is the same on every target: the fields in the order of their declaration, each at its
/// [`ALIGN`](crate::stored::Stored::ALIGN); of an enum first the number of the variant, a `u8` (a `u16`
/// if there are more than 256). Bytes between are zero.
///
/// The type may have lifetime parameters, and no others.
///
/// # Examples
///
/// ```
/// use raw_serialise::{Archive, Builder, Serialise};
///
/// #[derive(Serialise)]
/// struct Log<'a> {
///     at: u64,
///     text: &'a str,
///     tags: Vec<Tag>,
/// }
///
/// #[derive(Serialise)]
/// enum Tag {
///     Urgent,
///     Named(String),
/// }
///
/// let log = Log { at: 7, text: "lights on", tags: vec![Tag::Urgent, Tag::Named("hall".into())] };
/// let file = Builder::new().section("log", &log).build()?;
///
/// let view = file.get::<Log>("log")?;
/// assert_eq!((view.at(), view.text()), (7, "lights on"));
/// assert!(matches!(view.tags().get(1), Some(TagRef::Named("hall"))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Attributes
///
/// `#[raw(name = "..")]` on the type, a field or a variant is its name in a file, so that it can be
/// renamed in the program. `#[raw(default)]` and `#[raw(default = ..)]` on a field say what it is in
/// files that lack it.
#[cfg(all(feature = "derive", feature = "alloc"))]
pub use raw_serialise_derive::Serialise;

/// Beside [`Serialise`](macro@Serialise): makes values of the views again; see the trait
/// [`Deserialise`](trait@crate::Deserialise).
///
/// Each field's type must be `Deserialise`, too: it owns what it holds.
#[cfg(all(feature = "derive", feature = "alloc"))]
pub use raw_serialise_derive::Deserialise;

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

        $crate::__deserialise_copy!($type);
    };
}

#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! __deserialise_copy {
    ($type:ty) => {
        #[automatically_derived]
        impl $crate::Deserialise for $type {
            #[inline]
            fn deserialise(view: &Self) -> ::core::result::Result<Self, $crate::Invalid> {
                ::core::result::Result::Ok($crate::__private::copy(view))
            }

            #[inline]
            fn deserialise_list(
                list: $crate::heap::ListRef<'_, Self>,
            ) -> ::core::result::Result<$crate::__private::Vec<Self>, $crate::Invalid> {
                ::core::result::Result::Ok($crate::__private::copies(list))
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

        $crate::__deserialise_copy!($type);
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
