//! Going along the nodes without taking them out.

use core::marker::PhantomData;

use super::{Link, RawQueue};

/// Gives out `&T`, from the first node to the last.
///
/// # Invariants
///
/// 1. The nodes belong to a queue that is borrowed for `'a`: they stay live and linked for `'a`,
///    and nobody makes a `&mut T` from them for as long.
/// 2. From `next` there are exactly `left` nodes.
pub(crate) struct Walk<'a, T> {
    next: Link<T>,
    left: usize,
    _borrow: PhantomData<&'a T>,
}

/// Gives out `&mut T`, from the first node to the last, each once.
///
/// # Invariants
///
/// 1. The nodes belong to a queue that is borrowed mutably for `'a`: they stay live and linked for
///    `'a`, and this is the only way to them.
/// 2. From `next` there are exactly `left` nodes, and none of their elements has been given out.
pub(crate) struct WalkMut<'a, T> {
    next: Link<T>,
    left: usize,
    /// Also makes this invariant in `T`: a `&mut T` can be written through.
    _borrow: PhantomData<&'a mut T>,
}

// SAFETY: it acts as a `&'a [T]`, which is `Send` if `T` is `Sync`.
unsafe impl<T: Sync> Send for Walk<'_, T> {}

// SAFETY: it acts as a `&'a [T]`, which is `Sync` if `T` is.
unsafe impl<T: Sync> Sync for Walk<'_, T> {}

// SAFETY: it acts as a `&'a mut [T]`, which is `Send` if `T` is.
unsafe impl<T: Send> Send for WalkMut<'_, T> {}

// SAFETY: it acts as a `&'a mut [T]`, which is `Sync` if `T` is: a shared `WalkMut` gives out `&T`.
unsafe impl<T: Sync> Sync for WalkMut<'_, T> {}

impl<T> RawQueue<T> {
    /// Walk along all nodes.
    pub(crate) fn walk(&self) -> Walk<'_, T> {
        Walk { next: self.head, left: self.len, _borrow: PhantomData }
    }

    /// Walk along all nodes and change their elements.
    pub(crate) fn walk_mut(&mut self) -> WalkMut<'_, T> {
        WalkMut { next: self.head, left: self.len, _borrow: PhantomData }
    }
}

impl<'a, T> Walk<'a, T> {
    /// The number of elements to come.
    pub(crate) const fn left(&self) -> usize {
        self.left
    }

    /// The next element.
    pub(crate) fn step(&mut self) -> Option<&'a T> {
        let node = self.next?.as_ptr();
        // SAFETY: the node is live and nobody changes its link for `'a` (invariant 1).
        self.next = unsafe { (*node).next };
        self.left -= 1;
        // SAFETY: the node is live and its element is only read for `'a` (invariant 1).
        Some(unsafe { &(*node).element })
    }
}

impl<T> Clone for Walk<'_, T> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<T> Default for Walk<'_, T> {
    fn default() -> Self {
        Self { next: None, left: 0, _borrow: PhantomData }
    }
}

impl<'a, T> WalkMut<'a, T> {
    /// The number of elements to come.
    pub(crate) const fn left(&self) -> usize {
        self.left
    }

    // ANCHOR: step
    /// The next element.
    pub(crate) fn step(&mut self) -> Option<&'a mut T> {
        let node = self.next?.as_ptr();
        // SAFETY: the node is live (invariant 1). The link is read before the element is given out
        // and never again: the node is not touched while somebody may hold its element.
        self.next = unsafe { (*node).next };
        self.left -= 1;
        // SAFETY: the node is live, this is the only way to it (invariant 1), and its element has
        // not been given out (invariant 2). The reference covers the element, not the node.
        Some(unsafe { &mut (*node).element })
    }
    // ANCHOR_END: step

    /// The elements to come, to be looked at.
    pub(crate) fn rest(&self) -> Walk<'_, T> {
        // They have not been given out (invariant 2), and `self` is borrowed for as long.
        Walk { next: self.next, left: self.left, _borrow: PhantomData }
    }
}

impl<T> Default for WalkMut<'_, T> {
    fn default() -> Self {
        Self { next: None, left: 0, _borrow: PhantomData }
    }
}
