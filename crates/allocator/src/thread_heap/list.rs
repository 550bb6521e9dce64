//! A doubly linked list through its nodes, which needs no memory of its own.

use core::cell::Cell;
use core::sync::atomic::{Ordering, compiler_fence};
use core::{iter, ptr};

/// A node's neighbours.
#[derive(Debug)]
pub(crate) struct Links<T> {
    previous: Cell<*const T>,
    next: Cell<*const T>,
}

impl<T> Links<T> {
    pub(crate) const fn new() -> Self {
        Self { previous: Cell::new(ptr::null()), next: Cell::new(ptr::null()) }
    }
}

/// What can be in a list.
///
/// # Safety
///
/// `links` returns the same `Links` every time, and for no other node.
pub(crate) unsafe trait Node: Sized {
    fn links(&self) -> &Links<Self>;
}

/// A list, by its first node.
///
/// 1. Nodes in the list are live.
/// 2. `next` leads from the first node to the last, where it is null.
/// 3. `previous` leads back to the first, where it is null.
///
/// Invariant 2 holds after every single step of a change, so that the copy of the list in a child of `fork` can be
/// followed, whatever its parent was about to do.
#[derive(Debug)]
pub(crate) struct List<T> {
    first: Cell<*const T>,
}

impl<T: Node> List<T> {
    pub(crate) const fn new() -> Self {
        Self { first: Cell::new(ptr::null()) }
    }

    #[inline(always)]
    pub(crate) fn first(&self) -> Option<&T> {
        // SAFETY: invariant 1.
        unsafe { self.first.get().as_ref() }
    }

    /// # Safety
    ///
    /// `node` is in no list. It is live, and stays so until it is removed and nobody uses it that has it from this
    /// list: also not an iterator that has yet to come to it.
    #[inline(always)]
    pub(crate) unsafe fn push_front(&self, node: &T) {
        let links = node.links();
        links.previous.set(ptr::null());
        links.next.set(self.first.get());
        if let Some(next) = self.first() {
            next.links().previous.set(node);
        }
        // For the compiler alone: the node leads to the next before it is in the list (invariant 2).
        compiler_fence(Ordering::Release);
        self.first.set(node);
    }

    /// # Safety
    ///
    /// `node` is in this list.
    #[inline(always)]
    pub(crate) unsafe fn remove(&self, node: &T) {
        let Links { previous, next } = node.links();
        // SAFETY: a neighbour of a node in the list (invariants 1 and 3).
        match unsafe { previous.get().as_ref() } {
            Some(previous) => previous.links().next.set(next.get()),
            None => self.first.set(next.get()),
        }
        // SAFETY: the same (invariants 1 and 2).
        if let Some(next) = unsafe { next.get().as_ref() } {
            next.links().previous.set(previous.get());
        }
    }

    /// All nodes, from the first. The one that was returned last may be removed meanwhile.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let mut next = self.first();
        iter::from_fn(move || {
            let node = next?;
            // SAFETY: invariants 1 and 2.
            next = unsafe { node.links().next.get().as_ref() };
            Some(node)
        })
    }

    /// In a child of `fork`: whoever was changing the list does not exist here. Of what it holds, invariant 3 may
    /// have to be made true.
    #[cfg(unix)]
    pub(crate) fn repair(&self) {
        let mut before = ptr::null();
        for node in self.iter() {
            node.links().previous.set(before);
            before = ptr::from_ref(node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::boxed::Box;
    use std::vec;
    use std::vec::Vec;

    struct Number(u32, Links<Self>);

    // SAFETY: a field of the node's own.
    unsafe impl Node for Number {
        fn links(&self) -> &Links<Self> {
            &self.1
        }
    }

    fn numbers() -> [Number; 4] {
        core::array::from_fn(|number| Number(number as u32, Links::new()))
    }

    /// All of the list, which holds them from 3 down to 0.
    fn list(numbers: &[Number; 4]) -> List<Number> {
        let list = List::new();
        for number in numbers {
            // SAFETY: it is in no list, and outlives this one.
            unsafe { list.push_front(number) };
        }
        list
    }

    /// What is in the list; and each leads back to the one before.
    fn seen(list: &List<Number>) -> Vec<u32> {
        let mut before = ptr::null();
        for number in list.iter() {
            assert_eq!(number.1.previous.get(), before);
            before = ptr::from_ref(number);
        }
        list.iter().map(|number| number.0).collect()
    }

    #[test]
    fn every_order_of_removal() {
        for order in 0..4_usize.pow(4) {
            let numbers = numbers();
            let list = list(&numbers);
            let mut left = vec![3, 2, 1, 0];
            for step in 0..4 {
                let number = &numbers[order / 4_usize.pow(step) % 4];
                if left.contains(&number.0) {
                    left.retain(|&other| other != number.0);
                    // SAFETY: it is in the list.
                    unsafe { list.remove(number) };
                }
                assert_eq!(seen(&list), left);
            }
        }
    }

    #[test]
    fn what_was_removed_may_come_back() {
        let numbers = numbers();
        let list = list(&numbers);
        for number in &numbers {
            // SAFETY: it is in the list.
            unsafe { list.remove(number) };
            // SAFETY: it is in no list now.
            unsafe { list.push_front(number) };
            assert!(list.first().is_some_and(|first| ptr::eq(first, number)));
        }
        assert_eq!(seen(&list), [3, 2, 1, 0]);
    }

    /// The memory of a node is gone before the iterator is asked for the next one.
    #[test]
    fn the_node_that_an_iterator_returned_may_go() {
        let nodes: [_; 4] = numbers().map(|node| Box::into_raw(Box::new(node)));
        let list = List::new();
        for node in nodes {
            // SAFETY: just made.
            let node = unsafe { &*node };
            // SAFETY: it is in no list, and stays until it is removed below.
            unsafe { list.push_front(node) };
        }
        let mut seen = Vec::new();
        for node in list.iter() {
            let number = node.0;
            // SAFETY: it is in the list.
            unsafe { list.remove(node) };
            // SAFETY: from a `Box`, in no list, and not used any more.
            drop(unsafe { Box::from_raw(nodes[number as usize]) });
            seen.push(number);
        }
        assert_eq!(seen, [3, 2, 1, 0]);
        assert!(list.first().is_none());
    }

    #[test]
    #[cfg(unix)]
    fn ways_back_are_repaired() {
        let numbers = numbers();
        let list = list(&numbers);
        // As if 3 was about to come, and 1 about to go.
        numbers[2].1.previous.set(ptr::null());
        numbers[0].1.previous.set(ptr::from_ref(&numbers[3]));
        list.repair();
        assert_eq!(seen(&list), [3, 2, 1, 0]);
    }
}
