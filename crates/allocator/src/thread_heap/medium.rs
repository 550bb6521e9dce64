//! Medium blocks: too large for a class, too small for a mapping each. They come from regions of the owner's,
//! by two-level segregated fit.

use core::alloc::Layout;
use core::ops::Range;
use core::sync::atomic::Ordering;

use super::local::Local;
use super::os::{self, PAGE};
use super::segment::{self, Head, Kind};
use super::{classes, pool, usage};
use crate::map::{Extent, State};
use crate::tlsf::{Block, Core, Region};

/// The largest block that comes from a region, in bytes; its alignment is at most that too.
pub(crate) const LARGEST: usize = segment::SIZE / 4;

/// Where in its segment a region begins.
pub(crate) const REGION_START: usize = size_of::<Head>().next_multiple_of(64);

/// A free block of this size is given back to the system, when too much is unused.
const WORTH_PURGING: usize = 32 << 10;

impl Local {
    /// A block of more than a class holds, at most [`LARGEST`]; null: no memory. As the owner.
    pub(crate) fn allocate_medium(&self, layout: Layout) -> *mut u8 {
        self.while_busy(|| {
            // SAFETY: the owner's alone (invariant 1), and nothing below calls back.
            let core = unsafe { &mut *self.medium.get() };
            let mut block = core.allocate(layout);
            if block.is_null() {
                self.settle();
                // SAFETY: as above; `settle` used it in between.
                let core = unsafe { &mut *self.medium.get() };
                block = core.allocate(layout);
                if block.is_null() && self.new_region(core) {
                    block = core.allocate(layout);
                }
                if block.is_null() {
                    return block;
                }
            }
            // SAFETY: just allocated.
            let size = unsafe { Core::usable_size(block) };
            self.medium_dirty.set(self.medium_dirty.get().saturating_sub(size));
            self.count_medium(1, size);
            block
        })
    }

    /// Count in either direction, by wrapping. The owner alone writes.
    fn count_medium(&self, count: usize, bytes: usize) {
        for (counter, by) in [(&self.medium_count, count), (&self.medium_bytes, bytes)] {
            counter.store(counter.load(Ordering::Relaxed).wrapping_add(by), Ordering::Relaxed);
        }
    }

    fn new_region(&self, core: &mut Core) -> bool {
        let Some(mapping) = pool::take() else { return false };
        let head = mapping.start.cast::<Head>();
        let _ = mapping.start.expose_provenance();
        // SAFETY: the pool gives whole segments, aligned; the rest of it becomes the region.
        unsafe {
            head.write(Head::new(Kind::Region, self, mapping, 0));
            let start = mapping.start.add(REGION_START);
            core.add_region(start, segment::SIZE - REGION_START);
            self.join_all(&*head);
        }
        usage::use_more(segment::SIZE);
        true
    }

    /// As the owner.
    ///
    /// # Safety
    ///
    /// `block` is a live medium block of this heap, and nobody uses it any more.
    pub(crate) unsafe fn release_medium(&self, block: *mut u8) {
        self.while_busy(|| {
            // SAFETY: the owner's alone (invariant 1), and nothing below calls back.
            let core = unsafe { &mut *self.medium.get() };
            // SAFETY: the caller's promise.
            let (size, free) = unsafe { (Core::usable_size(block), core.release(block)) };
            self.count_medium(usize::MAX, size.wrapping_neg());
            let dirty = self.medium_dirty.get() + size;
            self.medium_dirty.set(dirty);
            match core.empty_region(free) {
                // The last one stays: it will be needed soon.
                Some(region) if core.regions().nth(1).is_some() => {
                    core.remove_region(region);
                    self.give_back_region(region);
                }
                _ => {
                    if usage::too_much(dirty) {
                        self.purge_medium(core);
                    }
                }
            }
        });
    }

    fn give_back_region(&self, region: Region) {
        let (start, len) = region.memory();
        // SAFETY: a region begins behind its segment's head.
        let head = unsafe { &*start.sub(REGION_START).cast::<Head>() };
        self.leave_all(head);
        usage::sub(&usage::IN_USE, segment::SIZE);
        self.medium_dirty.set(self.medium_dirty.get().saturating_sub(len));
        // SAFETY: all of it is free, and it is in no list.
        unsafe { pool::give(head.mapping) };
    }

    /// Give the pages inside free medium blocks back to the system.
    fn purge_medium(&self, core: &mut Core) {
        for block in core.free_blocks(WORTH_PURGING) {
            if !block.is_given_back() {
                let (start, len) = block.inside();
                let before = start.addr().wrapping_neg() % PAGE;
                let whole = (len - before) / PAGE * PAGE;
                // SAFETY: whole pages inside a free block, in which nothing is kept.
                unsafe { os::purge(start.add(before), whole) };
                block.mark_given_back();
            }
        }
        self.medium_dirty.set(0);
    }

    /// Make a medium block longer or shorter where it is. As the owner.
    ///
    /// # Safety
    ///
    /// `block` is a live medium block of this heap, and `layout` the one it is to have; what is cut off is not used
    /// any more.
    pub(crate) unsafe fn resize_medium(&self, block: *mut u8, layout: Layout) -> bool {
        self.while_busy(|| {
            // SAFETY: the owner's alone (invariant 1), and nothing below calls back.
            let core = unsafe { &mut *self.medium.get() };
            // SAFETY: the caller's promise.
            unsafe {
                let before = Core::usable_size(block);
                let done = core.resize(block, layout);
                self.count_medium(0, Core::usable_size(block).wrapping_sub(before));
                done
            }
        })
    }

    /// Show the blocks of the region at these addresses. As the owner.
    pub(crate) fn walk_region(&self, at: Range<usize>, visit: &mut dyn FnMut(Extent)) {
        // SAFETY: the owner's alone (invariant 1); `visit` must not allocate with this heap.
        let core = unsafe { &*self.medium.get() };
        let Some(region) = core.regions().find(|region| region.memory().0.addr() == at.start)
        else {
            return;
        };
        let mut end = at.start;
        for block in region.blocks() {
            // The first block's header, and alignment, are in front of it.
            let (address, size) = (end, block.payload().addr() + block.usable() - end);
            let state = match (block.is_free(), block.is_given_back()) {
                (false, _) => State::Live,
                (true, false) => State::Free,
                (true, true) => State::Returned,
            };
            visit(Extent { address, size, state });
            end = address + size;
        }
        visit(Extent { address: end, size: at.end - end, state: State::Book });
    }

    /// The largest free medium block. As the owner.
    pub(crate) fn largest_free_medium(&self) -> usize {
        // SAFETY: the owner's alone (invariant 1), and nothing below calls back.
        let core = unsafe { &*self.medium.get() };
        core.free_blocks(classes::LARGEST).map(Block::usable).max().unwrap_or(0)
    }

    /// The thread ends: keep no more than is in use. As the owner.
    pub(crate) fn tidy_medium(&self) {
        // SAFETY: the owner's alone (invariant 1), and nothing below calls back.
        let core = unsafe { &mut *self.medium.get() };
        loop {
            let empty = core.regions().find(|region| region.is_empty());
            let Some(region) = empty else { break };
            core.remove_region(region);
            self.give_back_region(region);
        }
        self.purge_medium(core);
    }
}
