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
}

impl Lists {
    pub(super) const EMPTY: Self = Self { bitmaps: Bitmaps::EMPTY, heads: [None; CLASSES] };

    #[inline(always)]
    pub(super) fn head(&self, class: Class) -> Option<Block> {
        self.heads[class.number()]
    }

    /// Put a free block of `size` bytes in front of its list.
    #[inline(always)]
    pub(super) fn insert(&mut self, block: Block, size: usize) {
        let class = Class::of(size);
        let head = &mut self.heads[class.number()];
        block.set_link(Link::Next, *head);
        block.set_link(Link::Previous, None);
        if let Some(next) = *head {
            next.set_link(Link::Previous, Some(block));
        }
        *head = Some(block);
        self.bitmaps.set(class);
    }

    /// Take a block of `size` bytes out of its list.
    #[inline(always)]
    pub(super) fn remove(&mut self, block: Block, size: usize) {
        let next = block.link(Link::Next);
        let previous = block.link(Link::Previous);
        if let Some(next) = next {
            next.set_link(Link::Previous, previous);
        }
        match previous {
            Some(previous) => previous.set_link(Link::Next, next),
            None => self.set_head(Class::of(size), next),
        }
    }

    /// Take the first block out of a list.
    #[inline(always)]
    pub(super) fn remove_head(&mut self, class: Class, block: Block) {
        let next = block.link(Link::Next);
        if let Some(next) = next {
            next.set_link(Link::Previous, None);
        }
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
