//! The memory that a core gives blocks from: added and removed while it runs.

use super::block::{Block, GRANULE, Header, LEAST, Link, WORD};
use super::classes::SIZE_LIMIT;
use super::unlocked::Core;

/// Words of a record after its header.
const RECORD: usize = 4;

/// A region, by its record: a block of size 0 behind all others, never free, in which the region's start
/// and end are kept, and the records of the regions before and after it in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region(Block);

impl Region {
    /// The record's own place: where the blocks end.
    pub(super) fn record(self) -> Block {
        self.0
    }

    fn next(self) -> Option<Self> {
        self.0.link(Link::Next).map(Self)
    }

    fn previous(self) -> Option<Self> {
        self.0.link(Link::Previous).map(Self)
    }

    fn set_next(self, region: Option<Self>) {
        self.0.set_link(Link::Next, region.map(Self::record));
    }

    fn set_previous(self, region: Option<Self>) {
        self.0.set_link(Link::Previous, region.map(Self::record));
    }

    /// What was given to [`Core::add_region`].
    pub(crate) fn memory(self) -> (*mut u8, usize) {
        let start = self.0.pointer(Link::Start);
        (start, self.0.pointer(Link::End).addr() - start.addr())
    }

    pub(super) fn first(self) -> Block {
        let start = self.0.pointer(Link::Start);
        // SAFETY: there is the first block: `add_region` put it there.
        let payload = unsafe { start.add(before_first(start)) };
        // SAFETY: the same, and the pointer is the region's start.
        unsafe { Block::at(payload) }
    }

    /// Whether all of it is one free block.
    pub(crate) fn is_empty(self) -> bool {
        let first = self.first();
        first.is_free() && first.next() == self.0
    }

    /// All blocks, in the order of their addresses.
    pub(crate) fn blocks(self) -> impl Iterator<Item = Block> {
        let mut next = self.first();
        core::iter::from_fn(move || {
            let block = next;
            next = block.next();
            (block != self.0).then_some(block)
        })
    }
}

impl Core {
    /// Give out blocks from `len` bytes at `start` as well: the size of the largest one that they have
    /// room for, or 0 if that is none.
    ///
    /// # Safety
    ///
    /// The bytes are valid for reads and writes, and nobody else uses them, until the region is removed,
    /// or this core and all of its blocks are no longer used.
    pub(crate) unsafe fn add_region(&mut self, start: *mut u8, len: usize) -> usize {
        let before = before_first(start);
        let room = len.saturating_sub(before + RECORD * WORD).min(SIZE_LIMIT - 1) & !(GRANULE - 1);
        if room < LEAST {
            return 0;
        }
        // SAFETY: `before` is less than `len`.
        let payload = unsafe { start.add(before) };
        // SAFETY: aligned, with a word in front of it, and derived from the region's start. The header is
        // written before anything reads it.
        let first = unsafe { Block::at(payload) };
        // SAFETY: behind it there are `RECORD` words.
        let record = unsafe { first.further(room) };
        record.set_header(Header::used(0).with_after_free(true));
        record.set_pointer(Link::Start, start);
        // SAFETY: the end of the region.
        record.set_pointer(Link::End, unsafe { start.add(len) });
        let region = Region(record);
        region.set_previous(None);
        region.set_next(self.regions);
        if let Some(next) = self.regions.replace(region) {
            next.set_previous(Some(region));
        }
        self.keep(first, Header::free(room));
        room - WORD
    }

    /// Forget a region, all of which is free: its memory is the caller's again.
    pub(crate) fn remove_region(&mut self, region: Region) {
        let first = region.first();
        self.take_out(first, first.size());
        if let Some(next) = region.next() {
            next.set_previous(region.previous());
        }
        match region.previous() {
            Some(previous) => previous.set_next(region.next()),
            None => self.regions = region.next(),
        }
    }

    /// The region that is all one block, this free one, if it is.
    #[inline]
    pub(crate) fn empty_region(&self, block: Block) -> Option<Region> {
        let next = block.next();
        // Only a record has size 0.
        (next.size() == 0).then_some(Region(next)).filter(|region| region.first() == block)
    }

    pub(crate) fn regions(&self) -> impl Iterator<Item = Region> {
        core::iter::successors(self.regions, |region| region.next())
    }

    /// Whether `block` points into one of the regions.
    pub(crate) fn owns(&self, block: *const u8) -> bool {
        self.regions().any(|region| {
            let blocks = region.first().address()..region.record().address();
            blocks.contains(&block.addr())
        })
    }
}

/// How far behind a region's start its first block is: aligned, with room for its header.
fn before_first(start: *mut u8) -> usize {
    WORD + (start.addr().wrapping_add(WORD).wrapping_neg() & (GRANULE - 1))
}
