//! The memory that a core gives blocks from: added and removed while it runs.

use core::fmt;

use super::block::{Block, GRANULE, HEADER, Header, LEAST, Link, WORD};
use super::unlocked::Core;

/// Words of a record after its header.
const RECORD: usize = 4;
/// A block's size must fit into its header.
pub(super) const MOST: usize = (u32::MAX as usize) & !(GRANULE - 1);

/// A region, by its record: a block of size 0 behind all others, never free, in which the region's start
/// and end are kept, and the records of the regions before and after it in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region(Block);

impl Region {
    /// Where the blocks end.
    pub(super) fn record(self) -> Block {
        self.0
    }

    fn neighbour(self, link: Link) -> Option<Self> {
        self.0.link(link).map(Self)
    }

    fn set_neighbour(self, link: Link, region: Option<Self>) {
        self.0.set_link(link, region.map(Self::record));
    }

    /// What was given to [`Core::add_region`].
    pub(crate) fn memory(self) -> (*mut u8, usize) {
        let start = self.0.pointer(Link::Start);
        (start, self.0.pointer(Link::End).addr() - start.addr())
    }

    pub(super) fn first(self) -> Block {
        let start = self.0.pointer(Link::Start);
        // SAFETY: there `add_region` put the first block.
        let payload = unsafe { start.add(before_first(start)) };
        // SAFETY: the same, and the pointer is derived from the region's start.
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
    /// Give out blocks from `len` bytes at `start` as well: how many bytes the largest block has that they
    /// have room for, or 0 if that is none. Of more than 4 GiB, only the first are used.
    ///
    /// # Safety
    ///
    /// The bytes are valid for reads and writes, and nobody else uses them, until the region is removed,
    /// or this core and all of its blocks are no longer used.
    pub(crate) unsafe fn add_region(&mut self, start: *mut u8, len: usize) -> usize {
        let before = before_first(start);
        let room = len.saturating_sub(before + RECORD * WORD).min(MOST) & !(GRANULE - 1);
        if room < LEAST {
            return 0;
        }
        // SAFETY: `before` is less than `len`.
        let payload = unsafe { start.add(before) };
        crate::watch::close(start, len);
        miri_knows_alignment(payload);
        // SAFETY: aligned, with a header in front of it, and derived from the region's start. The header
        // is written before anything reads it.
        let first = unsafe { Block::at(payload) };
        // SAFETY: behind it there are `RECORD` words.
        let record = unsafe { first.further(room) };
        record.set_header(Header::used(0).with_after_free(true));
        record.set_pointer(Link::Start, start);
        // SAFETY: the end of the region.
        record.set_pointer(Link::End, unsafe { start.add(len) });
        let region = Region(record);
        region.set_neighbour(Link::Previous, None);
        region.set_neighbour(Link::Next, self.regions);
        if let Some(next) = self.regions.replace(region) {
            next.set_neighbour(Link::Previous, Some(region));
        }
        self.keep(first, Header::free(room));
        room - HEADER
    }

    /// Forget a region, all of which is free: its memory is the caller's again.
    pub(crate) fn remove_region(&mut self, region: Region) {
        let first = region.first();
        self.take_out(first, first.size());
        let (previous, next) = (region.neighbour(Link::Previous), region.neighbour(Link::Next));
        if let Some(next) = next {
            next.set_neighbour(Link::Previous, previous);
        }
        match previous {
            Some(previous) => previous.set_neighbour(Link::Next, next),
            None => self.regions = next,
        }
    }

    pub(crate) fn regions(&self) -> impl Iterator<Item = Region> {
        core::iter::successors(self.regions, |region| region.neighbour(Link::Next))
    }

    /// Whether `block` points into one of the regions.
    pub(crate) fn owns(&self, block: *const u8) -> bool {
        self.regions().any(|region| {
            let blocks = region.first().address()..region.record().address();
            blocks.contains(&block.addr())
        })
    }
}

/// Why memory cannot be a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegionError {
    /// It has `len` bytes, and at its address a region has `least`.
    TooSmall {
        /// Its bytes.
        len: usize,
        /// What the smallest block, and what is written around it, takes there.
        least: usize,
    },
}

impl RegionError {
    pub(super) fn too_small(start: *mut u8, len: usize) -> Self {
        Self::TooSmall { len, least: before_first(start) + LEAST + RECORD * WORD }
    }
}

impl fmt::Display for RegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::TooSmall { len, least } = self;
        write!(f, "a region of {len} bytes is too small: at its address it needs {least}")
    }
}

impl core::error::Error for RegionError {}

/// How far behind a region's start its first block is: aligned to two granules, and behind its header.
fn before_first(start: *mut u8) -> usize {
    HEADER + (start.addr().wrapping_add(HEADER).wrapping_neg() & (2 * GRANULE - 1))
}

/// With symbolic alignment checks, Miri does not believe what an address says: memory of bytes is aligned
/// to bytes. It is told here that this pointer, and so what is derived from it, is aligned by construction.
fn miri_knows_alignment(first: *mut u8) {
    #[cfg(miri)]
    {
        unsafe extern "Rust" {
            safe fn miri_promise_symbolic_alignment(pointer: *const (), align: usize);
        }
        miri_promise_symbolic_alignment(first.cast(), 2 * GRANULE);
    }
    let _ = first;
}

#[cfg(test)]
mod tests {
    use std::alloc::Layout;
    use std::vec::Vec;

    use super::*;

    /// Memory for a region: at a multiple of 16.
    struct Memory(#[expect(dead_code, reason = "reached by pointers alone")] [u128; 64]);

    impl Memory {
        const BYTES: usize = size_of::<Self>();

        fn lend(memory: *mut Self, core: &mut Core) -> usize {
            // SAFETY: the tests keep the memory and use it no more.
            unsafe { core.add_region(memory.cast(), Self::BYTES) }
        }
    }

    const BLOCK: Layout = Layout::new::<[u64; 5]>();

    #[test]
    fn regions_come_and_go() {
        let mut memory = [const { Memory([0; 64]) }; 3];
        let starts: Vec<*mut Memory> = {
            let start = memory.as_mut_ptr();
            (0..3).map(|n| start.wrapping_add(n)).collect()
        };
        // In each order.
        for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0], [0, 2, 1]] {
            let mut core = Core::new();
            for &start in &starts {
                assert_ne!(Memory::lend(start, &mut core), 0);
            }
            assert_eq!(core.regions().count(), 3);
            let mut blocks = Vec::new();
            loop {
                let block = core.allocate(BLOCK);
                if block.is_null() {
                    break;
                }
                assert!(core.owns(block));
                blocks.push(block);
            }
            for number in order {
                let start = starts[number].cast::<u8>();
                let range = start.addr()..start.addr() + Memory::BYTES;
                let mine = blocks.extract_if(.., |block| range.contains(&block.addr()));
                let mut mine: Vec<_> = mine.collect();
                // Once beginning with the block that the record is behind.
                if number == 1 {
                    mine.reverse();
                }
                let empty = |core: &Core| core.regions().find(|region| region.is_empty());
                for block in mine {
                    assert_eq!(empty(&core), None);
                    // SAFETY: live, and from this core.
                    unsafe { core.release(block) };
                    assert_eq!(core.check(), Ok(()));
                }
                let region = empty(&core).unwrap();
                assert_eq!(region.memory(), (start, Memory::BYTES));
                core.remove_region(region);
                assert_eq!(core.check(), Ok(()));
                assert!(!core.owns(start.wrapping_add(100)));
            }
            assert_eq!((core.regions().count(), core.free_blocks(0).count()), (0, 0));
            assert!(core.allocate(BLOCK).is_null());
        }
    }

    #[test]
    fn a_region_has_room_for_what_it_says() {
        let mut memory = Memory([0; 64]);
        let start = (&raw mut memory).cast::<u8>();
        let step = if cfg!(miri) { 7 } else { 1 };
        for skip in (0..32).step_by(step) {
            for len in (0..200).step_by(2 * step) {
                let mut core = Core::new();
                // SAFETY: inside the memory, which nobody uses any more.
                let room = unsafe { core.add_region(start.wrapping_add(skip), len) };
                assert_eq!(core.check(), Ok(()));
                assert!(room <= len);
                // A record, a header, what is lost at both ends, and the smallest block.
                assert!(room != 0 || len < 5 * WORD + LEAST + 2 * GRANULE);
                let Some(region) = core.regions().next() else { continue };
                assert_eq!(region.blocks().map(Block::usable).collect::<Vec<_>>(), [room]);
                let largest = Layout::from_size_align(room, 1).unwrap();
                assert!(!core.allocate(largest).is_null());
                assert_eq!(core.free_blocks(0).count(), 0);
            }
        }
    }

    #[test]
    fn nothing_is_kept_inside_free_blocks() {
        let mut memory = Memory([0; 64]);
        let mut core = Core::new();
        Memory::lend(&raw mut memory, &mut core);
        let blocks = [(); 3].map(|()| core.allocate(BLOCK));
        // SAFETY: live, and from this core.
        unsafe { core.release(blocks[0]) };
        for block in core.free_blocks(0) {
            let (inside, len) = block.inside();
            // SAFETY: as it says, nothing is kept there.
            unsafe { inside.write_bytes(0xFF, len) };
        }
        assert_eq!(core.check(), Ok(()));
        for block in &blocks[1..] {
            // SAFETY: live, and from this core.
            unsafe { core.release(*block) };
            assert_eq!(core.check(), Ok(()));
        }
        assert!(core.regions().all(Region::is_empty));
    }
}
