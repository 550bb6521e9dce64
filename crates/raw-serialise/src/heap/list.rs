//! Lists: so many values, one after another.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::ops::Deref;
use core::ptr::NonNull;

use crate::check::{Checker, Failed, Reason};
use crate::stored::primitives::word;
use crate::stored::{Kind, Ptr, PtrMut, Stored, Type, type_of};
use crate::{Checked, NoPadding};

/// A list as it is stored: the distance to the first element and the number of elements, each a
/// `u32`. Both are zero if it is empty.
#[derive(Debug)]
pub struct List<T>(PhantomData<T>);

// SAFETY: 1: 8 is a multiple of 4. 2: `claim` has found the bytes of the elements in the block, at a
// multiple of their alignment, and `elements` has checked them; an empty list has none. 3: not so. 4
// and 5: `ListRef` and `ListMut` give out views of elements only.
unsafe impl<T: Stored> Stored for List<T> {
    const SIZE: usize = 8;
    const ALIGN: usize = 4;
    const ANY_BYTES: bool = false;
    const TYPE: Type = Type::of::<Self>("", Kind::List(type_of::<T>));
    type Ref<'a> = ListRef<'a, T>;
    type Mut<'a> = ListMut<'a, T>;

    #[inline]
    fn check(bytes: &[u8], at: usize, checker: &mut Checker<'_>) -> Result<(), Failed> {
        check_list::<T>(at, word(bytes, 0), word(bytes, 4), checker)
    }

    #[inline]
    fn view(ptr: Ptr<'_, Self>) -> ListRef<'_, T> {
        let bytes = ptr.bytes();
        let (distance, count) = (word(bytes, 0) as usize, word(bytes, 4) as usize);
        // SAFETY: the check has found that distance to be in the block, or zero.
        let first = unsafe { ptr.address().add(distance) };
        // SAFETY: the check has found `count` elements there, in the same block.
        unsafe { ListRef::new(first, count) }
    }

    #[inline]
    fn view_mut(ptr: PtrMut<'_, Self>) -> ListMut<'_, T> {
        let bytes = ptr.shared().bytes();
        let (distance, count) = (word(bytes, 0) as usize, word(bytes, 4) as usize);
        // SAFETY: as above.
        let first = unsafe { ptr.address().add(distance) };
        // SAFETY: as above, and the list is not used besides.
        unsafe { ListMut::new(first, count) }
    }
}

/// Checks the elements of the list at `at`.
#[inline]
pub(super) fn check_list<T: Stored>(
    at: usize,
    distance: u32,
    count: u32,
    checker: &mut Checker<'_>,
) -> Result<(), Failed> {
    if count == 0 {
        return if distance == 0 { Ok(()) } else { Err(checker.fail(at, Reason::Empty(distance))) };
    }
    let (start, elements) = checker.claim(at, distance, count, T::SIZE, T::ALIGN)?;
    if T::ANY_BYTES {
        return Ok(());
    }
    checker.deeper(at, |checker| checker.elements::<T>(start, elements, count as usize))
}

/// A view of values that lie one after another.
///
/// If the values are [`Checked`], it is a slice of them.
///
/// # Invariants
///
/// 1. Each of the `count` values, which lie one after another from `first` on, could be pointed to by
///    a [`Ptr`].
pub struct ListRef<'a, T> {
    first: NonNull<u8>,
    count: usize,
    block: PhantomData<Ptr<'a, T>>,
}

// SAFETY: as for `Ptr`.
unsafe impl<T: Sync> Send for ListRef<'_, T> {}
// SAFETY: as for `Ptr`.
unsafe impl<T: Sync> Sync for ListRef<'_, T> {}

impl<'a, T: Stored> ListRef<'a, T> {
    /// # Safety
    ///
    /// The invariant holds.
    #[inline]
    pub(crate) const unsafe fn new(first: NonNull<u8>, count: usize) -> Self {
        Self { first, count, block: PhantomData }
    }

    /// # Safety
    ///
    /// There are more than `index`.
    #[inline]
    unsafe fn get_unchecked(&self, index: usize) -> Ptr<'a, T> {
        // SAFETY: invariant 1, and the caller promises that there is one.
        let at = unsafe { self.first.add(index * T::SIZE) };
        // SAFETY: as above.
        unsafe { Ptr::new(at) }
    }

    /// How many there are.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// One of them.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T::Ref<'a>> {
        (index < self.count).then(|| {
            // SAFETY: compared just now.
            unsafe { self.get_unchecked(index) }.view()
        })
    }

    /// All of them, in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> ListIter<'a, T> {
        ListIter { list: *self, next: 0 }
    }
}

impl<'a, T: Checked> ListRef<'a, T> {
    /// All of them, as a slice.
    #[inline]
    #[must_use]
    pub const fn as_slice(&self) -> &'a [T] {
        if self.count == 0 {
            return &[];
        }
        // SAFETY: 1, so `Ptr` 2 and 3. `Checked` 1: they are stored as they lie in an array, and were
        // accepted.
        unsafe { core::slice::from_raw_parts(self.first.as_ptr().cast(), self.count) }
    }
}

impl<T: Checked> Deref for ListRef<'_, T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T> Clone for ListRef<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ListRef<'_, T> {}

impl<T: Stored> fmt::Debug for ListRef<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().fmt(f)
    }
}

impl<'a, T: Stored> IntoIterator for ListRef<'a, T> {
    type Item = T::Ref<'a>;
    type IntoIter = ListIter<'a, T>;

    #[inline]
    fn into_iter(self) -> ListIter<'a, T> {
        self.iter()
    }
}

impl<'a, T: Stored> IntoIterator for &ListRef<'a, T> {
    type Item = T::Ref<'a>;
    type IntoIter = ListIter<'a, T>;

    #[inline]
    fn into_iter(self) -> ListIter<'a, T> {
        self.iter()
    }
}

/// The views of the elements of a [`ListRef`].
pub struct ListIter<'a, T> {
    list: ListRef<'a, T>,
    next: usize,
}

impl<T> Clone for ListIter<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        Self { list: self.list, next: self.next }
    }
}

impl<'a, T: Stored> Iterator for ListIter<'a, T> {
    type Item = T::Ref<'a>;

    #[inline]
    fn next(&mut self) -> Option<T::Ref<'a>> {
        let element = self.list.get(self.next)?;
        self.next += 1;
        Some(element)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let rest = self.list.count - self.next;
        (rest, Some(rest))
    }
}

impl<T: Stored> DoubleEndedIterator for ListIter<'_, T> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.next == self.list.count {
            return None;
        }
        self.list.count -= 1;
        // SAFETY: there was one more than `count` until just now.
        Some(unsafe { self.list.get_unchecked(self.list.count) }.view())
    }
}

impl<T: Stored> ExactSizeIterator for ListIter<'_, T> {}
impl<T: Stored> FusedIterator for ListIter<'_, T> {}

/// How many elements without bytes are shown.
const SHOWN: usize = 32;

impl<T: Stored> fmt::Debug for ListIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        // Four billion of these fit into eight bytes, and a `DebugList` does not stop at an error.
        if T::SIZE == 0 && self.len() > SHOWN {
            return list.entries(self.clone().take(SHOWN)).finish_non_exhaustive();
        }
        list.entries(self.clone()).finish()
    }
}

/// A view of values that lie one after another, for changes.
///
/// # Invariants
///
/// 1. Each of the `count` values, which lie one after another from `first` on, could be pointed to by
///    a [`PtrMut`].
pub struct ListMut<'a, T> {
    first: NonNull<u8>,
    count: usize,
    block: PhantomData<PtrMut<'a, T>>,
}

// SAFETY: as for `PtrMut`.
unsafe impl<T: Send> Send for ListMut<'_, T> {}
// SAFETY: as for `PtrMut`.
unsafe impl<T: Sync> Sync for ListMut<'_, T> {}

impl<'a, T: Stored> ListMut<'a, T> {
    /// # Safety
    ///
    /// The invariant holds.
    #[inline]
    pub(crate) const unsafe fn new(first: NonNull<u8>, count: usize) -> Self {
        Self { first, count, block: PhantomData }
    }

    /// For reading.
    #[inline]
    #[must_use]
    pub const fn as_ref(&self) -> ListRef<'_, T> {
        // SAFETY: 1; `self` is borrowed.
        unsafe { ListRef::new(self.first, self.count) }
    }

    /// The same view, for as long as this one is borrowed.
    #[inline]
    #[must_use]
    pub const fn reborrow(&mut self) -> ListMut<'_, T> {
        ListMut { first: self.first, count: self.count, block: PhantomData }
    }

    /// The first of them, for as long as the block is borrowed.
    #[cfg(feature = "alloc")]
    pub(crate) fn into_first(self) -> Option<T::Mut<'a>> {
        // SAFETY: invariant 1, and there is one; it is given out once.
        (self.count > 0).then(|| unsafe { PtrMut::<T>::new(self.first) }.view_mut())
    }

    /// How many there are.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// One of them.
    #[inline]
    #[must_use]
    pub fn get_mut(&mut self, index: usize) -> Option<T::Mut<'_>> {
        // Not `iter_mut().nth(index)`, which makes a view of each that it passes.
        (index < self.count).then(|| {
            // SAFETY: invariant 1, and there are more than `index`.
            let at = unsafe { self.first.add(index * T::SIZE) };
            // SAFETY: as above; `self` is borrowed for as long as the view is used.
            unsafe { PtrMut::<T>::new(at) }.view_mut()
        })
    }

    /// All of them, in order.
    #[inline]
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = T::Mut<'_>> {
        let first = self.first;
        (0..self.count).map(move |index| {
            // SAFETY: invariant 1, and there are more than `index`.
            let at = unsafe { first.add(index * T::SIZE) };
            // SAFETY: as above; each is given out once, and they do not overlap.
            unsafe { PtrMut::<T>::new(at) }.view_mut()
        })
    }
}

impl<'a, T: NoPadding> ListMut<'a, T> {
    /// All of them, as a slice.
    #[inline]
    #[must_use]
    pub fn into_mut_slice(self) -> &'a mut [T] {
        if self.count == 0 {
            return &mut [];
        }
        // SAFETY: as in `ListRef::as_slice`, and `PtrMut` 4. Whatever is written is a value without
        // padding: the bytes stay initialised and valid.
        unsafe { core::slice::from_raw_parts_mut(self.first.as_ptr().cast(), self.count) }
    }

    /// All of them, as a slice.
    #[inline]
    #[must_use]
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        self.reborrow().into_mut_slice()
    }
}

impl<T: Stored> fmt::Debug for ListMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}
