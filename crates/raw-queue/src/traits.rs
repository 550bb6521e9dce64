//! What a collection of the standard library can do, for [`Queue`].

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::iter::{IntoIter, Iter, IterMut};
use crate::queue::Queue;

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Extend<T> for Queue<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        elements.into_iter().for_each(|element| self.push(element));
    }
}

impl<'a, T: Copy + 'a> Extend<&'a T> for Queue<T> {
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, elements: I) {
        self.extend(elements.into_iter().copied());
    }
}

impl<T> FromIterator<T> for Queue<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut queue = Self::new();
        queue.extend(elements);
        queue
    }
}

impl<T, const N: usize> From<[T; N]> for Queue<T> {
    fn from(elements: [T; N]) -> Self {
        elements.into_iter().collect()
    }
}

impl<T> From<Vec<T>> for Queue<T> {
    fn from(elements: Vec<T>) -> Self {
        elements.into_iter().collect()
    }
}

impl<T> From<Queue<T>> for Vec<T> {
    fn from(queue: Queue<T>) -> Self {
        queue.into_iter().collect()
    }
}

impl<T> IntoIterator for Queue<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self.raw)
    }
}

impl<'a, T> IntoIterator for &'a Queue<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut Queue<T> {
    type Item = &'a mut T;
    type IntoIter = IterMut<'a, T>;

    fn into_iter(self) -> IterMut<'a, T> {
        self.iter_mut()
    }
}

impl<T: Clone> Clone for Queue<T> {
    fn clone(&self) -> Self {
        self.iter().cloned().collect()
    }

    /// Reuses the nodes that are there.
    fn clone_from(&mut self, source: &Self) {
        if self.len() > source.len() {
            drop(self.split_off(source.len()));
        }
        let mut theirs = source.iter();
        for (mine, theirs) in self.iter_mut().zip(theirs.by_ref()) {
            mine.clone_from(theirs);
        }
        self.extend(theirs.cloned());
    }
}

impl<T: fmt::Debug> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<T: PartialEq> PartialEq for Queue<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other)
    }
}

impl<T: Eq> Eq for Queue<T> {}

impl<T: PartialOrd> PartialOrd for Queue<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other)
    }
}

impl<T: Ord> Ord for Queue<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other)
    }
}

impl<T: Hash> Hash for Queue<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The length first: `[[1], [2, 3]]` and `[[1, 2], [3]]` must not look the same.
        self.len().hash(state);
        self.iter().for_each(|element| element.hash(state));
    }
}
