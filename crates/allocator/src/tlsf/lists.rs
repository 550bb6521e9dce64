//! The lists of free blocks: one for each class, doubly linked through the blocks themselves.

use super::block::{Block, Link};
use super::classes::{Bitmaps, CLASSES, Class};

/// Free blocks, by size.
///
/// 1. A block is in the list of its class, once.
/// 2. A list is empty if and only if its bit is clear.
pub(super) struct Lists {
    pub(super) bitmaps: Bitmaps,
    heads: [Option<Block>; CLASSES],
    nowhere: Option<Block>,
}

impl Lists {
    pub(super) const EMPTY: Self =
        Self { bitmaps: Bitmaps::EMPTY, heads: [None; CLASSES], nowhere: None };

    #[inline(always)]
    pub(super) fn head(&self, class: Class) -> Option<Block> {
        self.heads[class.number()]
    }

    /// Put a free block of `size` bytes in front of its list.
    #[inline(always)]
    pub(super) fn insert(&mut self, block: Block, size: usize) {
        let class = Class::of(size);
        let head = self.heads[class.number()];
        block.set_link(Link::Next, head);
        block.set_link(Link::Previous, None);
        let nowhere = (&raw mut self.nowhere).cast();
        let place = head.map_or(nowhere, |next| next.place(Link::Previous));
        unsafe { crate::links::write(place, block.payload()) };
        self.heads[class.number()] = Some(block);
        self.bitmaps.set(class);
    }

    /// Take a block of `size` bytes out of its list.
    #[inline(always)]
    pub(super) fn remove(&mut self, block: Block, size: usize) {
        let next = block.link(Link::Next);
        let previous = block.link(Link::Previous);
        let class = Class::of(size);
        let raw = |b: Option<Block>| b.map_or(core::ptr::null_mut(), Block::payload);
        let nowhere = (&raw mut self.nowhere).cast();
        let place = next.map_or(nowhere, |next| next.place(Link::Previous));
        unsafe { crate::links::write(place, raw(previous)) };
        let head = (&raw mut self.heads[class.number()]).cast();
        let place = previous.map_or(head, |previous| previous.place(Link::Next));
        unsafe { crate::links::write(place, raw(next)) };
        if raw(next).addr() | raw(previous).addr() == 0 {
            self.bitmaps.clear(class);
        }
    }

    /// Take the first block out of a list.
    #[inline(always)]
    pub(super) fn remove_head(&mut self, class: Class, block: Block) {
        let next = block.link(Link::Next);
        let nowhere = (&raw mut self.nowhere).cast();
        let place = next.map_or(nowhere, |next| next.place(Link::Previous));
        unsafe { crate::links::write(place, core::ptr::null_mut()) };
        self.set_head(class, next);
    }

    #[inline(always)]
    fn set_head(&mut self, class: Class, head: Option<Block>) {
        self.heads[class.number()] = head;
        if head.is_none() {
            self.bitmaps.clear(class);
        }
    }

    /// The first block of the first list whose blocks all have `size` bytes or more.
    #[inline(always)]
    pub(super) fn fitting(&self, size: usize) -> Option<(Class, Block)> {
        let class = self.bitmaps.first(Class::all_fit(size)?)?;
        Some((class, self.head(class)?))
    }

    /// All blocks in the lists from the one on that a block of `size` bytes would be in: some of the
    /// first ones are smaller.
    pub(super) fn from(&self, size: usize) -> impl Iterator<Item = Block> {
        let mut class = self.bitmaps.first(Class::of(size));
        let mut block = None;
        core::iter::from_fn(move || {
            block = match block {
                None => self.head(class?),
                Some(block) => Block::link(block, Link::Next).or_else(|| {
                    class = self.bitmaps.after(class?);
                    self.head(class?)
                }),
            };
            block
        })
    }
}
