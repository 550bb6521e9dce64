//! The lists of free blocks: one for each class, doubly linked through the blocks themselves.

use core::ptr;

use super::block::{Block, Link};
use super::classes::{Bitmaps, CLASSES, Class};
use crate::links;

/// Free blocks, by size.
///
/// 1. A block is in the list of its class, once.
/// 2. A list is empty if and only if its bit is clear.
pub(super) struct Lists {
    pub(super) bitmaps: Bitmaps,
    /// The first block of each list: a link like those in the blocks.
    heads: [*mut u8; CLASSES],
    /// Where the links of no block are written to, so that no branch has to go round it. Whether a block
    /// has a neighbour in its list is as good as random, and a branch on it costs more than all the rest.
    nowhere: *mut u8,
}

impl Lists {
    pub(super) const EMPTY: Self = Self {
        bitmaps: Bitmaps::EMPTY,
        heads: [ptr::null_mut(); CLASSES],
        nowhere: ptr::null_mut(),
    };

    #[inline(always)]
    pub(super) fn head(&self, class: Class) -> Option<Block> {
        // SAFETY: a pointer that is written here alone.
        let head = unsafe { links::read(&raw const self.heads[class.number()]) };
        // SAFETY: it is null, or a block's (invariant 1).
        unsafe { Block::from_link(head) }
    }

    /// Put a free block of `size` bytes in front of its list.
    #[inline(always)]
    pub(super) fn insert(&mut self, block: Block, size: usize) {
        let class = Class::of(size);
        let head = self.head(class);
        block.set_link(Link::Next, head);
        block.set_link(Link::Previous, None);
        self.set_previous(head, Some(block));
        self.set_next(class, None, Some(block));
        self.bitmaps.set(class);
    }

    /// Take a block of `size` bytes out of its list.
    #[inline(always)]
    pub(super) fn remove(&mut self, block: Block, size: usize) {
        let class = Class::of(size);
        let next = block.link(Link::Next);
        let previous = block.link(Link::Previous);
        self.set_previous(next, previous);
        self.set_next(class, previous, next);
        // One test for both.
        if Block::to_link(next).addr() | Block::to_link(previous).addr() == 0 {
            self.bitmaps.clear(class);
        }
    }

    /// Take a block, the first of its list, out of it.
    #[inline(always)]
    pub(super) fn remove_head(&mut self, class: Class, block: Block) {
        let next = block.link(Link::Next);
        self.set_previous(next, None);
        self.set_next(class, None, next);
        if next.is_none() {
            self.bitmaps.clear(class);
        }
    }

    /// Say to `block`, if there is one, what is before it.
    #[inline(always)]
    fn set_previous(&mut self, block: Option<Block>, previous: Option<Block>) {
        let nowhere = &raw mut self.nowhere;
        let place = block.map_or(nowhere, |block| block.place(Link::Previous));
        // SAFETY: the place of a link in a free block, or `nowhere`.
        unsafe { links::write(place, Block::to_link(previous)) };
    }

    /// Say to `block`, or to the head of the list if there is none, what is behind it.
    #[inline(always)]
    fn set_next(&mut self, class: Class, block: Option<Block>, next: Option<Block>) {
        let head = &raw mut self.heads[class.number()];
        let place = block.map_or(head, |block| block.place(Link::Next));
        // SAFETY: the place of a link in a free block, or the head.
        unsafe { links::write(place, Block::to_link(next)) };
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
            let next = block.and_then(|block: Block| block.link(Link::Next));
            if block.is_some() && next.is_none() {
                class = self.bitmaps.after(class?);
            }
            block = match next {
                Some(next) => Some(next),
                None => self.head(class?),
            };
            block
        })
    }
}
