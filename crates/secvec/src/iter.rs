//! The traits of a collection, all of them in terms of push and get.

use alloc::vec::{self, Vec};
use core::fmt;
use core::iter::FusedIterator;

use crate::vector::SecVec;
use crate::word::Word;

/// The elements of a shared [`SecVec`]: see [`SecVec::iter`].
#[derive(Clone, Debug)]
pub struct Iter<'a, T: Word> {
    /// `None` once an index was out of bounds: a push after that does not bring it back to life.
    vector: Option<&'a SecVec<T>>,
    next: usize,
}

impl<'a, T: Word> Iter<'a, T> {
    pub(crate) fn new(vector: &'a SecVec<T>) -> Self {
        Self { vector: Some(vector), next: 0 }
    }
}

impl<T: Word> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let element = self.vector?.get(self.next);
        match element {
            Some(_) => self.next += 1,
            None => self.vector = None,
        }
        element
    }
}

impl<T: Word> FusedIterator for Iter<'_, T> {}

/// The elements of a [`SecVec`] that was given up for them.
#[derive(Clone, Debug)]
pub struct IntoIter<T> {
    elements: vec::IntoIter<T>,
}

impl<T> IntoIter<T> {
    pub(crate) fn new(elements: Vec<T>) -> Self {
        Self { elements: elements.into_iter() }
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.elements.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.elements.size_hint()
    }
}

impl<T> DoubleEndedIterator for IntoIter<T> {
    fn next_back(&mut self) -> Option<T> {
        self.elements.next_back()
    }
}

impl<T> ExactSizeIterator for IntoIter<T> {}

impl<T> FusedIterator for IntoIter<T> {}

impl<T: Word> IntoIterator for SecVec<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter::new(self.into_vec())
    }
}

impl<'a, T: Word> IntoIterator for &'a SecVec<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T: Word> Extend<T> for SecVec<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        (&*self).extend(elements);
    }
}

/// Shared: the elements come in order, but other threads' may come between.
impl<T: Word> Extend<T> for &SecVec<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        for element in elements {
            self.push(element);
        }
    }
}

impl<T: Word> FromIterator<T> for SecVec<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut vector = Self::new();
        vector.extend(elements);
        vector
    }
}

/// A copy of what there is at one moment: of a [`SecVec::snapshot`].
impl<T: Word> Clone for SecVec<T> {
    fn clone(&self) -> Self {
        self.snapshot().into_iter().collect()
    }
}

impl<T: Word> Default for SecVec<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The elements as [`SecVec::iter`] sees them: weakly consistent, and no more than there are when it
/// begins.
impl<T: Word + fmt::Debug> fmt::Debug for SecVec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().take(self.len())).finish()
    }
}
