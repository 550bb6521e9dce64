//! The unsafe core: nodes on the heap, a pointer to the first and a pointer to the last.
//!
//! A node is a `Box` for two moments only: when it is made and when it is taken apart. In between
//! there are raw pointers to it, all derived from one `Box::into_raw`, and no `Box` at all. A `Box`
//! claims that no other pointer reaches its contents; here two always do.

#[cfg(test)]
mod tests;
mod walk;

use alloc::boxed::Box;
use core::fmt;
use core::marker::PhantomData;
use core::mem;
use core::ptr::NonNull;

pub(crate) use walk::{Walk, WalkMut};

/// One element and the way to the next.
struct Node<T> {
    element: T,
    next: Link<T>,
}

/// A pointer to a node, or nothing. `NonNull` keeps the queue covariant, which `*mut` would not.
type Link<T> = Option<NonNull<Node<T>>>;

// ANCHOR: invariants
/// A queue that knows how to link nodes and nothing else.
///
/// # Invariants
///
/// 1. `head` and `tail` are both `None` and `len` is 0, or both are `Some` and `len` is not 0.
/// 2. From `head`, following `next`, there are exactly `len` nodes, no node twice. The last one is
///    the one that `tail` points to, and its `next` is `None`.
/// 3. Each of these nodes is live, was made by `Box::new` and `Box::into_raw`, is reachable from
///    this queue alone, and every pointer to it in the queue is a copy of the one that
///    `Box::into_raw` returned.
/// 4. A reference to an element is only handed out for the length of a borrow of the queue. No
///    reference to a whole node is ever made.
pub(crate) struct RawQueue<T> {
    head: Link<T>,
    tail: Link<T>,
    len: usize,
    /// The queue drops elements of type `T`.
    _owns: PhantomData<T>,
}
// ANCHOR_END: invariants

// SAFETY: by invariant 3 nobody else has a pointer to the nodes, so sending the queue sends the
// elements and nothing more.
unsafe impl<T: Send> Send for RawQueue<T> {}

// SAFETY: `&RawQueue<T>` gives out `&T` and reads the links, which nobody writes without
// `&mut RawQueue<T>`.
unsafe impl<T: Sync> Sync for RawQueue<T> {}

impl<T> RawQueue<T> {
    /// A queue without nodes.
    pub(crate) const fn new() -> Self {
        Self { head: None, tail: None, len: 0, _owns: PhantomData }
    }

    /// The number of nodes.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Put an element behind the last one.
    pub(crate) fn push_back(&mut self, element: T) {
        let node = Box::into_raw(Box::new(Node { element, next: None }));
        // SAFETY: `Box::into_raw` never returns null.
        let node = unsafe { NonNull::new_unchecked(node) };
        // SAFETY: a fresh node, without a `next`, that only `node` points to.
        unsafe { self.link_back(node) };
    }

    /// Put an element before the first one.
    pub(crate) fn push_front(&mut self, element: T) {
        let mut single = Self::new();
        single.push_back(element);
        single.append(self);
        mem::swap(self, &mut single);
    }

    /// Take the first element out.
    pub(crate) fn pop_front(&mut self) -> Option<T> {
        let node = self.unlink_front()?;
        // SAFETY: by invariant 3 it came from `Box::into_raw`, and `unlink_front` has removed every
        // pointer to it but this one.
        let node = unsafe { Box::from_raw(node.as_ptr()) };
        Some(node.element)
    }

    /// The first element.
    pub(crate) fn front(&self) -> Option<&T> {
        let node = self.head?;
        // SAFETY: the node is live (invariant 3), and nobody writes to it during this borrow.
        Some(unsafe { &(*node.as_ptr()).element })
    }

    /// The first element, to be changed.
    pub(crate) fn front_mut(&mut self) -> Option<&mut T> {
        let node = self.head?;
        // SAFETY: the node is live (invariant 3), and `&mut self` makes this the only way to it.
        Some(unsafe { &mut (*node.as_ptr()).element })
    }

    /// The last element.
    pub(crate) fn back(&self) -> Option<&T> {
        let node = self.tail?;
        // SAFETY: as in `front`; `tail` is one of the nodes by invariant 2.
        Some(unsafe { &(*node.as_ptr()).element })
    }

    /// The last element, to be changed.
    pub(crate) fn back_mut(&mut self) -> Option<&mut T> {
        let node = self.tail?;
        // SAFETY: as in `front_mut`; `tail` is one of the nodes by invariant 2.
        Some(unsafe { &mut (*node.as_ptr()).element })
    }

    /// Move all nodes of `other` behind the last one, without looking at them.
    pub(crate) fn append(&mut self, other: &mut Self) {
        let Some(first) = other.head.take() else { return };
        match self.tail {
            // SAFETY: `tail` is live (invariant 3), and `&mut self` makes this the only access.
            Some(last) => unsafe { (*last.as_ptr()).next = Some(first) },
            None => self.head = Some(first),
        }
        self.tail = other.tail.take();
        self.len += mem::take(&mut other.len);
    }

    /// Move the first node of `other` behind the last one. False if there was none.
    pub(crate) fn move_front_of(&mut self, other: &mut Self) -> bool {
        let Some(node) = other.unlink_front() else { return false };
        // SAFETY: `unlink_front` gives a node whose `next` is `None` and that nothing points to.
        unsafe { self.link_back(node) };
        true
    }

    // ANCHOR: unlink
    /// Take the first node out of the chain, and its `next` out of the node.
    fn unlink_front(&mut self) -> Link<T> {
        let node = self.head?;
        // SAFETY: `head` is live (invariant 3), and `&mut self` makes this the only access.
        self.head = unsafe { (*node.as_ptr()).next.take() };
        if self.head.is_none() {
            // It was the last one too: a tail left here would dangle.
            self.tail = None;
        }
        self.len -= 1;
        Some(node)
    }
    // ANCHOR_END: unlink

    /// Put a node behind the last one.
    ///
    /// # Safety
    ///
    /// `node` is live, comes from `Box::into_raw`, its `next` is `None`, and no other queue has it.
    unsafe fn link_back(&mut self, node: NonNull<Node<T>>) {
        match self.tail {
            // SAFETY: `tail` is live (invariant 3), and `&mut self` makes this the only access.
            Some(last) => unsafe { (*last.as_ptr()).next = Some(node) },
            None => self.head = Some(node),
        }
        self.tail = Some(node);
        self.len += 1;
    }
}

impl<T> Default for RawQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

// ANCHOR: drop
impl<T> Drop for RawQueue<T> {
    fn drop(&mut self) {
        /// Frees the rest, even when the drop of an element unwinds through here.
        struct Rest<'a, T>(&'a mut RawQueue<T>);

        impl<T> Drop for Rest<'_, T> {
            fn drop(&mut self) {
                while self.0.pop_front().is_some() {}
            }
        }

        // A loop, node after node: dropping a node that owns the next would recurse.
        let rest = Rest(self);
        while rest.0.pop_front().is_some() {}
    }
}
// ANCHOR_END: drop

impl<T> fmt::Debug for RawQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawQueue").field("len", &self.len).finish_non_exhaustive()
    }
}
