//! Boxes.

use core::marker::PhantomData;

use crate::check::{Checker, Failed};
use crate::stored::primitives::word;
use crate::stored::{Kind, Ptr, PtrMut, Stored, Type, type_of};

/// A box as it is stored: the distance to the value, a `u32`.
#[derive(Debug)]
pub struct Boxed<T>(PhantomData<T>);

// SAFETY: 1: 4 is a multiple of 4. 2: `claim` has found the bytes of the value in the block, at a
// multiple of its alignment, and `T::check` accepted them. 3: not so. 4 and 5: the views of `T` only.
unsafe impl<T: Stored> Stored for Boxed<T> {
    const SIZE: usize = 4;
    const ALIGN: usize = 4;
    const ANY_BYTES: bool = false;
    const TYPE: Type = Type::of::<Self>("", Kind::Boxed(type_of::<T>));
    type Ref<'a> = T::Ref<'a>;
    type Mut<'a> = T::Mut<'a>;

    #[inline]
    fn check(bytes: &[u8], at: usize, checker: &mut Checker<'_>) -> Result<(), Failed> {
        let (start, value) = checker.claim(at, word(bytes, 0), 1, T::SIZE, T::ALIGN)?;
        checker.deeper(at, |checker| T::check(value, start, checker))
    }

    #[inline]
    fn view(ptr: Ptr<'_, Self>) -> T::Ref<'_> {
        let distance = word(ptr.bytes(), 0);
        // SAFETY: the check has found a value there.
        unsafe { ptr.part::<T>(distance as usize) }.view()
    }

    #[inline]
    fn view_mut(ptr: PtrMut<'_, Self>) -> T::Mut<'_> {
        let distance = word(ptr.shared().bytes(), 0);
        // SAFETY: as above.
        unsafe { ptr.part::<T>(distance as usize) }.view_mut()
    }
}
