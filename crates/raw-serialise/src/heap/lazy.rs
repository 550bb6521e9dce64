//! Parts that are checked when somebody wants them.

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;

use crate::check::{Checker, Failed, Invalid};
use crate::stored::primitives::word;
use crate::stored::{Kind, MAX_ALIGN, Ptr, PtrMut, Stored, Type, type_of};

/// A value to be stored in a part of its own, which is checked only when it is read.
///
/// ```
/// # #[cfg(feature = "alloc")] {
/// use raw_serialise::Builder;
/// use raw_serialise::heap::Deferred;
///
/// let pages = vec![Deferred(vec!["first".to_owned()]), Deferred(vec!["second".to_owned()])];
/// let file = Builder::new().section("pages", &pages).build()?;
///
/// // Looks at the two pointers, and at no text.
/// let pages = file.get::<Vec<Deferred<Vec<String>>>>("pages")?;
/// let second = pages.get(1).unwrap().get()?;
/// assert_eq!(second.get(0), Some("second"));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deferred<T>(pub T);

/// A deferred value as it is stored: the distance to its part and the length of it, each a `u32`. The
/// part begins at a multiple of [`MAX_ALIGN`] and is checked as a block of its own.
#[derive(Debug)]
pub struct Lazy<T>(PhantomData<T>);

// SAFETY: 1: 8 is a multiple of 4. 2: `claim` has found the bytes of the part in the block, at a
// multiple of `MAX_ALIGN`; that they are a value, `LazyRef` checks. 3: not so. 4 and 5: nothing can be
// written.
unsafe impl<T: Stored> Stored for Lazy<T> {
    const SIZE: usize = 8;
    const ALIGN: usize = 4;
    const ANY_BYTES: bool = false;
    const TYPE: Type = Type::of::<Self>("", Kind::Lazy(type_of::<T>));
    type Ref<'a> = LazyRef<'a, T>;
    type Mut<'a> = LazyRef<'a, T>;

    fn check(bytes: &[u8], at: usize, checker: &mut Checker<'_>) -> Result<(), Failed> {
        checker.claim(at, word(bytes, 0), word(bytes, 4), 1, MAX_ALIGN)?;
        Ok(())
    }

    fn view(ptr: Ptr<'_, Self>) -> LazyRef<'_, T> {
        let bytes = ptr.bytes();
        // SAFETY: the check has found that distance to be in the block.
        let start = unsafe { ptr.address().add(word(bytes, 0) as usize) };
        LazyRef { start, length: word(bytes, 4) as usize, block: PhantomData }
    }

    fn view_mut(ptr: PtrMut<'_, Self>) -> LazyRef<'_, T> {
        ptr.into_shared().view()
    }
}

/// A view of a part that has not been checked yet.
///
/// # Invariants
///
/// 1. `length` bytes from `start` on can be read for `'a`, and do not change.
/// 2. `start` is a multiple of [`MAX_ALIGN`].
pub struct LazyRef<'a, T> {
    start: NonNull<u8>,
    length: usize,
    block: PhantomData<Ptr<'a, T>>,
}

// SAFETY: as for `Ptr`.
unsafe impl<T: Sync> Send for LazyRef<'_, T> {}
// SAFETY: as for `Ptr`.
unsafe impl<T: Sync> Sync for LazyRef<'_, T> {}

impl<T> Clone for LazyRef<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for LazyRef<'_, T> {}

impl<'a, T: Stored> LazyRef<'a, T> {
    /// The bytes of the part.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        // SAFETY: 1.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }

    /// Checks all of the part, each time that it is called, and gives the view of it.
    ///
    /// # Errors
    ///
    /// What is wrong, and where: `at` counts from the beginning of the part.
    pub fn get(&self) -> Result<T::Ref<'a>, Invalid> {
        // SAFETY: 2.
        unsafe { Checker::run::<T>(self.bytes(), 1) }?;
        // SAFETY: checked just now; 1 and 2.
        Ok(unsafe { self.get_unchecked() })
    }

    /// The view of the part, without a check.
    ///
    /// # Safety
    ///
    /// [`get`](Self::get) would find nothing wrong.
    #[must_use]
    pub unsafe fn get_unchecked(&self) -> T::Ref<'a> {
        // SAFETY: the caller promises that they were accepted; 1 and 2.
        unsafe { Ptr::<T>::new(self.start) }.view()
    }
}

impl<T: Stored> fmt::Debug for LazyRef<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyRef").field("length", &self.length).finish_non_exhaustive()
    }
}
