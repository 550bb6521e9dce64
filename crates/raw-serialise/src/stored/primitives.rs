//! Numbers, `bool`, `char`, and arrays.

use core::num::NonZero;

use super::{Kind, Ptr, PtrMut, Slot, Stored, Type, type_of};
use crate::bytes::as_bytes;
use crate::check::{Checker, Failed, Reason};
use crate::heap::{ListMut, ListRef};
use crate::{Checked, NoPadding, Plain};

/// `Stored` and `Checked` for a type that is stored as itself and viewed by value, and `NoPadding`.
macro_rules! primitive {
    ($primitive:ty, $name:expr, $any_bytes:expr, |$bytes:ident, $at:ident, $checker:ident| $check:expr) => {
        const _: () = assert!(align_of::<$primitive>() <= size_of::<$primitive>());

        // SAFETY: 1: the size is a power of two and at most 16. 2 and 3: see the check, which stands
        // where the macro is used; `Slot` and a copy need nothing but valid values. 4: `Slot`. 5: a copy.
        unsafe impl Stored for $primitive {
            const SIZE: usize = size_of::<Self>();
            const ALIGN: usize = size_of::<Self>();
            const ANY_BYTES: bool = $any_bytes;
            const TYPE: Type = Type::of::<Self>($name, Kind::Primitive);
            type Ref<'a> = Self;
            type Mut<'a> = Slot<'a, Self>;

            #[inline]
            fn check($bytes: &[u8], $at: usize, $checker: &mut Checker<'_>) -> Result<(), Failed> {
                $check
            }

            #[inline]
            fn view(ptr: Ptr<'_, Self>) -> Self {
                *ptr.as_ref()
            }

            #[inline]
            fn view_mut(ptr: PtrMut<'_, Self>) -> Slot<'_, Self> {
                Slot::new(ptr)
            }
        }

        // SAFETY: 1: it is stored as itself. 2: it is no pointer and no cell. 3: `as_bytes` has
        // initialised bytes only.
        unsafe impl Checked for $primitive {
            #[inline]
            fn encode(&self, bytes: &mut [u8]) {
                bytes.copy_from_slice(as_bytes(self));
            }
        }

        // SAFETY: the Reference, "Type layout": primitive types have no padding, and the docs of
        // `NonZero`: it has the layout of its integer.
        unsafe impl NoPadding for $primitive {}
    };
}

macro_rules! numbers {
    ($($number:ident)*) => {
        $(
            primitive!($number, stringify!($number), true, |_bytes, _at, _checker| Ok(()));

            // SAFETY: the Reference, "Numeric types": every bit pattern of an integer or a float is
            // a value.
            unsafe impl Plain for $number {}
        )*
    };
}

numbers! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 }

macro_rules! not_zero {
    ($($number:ident)*) => {
        $(
            primitive!(
                NonZero<$number>,
                concat!("nonzero<", stringify!($number), ">"),
                false,
                // Docs of `NonZero`: all values but zero.
                |bytes, at, checker| {
                    if bytes.iter().all(|&byte| byte == 0) {
                        return Err(checker.fail(at, Reason::Zero));
                    }
                    Ok(())
                }
            );
        )*
    };
}

not_zero! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 }

primitive!(bool, "bool", false, |bytes, at, checker| {
    // The Reference, "Boolean type": 0 and 1.
    if bytes[0] > 1 {
        return Err(checker.fail(at, Reason::Bool(bytes[0])));
    }
    Ok(())
});

primitive!(char, "char", false, |bytes, at, checker| {
    // The Reference, "Textual types": a `u32` that is a Unicode scalar value.
    let number = word(bytes, 0);
    if char::from_u32(number).is_none() {
        return Err(checker.fail(at, Reason::Char(number)));
    }
    Ok(())
});

/// The four bytes at `offset`, as a number of this machine.
#[inline]
pub(crate) fn word(bytes: &[u8], offset: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[offset..offset + 4]);
    u32::from_ne_bytes(word)
}

// SAFETY: 1: a multiple of the element's. 2, 3 and 5: as the elements', which lie one after another.
// 4: `ListMut` gives out views of elements.
unsafe impl<T: Stored, const N: usize> Stored for [T; N] {
    const SIZE: usize = T::SIZE * N;
    const ALIGN: usize = T::ALIGN;
    const ANY_BYTES: bool = T::ANY_BYTES;
    const TYPE: Type = Type::of::<Self>("", Kind::Array { element: type_of::<T>, count: N });
    type Ref<'a> = ListRef<'a, T>;
    type Mut<'a> = ListMut<'a, T>;

    #[inline]
    fn check(bytes: &[u8], at: usize, checker: &mut Checker<'_>) -> Result<(), Failed> {
        checker.elements::<T>(at, bytes, N)
    }

    #[inline]
    fn view(ptr: Ptr<'_, Self>) -> ListRef<'_, T> {
        // SAFETY: the first element lies where the array does, and `N` of them were checked.
        unsafe { ListRef::new(ptr.address(), N) }
    }

    #[inline]
    fn view_mut(ptr: PtrMut<'_, Self>) -> ListMut<'_, T> {
        // SAFETY: as above, and the array is not used besides.
        unsafe { ListMut::new(ptr.address(), N) }
    }
}

// SAFETY: the Reference, "Array layout": element n lies at n * size_of::<T>() and the size is
// N * size_of::<T>(), so an array has no bytes but those of its elements. 1, 2 and 3: as theirs.
unsafe impl<T: Checked, const N: usize> Checked for [T; N] {
    #[inline]
    fn encode(&self, bytes: &mut [u8]) {
        if T::SIZE > 0 {
            for (element, bytes) in self.iter().zip(bytes.chunks_exact_mut(T::SIZE)) {
                element.encode(bytes);
            }
        }
    }
}

// SAFETY: as above.
unsafe impl<T: NoPadding, const N: usize> NoPadding for [T; N] {}

// SAFETY: as above.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}
