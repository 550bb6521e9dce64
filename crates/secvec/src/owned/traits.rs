//! The traits of a collection, all of them in terms of push and get.

use core::fmt;
use core::iter::FusedIterator;

use crate::iter::IntoIter;
use crate::owned::{OwnedSecVec, Ref};

/// Looks at the elements of a shared [`OwnedSecVec`]: see [`OwnedSecVec::iter`].
#[derive(Debug)]
pub struct OwnedIter<'a, T: Send + Sync> {
    /// `None` once an index was out of bounds: a push after that does not bring it back to life.
    vector: Option<&'a OwnedSecVec<T>>,
    next: usize,
}

impl<'a, T: Send + Sync> OwnedIter<'a, T> {
    pub(super) fn new(vector: &'a OwnedSecVec<T>) -> Self {
        Self { vector: Some(vector), next: 0 }
    }
}

impl<'a, T: Send + Sync> Iterator for OwnedIter<'a, T> {
    type Item = Ref<'a, T>;

    fn next(&mut self) -> Option<Ref<'a, T>> {
        let element = self.vector?.get(self.next);
        match element {
            Some(_) => self.next += 1,
            None => self.vector = None,
        }
        element
    }
}

impl<T: Send + Sync> FusedIterator for OwnedIter<'_, T> {}

impl<T: Send> IntoIterator for OwnedSecVec<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter::new(self.into_vec())
    }
}

impl<'a, T: Send + Sync> IntoIterator for &'a OwnedSecVec<T> {
    type Item = Ref<'a, T>;
    type IntoIter = OwnedIter<'a, T>;

    fn into_iter(self) -> OwnedIter<'a, T> {
        self.iter()
    }
}

impl<T: Send> Extend<T> for OwnedSecVec<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        (&*self).extend(elements);
    }
}

/// Shared: the elements come in order, but other threads' may come between.
impl<T: Send> Extend<T> for &OwnedSecVec<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        for element in elements {
            self.push(element);
        }
    }
}

impl<T: Send> FromIterator<T> for OwnedSecVec<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut vector = Self::new();
        vector.extend(elements);
        vector
    }
}

/// Clones of what there is at one moment: of an [`OwnedSecVec::snapshot`].
impl<T: Send + Sync + Clone> Clone for OwnedSecVec<T> {
    fn clone(&self) -> Self {
        self.snapshot().iter().map(|element| T::clone(element)).collect()
    }
}

impl<T: Send> Default for OwnedSecVec<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// How many elements there are: to show them, `T` would have to be `Sync`. For the elements, show
/// [`OwnedSecVec::iter`] or a [`snapshot`](OwnedSecVec::snapshot).
impl<T: Send> fmt::Debug for OwnedSecVec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedSecVec").field("len", &self.len()).finish_non_exhaustive()
    }
}
