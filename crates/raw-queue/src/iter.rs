//! The three iterators of a queue.

use core::fmt;
use core::iter::FusedIterator;

use crate::raw::{RawQueue, Walk, WalkMut};

/// An iterator over the elements of a [`Queue`](crate::Queue), first to last.
///
/// Made by [`Queue::iter`](crate::Queue::iter).
///
/// ```
/// let queue = raw_queue::Queue::from([1, 2, 3]);
/// let mut iter = queue.iter();
/// assert_eq!(iter.next(), Some(&1));
/// assert_eq!(iter.len(), 2);
/// assert!(iter.clone().eq(&[2, 3]));
/// ```
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Iter<'a, T>(pub(crate) Walk<'a, T>);

/// An iterator over the elements of a [`Queue`](crate::Queue) that may change them.
///
/// Made by [`Queue::iter_mut`](crate::Queue::iter_mut). All the references it gives out may be
/// held at the same time.
///
/// ```
/// let mut queue = raw_queue::Queue::from([1, 2, 3]);
/// let all: Vec<&mut i32> = queue.iter_mut().collect();
/// for element in all {
///     *element *= 10;
/// }
/// assert_eq!(queue, raw_queue::Queue::from([10, 20, 30]));
/// ```
///
/// It is invariant in `T`, as `&mut T` is. Else a short-lived reference could be left in a queue
/// of long-lived ones, so this does not compile:
///
/// ```compile_fail
/// fn shorten<'a, 'q>(
///     iter: raw_queue::IterMut<'q, &'static str>,
/// ) -> raw_queue::IterMut<'q, &'a str> {
///     iter
/// }
/// ```
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IterMut<'a, T>(pub(crate) WalkMut<'a, T>);

/// An iterator that takes the elements out of a [`Queue`](crate::Queue), first to last.
///
/// Made by `Queue::into_iter`. The elements that it has not given out are dropped with it.
///
/// ```
/// let queue = raw_queue::Queue::from(["a".to_string(), "b".to_string()]);
/// let joined: String = queue.into_iter().collect();
/// assert_eq!(joined, "ab");
/// ```
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IntoIter<T>(pub(crate) RawQueue<T>);

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.step()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.left(), Some(self.0.left()))
    }
}

impl<'a, T> Iterator for IterMut<'a, T> {
    type Item = &'a mut T;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.step()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.left(), Some(self.0.left()))
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}
impl<T> ExactSizeIterator for IterMut<'_, T> {}
impl<T> ExactSizeIterator for IntoIter<T> {}

impl<T> FusedIterator for Iter<'_, T> {}
impl<T> FusedIterator for IterMut<'_, T> {}
impl<T> FusedIterator for IntoIter<T> {}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Clone> Clone for IntoIter<T> {
    fn clone(&self) -> Self {
        let mut copy = RawQueue::new();
        Iter(self.0.walk()).cloned().for_each(|element| copy.push_back(element));
        Self(copy)
    }
}

impl<T> Default for Iter<'_, T> {
    /// An iterator over nothing.
    fn default() -> Self {
        Self(Walk::default())
    }
}

impl<T> Default for IterMut<'_, T> {
    /// An iterator over nothing.
    fn default() -> Self {
        Self(WalkMut::default())
    }
}

impl<T> Default for IntoIter<T> {
    /// An iterator over nothing.
    fn default() -> Self {
        Self(RawQueue::new())
    }
}

impl<T: fmt::Debug> fmt::Debug for Iter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Iter(")?;
        f.debug_list().entries(self.clone()).finish()?;
        f.write_str(")")
    }
}

impl<T: fmt::Debug> fmt::Debug for IterMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IterMut(")?;
        f.debug_list().entries(Iter(self.0.rest())).finish()?;
        f.write_str(")")
    }
}

impl<T: fmt::Debug> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IntoIter(")?;
        f.debug_list().entries(Iter(self.0.walk())).finish()?;
        f.write_str(")")
    }
}
