//! How a struct of the user becomes plain.

/// Declares a struct and makes it [`Plain`](crate::Plain), after checking that it may be.
///
/// The struct is declared as it is written: `#[repr(C)]`, `#[derive(Clone, Copy)]` and everything
/// else is up to you and visible. The macro adds the implementation, and these checks, all at
/// compile time:
///
/// - it is `#[repr(C)]`, so that the fields lie in the order of their declaration;
/// - each field's type is plain;
/// - each field begins where the one before it ends, and the struct ends with its last field:
///   there is no padding;
/// - it is not packed, so that references to its fields are aligned;
/// - it has no generic parameters, and is no union, enum or tuple struct.
///
/// A type with a field whose value unsafe code relies on should not be plain, even where all of its
/// bytes are: anyone could then make a value of it from any bytes.
///
/// # Examples
///
/// ```
/// raw_serialise::plain_struct! {
///     /// What a station reports.
///     #[repr(C)]
///     #[derive(Clone, Copy, Debug, PartialEq)]
///     pub struct Reading {
///         pub at: u64,
///         pub celsius: f32,
///         pub station: u16,
///         pub flags: [u8; 2],
///     }
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
/// raw_serialise::plain_struct! {
///     #[repr(C)]
///     #[derive(Clone, Copy)]
///     pub struct ExampleData {
///         a: u8,
///         // error: 7 bytes of padding before field `b` of `ExampleData`
///         b: u64,
///         c: [u8; 7],
///         d: u32,
///     }
/// }
/// ```
///
/// Give the gaps a name, and they are bytes like any others. Ordered by falling alignment, the
/// struct needs fewer of them:
///
/// ```
/// raw_serialise::plain_struct! {
///     #[repr(C)]
///     #[derive(Clone, Copy)]
///     pub struct ExampleData {
///         b: u64,
///         d: u32,
///         a: u8,
///         c: [u8; 7],
///         _pad: [u8; 4],
///     }
/// }
///
/// assert_eq!(size_of::<ExampleData>(), 24);
/// ```
///
/// Without padding the offsets are the sums of the sizes: a struct that this macro accepts on two
/// targets has the same offsets on both. The order of the bytes in its numbers may differ, and so
/// may its alignment.
#[macro_export]
macro_rules! plain_struct {
    ($($declaration:tt)*) => {
        // As it was written, token for token: a derive macro must not meet the invisible groups
        // that `$vis` and `$ty` put around what they matched. Some do not understand them.
        $($declaration)*
        $crate::__plain_struct! { @find_repr $($declaration)* }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __plain_struct {
    // One attribute after another is passed over, until `repr(C)` is met.
    (@find_repr #[repr(C $($repr:tt)*)] $($rest:tt)*) => {
        $crate::__plain_struct! { @check $($rest)* }
    };
    (@find_repr #[$($attribute:tt)*] $($rest:tt)*) => {
        $crate::__plain_struct! { @find_repr $($rest)* }
    };
    (@find_repr $($rest:tt)*) => {
        ::core::compile_error! {
            "a plain struct must be `#[repr(C)]`: without it the compiler orders the fields as it \
             likes, and differently tomorrow"
        }
    };

    (@check
        $(#[$($after:tt)*])*
        $visibility:vis struct $name:ident {
            $(
                $(#[$($field_attribute:tt)*])*
                $field_visibility:vis $field:ident: $type:ty
            ),* $(,)?
        }
    ) => {
        // ANCHOR: checks
        const _: () = {
            let fields = $crate::__private::Fields::of(::core::stringify!($name));
            $(
                let fields = fields.field::<$type>(
                    ::core::stringify!($field),
                    ::core::mem::offset_of!($name, $field),
                );
            )*
            fields.finish(::core::mem::size_of::<$name>(), ::core::mem::align_of::<$name>());

            // Attributes can change what they stand on: these are all the fields of the struct that
            // was declared in the end, and they have the types that were checked.
            let _ = |value: $name| {
                let $name { $($field: _),* } = value;
                $(let _: $type = value.$field;)*
            };
        };

        // SAFETY: 1, 3 and 4 hold for each field, since `Fields::field` asks for plain types; there
        // are no other fields. 2: the constant above has shown that the fields touch.
        unsafe impl $crate::Plain for $name {}
        // ANCHOR_END: checks
    };

    // What is not accepted, and why.
    (@check $(#[$($after:tt)*])* $visibility:vis struct $name:ident < $($rest:tt)*) => {
        ::core::compile_error! {
            "a plain struct has no generic parameters: its layout could not be checked here"
        }
    };
    (@check $(#[$($after:tt)*])* $visibility:vis struct $name:ident ($($fields:tt)*) $($rest:tt)*) => {
        ::core::compile_error! {
            "a plain struct has named fields: the names are how its layout is checked and reported"
        }
    };
    (@check $(#[$($after:tt)*])* $visibility:vis union $($rest:tt)*) => {
        ::core::compile_error! {
            "a union is not plain: a value may leave bytes of its larger fields uninitialised"
        }
    };
    (@check $(#[$($after:tt)*])* $visibility:vis enum $($rest:tt)*) => {
        ::core::compile_error! {
            "an enum is not plain: some bytes are none of its variants"
        }
    };
    (@check $($rest:tt)*) => {
        ::core::compile_error! {
            "expected one struct with named fields: `#[repr(C)] struct Name { field: Type, .. }`"
        }
    };
}
