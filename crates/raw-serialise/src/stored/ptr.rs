//! Pointers to stored values, with the provenance of all that was checked with them.
//!
//! A `&Str` would not do: a reference may only be used for the bytes of its own type (Stacked
//! Borrows: Jung et al., 2020), and the text of a string lies outside of the eight bytes of its
//! pointer. So the whole block is borrowed once, and what is handed out are raw pointers into it that
//! carry the lifetime of that borrow.

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;

use super::Stored;
use crate::Checked;

// ANCHOR: ptr
/// Where a valid stored `T` lies, in memory that is borrowed for `'a`.
///
/// # Invariants
///
/// 1. At `at` lie `T::SIZE` bytes of a block of memory that `T::check` accepted, as part of that
///    block.
/// 2. `at` may be used to read the whole block, for `'a`, in which nothing else writes to it but
///    through a [`PtrMut`] that this pointer was made from.
/// 3. `at` is a multiple of `align_of::<T>()`, if `T` is [`Checked`].
///
/// They hold for this `T`, not for its subtypes and supertypes: it is invariant in `T`.
pub struct Ptr<'a, T: ?Sized> {
    at: NonNull<u8>,
    block: PhantomData<&'a [u8]>,
    of: PhantomData<fn() -> *mut T>,
}
// ANCHOR_END: ptr

// SAFETY: it is a shared reference to a value that does not change (2, and `Stored` 5).
unsafe impl<T: ?Sized + Sync> Send for Ptr<'_, T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Sync> Sync for Ptr<'_, T> {}

impl<T: ?Sized> Clone for Ptr<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Ptr<'_, T> {}

impl<T: ?Sized> fmt::Debug for Ptr<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.at.fmt(f)
    }
}

impl<'a, T: Stored + ?Sized> Ptr<'a, T> {
    /// # Safety
    ///
    /// The invariants hold.
    #[inline]
    pub(crate) const unsafe fn new(at: NonNull<u8>) -> Self {
        Self { at, block: PhantomData, of: PhantomData }
    }

    /// What is stored `offset` bytes further on: a part of this value, or what it points at.
    ///
    /// # Safety
    ///
    /// Whenever `T::check` accepts bytes, `F::check` has accepted those that lie `offset` bytes
    /// behind their beginning, in the same block.
    #[inline]
    #[must_use]
    pub const unsafe fn part<F: Stored + ?Sized>(self, offset: usize) -> Ptr<'a, F> {
        // SAFETY: the caller promises that a part lies there, which is in the block.
        let at = unsafe { self.at.add(offset) };
        // SAFETY: 1: the caller promises. 2: the same block. 3: by `Stored` 1 and what `check`
        // requires of places, it lies at a multiple of `F::ALIGN`.
        unsafe { Ptr::new(at) }
    }

    /// The view of the value.
    #[inline]
    #[must_use]
    pub fn view(self) -> T::Ref<'a> {
        T::view(self)
    }

    /// The value's own bytes.
    #[inline]
    #[must_use]
    pub const fn bytes(self) -> &'a [u8] {
        // SAFETY: 1 and 2.
        unsafe { core::slice::from_raw_parts(self.at.as_ptr(), T::SIZE) }
    }

    /// Where it lies.
    #[inline]
    pub(crate) const fn address(self) -> NonNull<u8> {
        self.at
    }
}

impl<'a, T: Checked> Ptr<'a, T> {
    /// The value, where it lies.
    #[inline]
    #[must_use]
    pub const fn as_ref(self) -> &'a T {
        // SAFETY: 1: a checked type is stored as itself, and its bytes were accepted. 2 and 3.
        unsafe { self.at.cast::<T>().as_ref() }
    }
}

/// Where a valid stored `T` lies, in memory that is borrowed mutably for `'a`.
///
/// # Invariants
///
/// Those of [`Ptr`], and
///
/// 4. `at` may also be used to write, and until the end of `'a` nobody else reads or writes the
///    value's own bytes, or those that it points at.
pub struct PtrMut<'a, T: ?Sized> {
    at: NonNull<u8>,
    block: PhantomData<&'a mut [u8]>,
    of: PhantomData<fn() -> *mut T>,
}

// SAFETY: it is a unique reference to bytes.
unsafe impl<T: ?Sized + Send> Send for PtrMut<'_, T> {}
// SAFETY: behind `&self` it only reads.
unsafe impl<T: ?Sized + Sync> Sync for PtrMut<'_, T> {}

impl<T: ?Sized> fmt::Debug for PtrMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.at.fmt(f)
    }
}

impl<'a, T: Stored + ?Sized> PtrMut<'a, T> {
    /// # Safety
    ///
    /// The invariants hold.
    #[inline]
    pub(crate) const unsafe fn new(at: NonNull<u8>) -> Self {
        Self { at, block: PhantomData, of: PhantomData }
    }

    /// The same pointer, for as long as this one is borrowed.
    #[inline]
    #[must_use]
    pub const fn reborrow(&mut self) -> PtrMut<'_, T> {
        PtrMut { at: self.at, block: PhantomData, of: PhantomData }
    }

    /// The same pointer, for reading.
    #[inline]
    #[must_use]
    pub const fn shared(&self) -> Ptr<'_, T> {
        Ptr { at: self.at, block: PhantomData, of: PhantomData }
    }

    /// The same pointer, for reading from now on.
    #[inline]
    #[must_use]
    pub const fn into_shared(self) -> Ptr<'a, T> {
        Ptr { at: self.at, block: PhantomData, of: PhantomData }
    }

    /// What is stored `offset` bytes further on: a part of this value, or what it points at.
    ///
    /// # Safety
    ///
    /// As [`Ptr::part`]; and if more than one part is made of one pointer, they do not overlap, nor
    /// does what they point at.
    #[inline]
    #[must_use]
    pub const unsafe fn part<F: Stored + ?Sized>(&self, offset: usize) -> PtrMut<'a, F> {
        // SAFETY: the caller promises that a part lies there, which is in the block.
        let at = unsafe { self.at.add(offset) };
        // SAFETY: as in `Ptr::part`; 4: the caller promises.
        unsafe { PtrMut::new(at) }
    }

    /// The view of the value, for changes.
    #[inline]
    #[must_use]
    pub fn view_mut(self) -> T::Mut<'a> {
        T::view_mut(self)
    }

    /// Where it lies.
    #[inline]
    pub(crate) const fn address(&self) -> NonNull<u8> {
        self.at
    }
}
