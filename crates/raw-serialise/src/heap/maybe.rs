//! Options.

use core::marker::PhantomData;

use crate::check::{Checker, Failed, Reason};
use crate::stored::{Kind, Ptr, PtrMut, Stored, Type, type_of};

/// An option as it is stored: a byte that is 0 for `None` and 1 for `Some`, zeroes up to the alignment
/// of the value, and the value, which is all zeroes for `None`.
#[derive(Debug)]
pub struct Maybe<T>(PhantomData<T>);

// SAFETY: 1: the alignment of `T` and the size of `T` are multiples of it. 2: with a 1 in the first
// byte, `T::check` has accepted the value. 3: not so. 4 and 5: the views of `T` only.
unsafe impl<T: Stored> Stored for Maybe<T> {
    const SIZE: usize = T::ALIGN + T::SIZE;
    const ALIGN: usize = T::ALIGN;
    const ANY_BYTES: bool = false;
    const TYPE: Type = Type::of::<Self>("", Kind::Maybe(type_of::<T>));
    type Ref<'a> = Option<T::Ref<'a>>;
    type Mut<'a> = Option<T::Mut<'a>>;

    #[inline]
    fn check(bytes: &[u8], at: usize, checker: &mut Checker<'_>) -> Result<(), Failed> {
        let (tag, value) = bytes.split_at(T::ALIGN);
        checker.gap(&tag[1..], at + 1)?;
        match tag[0] {
            0 => checker.gap(value, at + T::ALIGN),
            1 => T::check(value, at + T::ALIGN, checker),
            other => Err(checker.fail(at, Reason::Tag(i128::from(other)))),
        }
    }

    #[inline]
    fn view(ptr: Ptr<'_, Self>) -> Option<T::Ref<'_>> {
        // SAFETY: with a 1 there, the check has accepted the value behind it.
        (ptr.bytes()[0] == 1).then(|| unsafe { ptr.part::<T>(T::ALIGN) }.view())
    }

    #[inline]
    fn view_mut(ptr: PtrMut<'_, Self>) -> Option<T::Mut<'_>> {
        // SAFETY: as above.
        (ptr.shared().bytes()[0] == 1).then(|| unsafe { ptr.part::<T>(T::ALIGN) }.view_mut())
    }
}
