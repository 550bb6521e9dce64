//! Tuples: like structs whose fields are called `0`, `1`, ..

use super::{Field, Kind, Ptr, PtrMut, Stored, Type, align_up};
use crate::check::{Checker, Failed};

/// Where the elements of a stored tuple lie.
pub(crate) trait TupleOffsets {
    /// In the order of the elements.
    const OFFSETS: &'static [usize];
}

/// Where the next element ends, and where it begins.
const fn next<T: Stored>(end: usize) -> (usize, usize) {
    let start = align_up(end, T::ALIGN);
    (start + T::SIZE, start)
}

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

macro_rules! tuples {
    ($($($name:ident $offset:ident $index:tt),+;)*) => {
        $(
            impl<$($name: Stored),+> TupleOffsets for ($($name,)+) {
                const OFFSETS: &'static [usize] = &{
                    let end = 0;
                    $(let (end, $offset) = next::<$name>(end);)+
                    let _ = end;
                    [$($offset),+]
                };
            }

            // SAFETY: 1: padded to the strictest alignment. 2 to 5: each element is checked, and
            // viewed where it was; they do not overlap.
            unsafe impl<$($name: Stored),+> Stored for ($($name,)+) {
                const SIZE: usize = {
                    let end = 0;
                    $(let (end, _) = next::<$name>(end);)+
                    align_up(end, Self::ALIGN)
                };
                const ALIGN: usize = {
                    let align = 1;
                    $(let align = max(align, $name::ALIGN);)+
                    align
                };
                const ANY_BYTES: bool = {
                    // Gaps must be zero.
                    let size = 0 $(+ $name::SIZE)+;
                    size == Self::SIZE $(&& $name::ANY_BYTES)+
                };
                const TYPE: Type = Type::of::<Self>("", Kind::Tuple(const {
                    &[$(Field::of::<$name>(
                        stringify!($index),
                        <Self as TupleOffsets>::OFFSETS[$index],
                    )),+]
                }));
                type Ref<'a> = ($($name::Ref<'a>,)+);
                type Mut<'a> = ($($name::Mut<'a>,)+);

                #[inline]
                fn check(bytes: &[u8], at: usize, checker: &mut Checker<'_>) -> Result<(), Failed> {
                    let end = 0;
                    $(
                        let offset = <Self as TupleOffsets>::OFFSETS[$index];
                        checker.gap(&bytes[end..offset], at + end)?;
                        let end = offset + $name::SIZE;
                        $name::check(&bytes[offset..end], at + offset, checker)?;
                    )+
                    checker.gap(&bytes[end..], at + end)
                }

                #[inline]
                fn view(ptr: Ptr<'_, Self>) -> Self::Ref<'_> {
                    ($({
                        let offset = <Self as TupleOffsets>::OFFSETS[$index];
                        // SAFETY: `check` has accepted the element at this offset.
                        unsafe { ptr.part::<$name>(offset) }.view()
                    },)+)
                }

                #[inline]
                fn view_mut(ptr: PtrMut<'_, Self>) -> Self::Mut<'_> {
                    ($({
                        let offset = <Self as TupleOffsets>::OFFSETS[$index];
                        // SAFETY: as above; the elements do not overlap.
                        unsafe { ptr.part::<$name>(offset) }.view_mut()
                    },)+)
                }
            }
        )*
    };
}

tuples! {
    A a 0;
    A a 0, B b 1;
    A a 0, B b 1, C c 2;
    A a 0, B b 1, C c 2, D d 3;
}
