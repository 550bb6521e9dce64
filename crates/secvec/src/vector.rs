//! The vector of values: [`Words`] with elements that say which words they are.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut, Range};

use crate::error::OutOfBounds;
use crate::iter::Iter;
use crate::protocol::{Replaced, Words};
use crate::share::Passes;
use crate::sync::const_fn;
use crate::wide::Wide;
use crate::word::Word;

/// A growable vector that threads share without a lock.
///
/// Every operation but [`clear`](Self::clear), [`get_mut`](Self::get_mut) and
/// [`into_vec`](Self::into_vec) takes `&self`. The [crate](crate) says what is promised, how it works
/// and what it costs. For elements that are not words there is [`OwnedSecVec`](crate::OwnedSecVec).
///
/// ```
/// use secvec::SecVec;
///
/// static SQUARES: SecVec<u32> = SecVec::new();
///
/// std::thread::scope(|scope| {
///     for n in 0..4 {
///         scope.spawn(move || SQUARES.push(n * n));
///     }
/// });
/// let mut squares = SQUARES.snapshot();
/// squares.sort_unstable();
/// assert_eq!(squares, [0, 1, 4, 9]);
/// ```
pub struct SecVec<T: Word> {
    words: Words,
    elements: PhantomData<Passes<T>>,
}

impl<T: Word> SecVec<T> {
    const_fn! {
        /// An empty vector. Allocates nothing.
        ///
        /// ```
        /// static EVENTS: secvec::SecVec<u64> = secvec::SecVec::new();
        /// assert!(EVENTS.is_empty());
        /// ```
        #[must_use]
        pub fn new() -> Self {
            const { assert!(T::BITS <= 64, "an element of a SecVec must fit in 64 bits") };
            Self { words: Words::new(), elements: PhantomData }
        }
    }

    /// An empty vector with room for at least `capacity` elements.
    ///
    /// ```
    /// let numbers = secvec::SecVec::<u8>::with_capacity(100);
    /// assert!(numbers.capacity() >= 100);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        let vector = Self::new();
        vector.reserve(capacity);
        vector
    }

    /// Whether the operations are lock-free on this target: whether it has an atomic exchange of 128
    /// bits. So it is on x86-64 and aarch64. Elsewhere, as on 32-bit targets, they are behind a lock.
    ///
    /// ```
    /// if cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
    ///     assert!(secvec::SecVec::<u64>::is_lock_free());
    /// }
    /// ```
    #[must_use]
    pub fn is_lock_free() -> bool {
        Wide::is_lock_free()
    }

    /// Append `value` and return its index.
    ///
    /// Two exchanges of 16 bytes, of which one does the last push's write; no allocation but, now and
    /// then, a bucket of twice the size of the one before. Elements never move.
    ///
    /// ```
    /// let letters = secvec::SecVec::new();
    /// assert_eq!((letters.push('a'), letters.push('b')), (0, 1));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory, and after 2^56 changes of the length.
    #[inline]
    pub fn push(&self, value: T) -> usize {
        self.words.push(value.to_bits())
    }

    /// Append all `values`, side by side and in order, as one step. Return their indices.
    ///
    /// At no moment is a part of them there. One exchange for all and one for each element; nothing is
    /// allocated in the steady state: a thread keeps the place where it lays the values ready, as long
    /// as the vector lives.
    ///
    /// ```
    /// let letters = secvec::SecVec::from_iter(['a']);
    /// assert_eq!(letters.extend_from_slice(&['b', 'c']), 1..3);
    /// assert_eq!(letters.snapshot(), ['a', 'b', 'c']);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory, and after 2^56 changes of the length.
    pub fn extend_from_slice(&self, values: &[T]) -> Range<usize> {
        self.words.extend(values.iter().map(|value| value.to_bits()))
    }

    /// Take the last element off, or `None` if the vector is empty.
    ///
    /// Two exchanges of 16 bytes.
    ///
    /// ```
    /// let letters = secvec::SecVec::from_iter(['a', 'b']);
    /// assert_eq!(letters.pop(), Some('b'));
    /// assert_eq!(letters.pop(), Some('a'));
    /// assert_eq!(letters.pop(), None);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics after 2^56 changes of the length.
    #[inline]
    pub fn pop(&self) -> Option<T> {
        self.words.pop().map(T::from_bits)
    }

    /// The element at `index`, or `None` if there is none.
    ///
    /// It writes to no memory at all. Nearly always it reads the element's slot and nothing else; the
    /// length, too, where the slot is empty or a pop has been at it.
    ///
    /// ```
    /// let letters = secvec::SecVec::from_iter(['a', 'b']);
    /// assert_eq!(letters.get(1), Some('b'));
    /// assert_eq!(letters.get(2), None);
    /// ```
    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> Option<T> {
        self.words.get(index).map(T::from_bits)
    }

    /// Replace the element at `index` and return the one that was there.
    ///
    /// One exchange of 16 bytes in the element's slot, so that sets of different elements do not get in
    /// each other's way.
    ///
    /// ```
    /// let letters = secvec::SecVec::from_iter(['a', 'b']);
    /// assert_eq!(letters.set(0, 'x'), Ok('a'));
    /// assert_eq!(letters.set(2, 'x').unwrap_err().len, 2);
    /// ```
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`], with the value in it, if `index` is not below the length.
    #[inline]
    pub fn set(&self, index: usize, value: T) -> Result<T, OutOfBounds<T>> {
        let word = value.to_bits();
        match self.words.replace(index, |_| Some(word)) {
            Replaced::Done(old) | Replaced::Refused(old) => Ok(T::from_bits(old)),
            Replaced::Missing(len) => Err(OutOfBounds { index, len, value }),
        }
    }

    /// Replace the element at `index` by `new` if it is equal to `current`: `Some(Ok(current))`. If it
    /// is another: `Some(Err(it))`. If there is none: `None`.
    ///
    /// ```
    /// let letters = secvec::SecVec::from_iter(['a', 'b']);
    /// assert_eq!(letters.compare_exchange(0, 'a', 'x'), Some(Ok('a')));
    /// assert_eq!(letters.compare_exchange(0, 'a', 'y'), Some(Err('x')));
    /// assert_eq!(letters.compare_exchange(2, 'a', 'x'), None);
    /// ```
    pub fn compare_exchange(&self, index: usize, current: T, new: T) -> Option<Result<T, T>>
    where
        T: PartialEq,
    {
        let word = new.to_bits();
        match self.words.replace(index, |old| (T::from_bits(old) == current).then_some(word)) {
            Replaced::Done(old) => Some(Ok(T::from_bits(old))),
            Replaced::Refused(old) => Some(Err(T::from_bits(old))),
            Replaced::Missing(_) => None,
        }
    }

    /// Replace the element at `index` by what `new` makes of it, and return the one that was there; or
    /// `None`, if there is none.
    ///
    /// `new` is asked again whenever another thread was faster. If it panics, nothing has changed.
    ///
    /// ```
    /// let counts = secvec::SecVec::from_iter([7, 8]);
    /// assert_eq!(counts.update(1, |count| count + 1), Some(8));
    /// assert_eq!(counts.get(1), Some(9));
    /// assert_eq!(counts.update(2, |count| count + 1), None);
    /// ```
    pub fn update(&self, index: usize, mut new: impl FnMut(T) -> T) -> Option<T> {
        match self.words.replace(index, |old| Some(new(T::from_bits(old)).to_bits())) {
            Replaced::Done(old) | Replaced::Refused(old) => Some(T::from_bits(old)),
            Replaced::Missing(_) => None,
        }
    }

    /// How many elements there are. With other threads at work, a moment later it may be different.
    ///
    /// ```
    /// assert_eq!(secvec::SecVec::from_iter([1, 2, 3]).len(), 3);
    /// ```
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are no elements.
    ///
    /// ```
    /// assert!(secvec::SecVec::<i8>::new().is_empty());
    /// ```
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many elements fit in the buckets that there are. It never shrinks.
    ///
    /// ```
    /// let numbers = secvec::SecVec::new();
    /// assert_eq!(numbers.capacity(), 0);
    /// numbers.push(1);
    /// assert_eq!(numbers.capacity(), 8);
    /// ```
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.words.capacity()
    }

    /// Make room for `additional` elements more than there are, so that pushing them allocates
    /// nothing.
    ///
    /// ```
    /// let numbers = secvec::SecVec::from_iter([1, 2, 3]);
    /// numbers.reserve(100);
    /// assert!(numbers.capacity() >= 103);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory.
    pub fn reserve(&self, additional: usize) {
        self.words.reserve(additional);
    }

    /// All elements, in order, as they were at one moment.
    ///
    /// It looks at all of them until nothing has changed between two looks. So it is lock-free, and not
    /// wait-free: while others change the vector in less time than a look takes, it goes on looking.
    /// [`iter`](Self::iter) always comes to an end, and sees each element at a moment of its own.
    ///
    /// ```
    /// assert_eq!(secvec::SecVec::from_iter([1, 2, 3]).snapshot(), [1, 2, 3]);
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Vec<T> {
        self.words.snapshot().into_iter().map(T::from_bits).collect()
    }

    /// Read the elements from the first on, until an index is out of bounds.
    ///
    /// Weakly consistent: each element is read when the iterator comes to it. What other threads
    /// push, pop and set meanwhile may show or not. If they push faster than this reads, it need not
    /// end: `take` bounds it.
    ///
    /// ```
    /// let numbers = secvec::SecVec::from_iter([1, 2, 3]);
    /// assert_eq!(numbers.iter().sum::<i32>(), 6);
    /// ```
    pub fn iter(&self) -> Iter<'_, T> {
        Iter::new(self)
    }

    /// The element at `index`, to be changed in place, or `None` if there is none.
    ///
    /// What is made of it goes back into the vector when the [`RefMut`] is dropped.
    ///
    /// ```
    /// let mut numbers = secvec::SecVec::from_iter([1, 2, 3]);
    /// if let Some(mut number) = numbers.get_mut(1) {
    ///     *number += 10;
    /// }
    /// assert_eq!(numbers.into_vec(), [1, 12, 3]);
    /// ```
    #[must_use]
    pub fn get_mut(&mut self, index: usize) -> Option<RefMut<'_, T>> {
        let value = self.get(index)?;
        Some(RefMut { vector: self, index, value })
    }

    /// Remove all elements. The buckets stay. As costly as popping each of them.
    ///
    /// ```
    /// let mut numbers = secvec::SecVec::from_iter([1, 2, 3]);
    /// numbers.clear();
    /// assert!(numbers.is_empty());
    /// ```
    pub fn clear(&mut self) {
        self.words.clear();
    }

    /// The elements, in order.
    ///
    /// ```
    /// assert_eq!(secvec::SecVec::from_iter([1, 2, 3]).into_vec(), [1, 2, 3]);
    /// ```
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.iter().collect()
    }
}

/// An element of a vector that nobody else has, from [`SecVec::get_mut`].
///
/// The vector keeps words, so this is a copy of the element; dropping it puts the copy in the element's
/// place. If it is forgotten instead ([`core::mem::forget`]), the element stays as it was.
#[derive(Debug)]
pub struct RefMut<'a, T: Word> {
    vector: &'a mut SecVec<T>,
    index: usize,
    value: T,
}

impl<T: Word> Deref for RefMut<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Word> DerefMut for RefMut<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: Word> Drop for RefMut<'_, T> {
    fn drop(&mut self) {
        let kept = self.vector.set(self.index, self.value);
        debug_assert!(kept.is_ok(), "there is nobody else to remove it");
    }
}

impl<T: Word + fmt::Display> fmt::Display for RefMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
