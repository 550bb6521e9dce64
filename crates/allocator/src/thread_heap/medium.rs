//! Medium blocks: too large for a class, too small for a mapping each. They come from regions of the owner's,
//! by two-level segregated fit.

use core::alloc::Layout;
use core::ops::Range;
use core::ptr;
use core::sync::atomic::Ordering;

use super::local::Local;
use super::os;
use super::segment::{self, Head, Kind};
use super::touched::{PART, Touched};
use super::{classes, pool, usage};
use crate::map::{Extent, State};
use crate::tlsf::{Block, Core, Damage, Region};

/// The largest block that comes from a region, in bytes; its alignment is at most that too.
pub(crate) const LARGEST: usize = segment::SIZE / 4;

/// What stands at the start of a segment that is a region.
#[repr(C)]
struct RegionHead {
    head: Head,
    touched: Touched,
}

/// Where in its segment a region begins.
pub(crate) const REGION_START: usize = size_of::<RegionHead>().next_multiple_of(64);

/// How far from a block, at most, is what is kept of it and of its free neighbours: headers, links, footers. What
/// lies further from all blocks was never written, since the system had it last.
const MARGIN: usize = 64;

const _: () = assert!(REGION_START >= MARGIN);

/// By how many bytes, at least, what is given out must shrink before memory goes back to the system.
///
/// Between blocks of many sizes there is always some memory that is not given out, and in a moment is. Giving
/// that back would be in vain. So what counts is not how much there is of it, but that there is less in use
/// than there was.
const SHRINKAGE: usize = 1 << 20;

/// The head of the segment that a block of a region is in, or a pointer to the region's start.
///
/// # Safety
///
/// The segment is in use.
unsafe fn head_of<'a>(block: *mut u8) -> &'a RegionHead {
    // SAFETY: the caller's promise.
    let head = unsafe { segment::head_of(block) };
    // SAFETY: a region begins behind such a head.
    unsafe { head.cast().as_ref() }
}

impl Local {
    /// A block of more than a class holds, at most [`LARGEST`]; null: no memory. With `zeros`, all its bytes are
    /// zero, and those that are so already are not written. As the owner.
    pub(crate) fn allocate_medium(&self, layout: Layout, zeros: bool) -> *mut u8 {
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
            if zeros {
                Self::clear(block, layout.size());
            }
            self.touch(block, size);
            self.count_medium(1, size);
            let now = self.medium_bytes.load(Ordering::Relaxed);
            if now > self.medium_high.get() {
                self.medium_high.set(now);
                if now > self.medium_needed.get() {
                    self.medium_slack.need(SHRINKAGE);
                }
            }
            block
        })
    }

    /// A block is given out, or has grown.
    fn touch(&self, block: *mut u8, size: usize) {
        // SAFETY: the block is in a region of this heap.
        let head = unsafe { head_of(block) };
        let start = block.addr() - ptr::from_ref(head).addr() - MARGIN;
        head.touched.add(start, (size + 2 * MARGIN).min(segment::SIZE - start));
    }

    /// Write zeros to what may be something else of a block that is not touched yet.
    fn clear(block: *mut u8, size: usize) {
        // SAFETY: the block is in a region of this heap.
        let head = unsafe { head_of(block) };
        let offset = block.addr() - ptr::from_ref(head).addr();
        head.touched.each(offset, size, |at, len| {
            // SAFETY: inside the block.
            let start = unsafe { block.add(at - offset) };
            // SAFETY: the same; it was just allocated.
            unsafe { start.write_bytes(0, len) };
        });
    }

    /// Whether much less is given out than was since the last time that this said so.
    fn medium_shrank(&self) -> bool {
        let high = self.medium_high.get();
        let now = self.medium_bytes.load(Ordering::Relaxed);
        let shrinkage = high.saturating_sub(now);
        let shrank = shrinkage > SHRINKAGE.max(high / 8)
            && shrinkage > SHRINKAGE + self.medium_slack.beyond();
        if shrank {
            self.medium_slack.give();
            self.medium_high.set(now);
            // As much again, and half of that was in vain.
            self.medium_needed.set(now + shrinkage / 2);
        }
        shrank
    }

    /// Count in either direction, by wrapping. The owner alone writes.
    fn count_medium(&self, count: usize, bytes: usize) {
        for (counter, by) in [(&self.medium_count, count), (&self.medium_bytes, bytes)] {
            counter.store(counter.load(Ordering::Relaxed).wrapping_add(by), Ordering::Relaxed);
        }
    }

    fn new_region(&self, core: &mut Core) -> bool {
        let Some(mapping) = pool::take() else { return false };
        let head = mapping.start.cast::<RegionHead>();
        let _ = mapping.start.expose_provenance();
        let new =
            RegionHead { head: Head::new(Kind::Region, self, mapping, 0), touched: Touched::new() };
        // SAFETY: the pool gives whole segments, aligned.
        unsafe { head.write(new) };
        // SAFETY: just written.
        let region = unsafe { &(*head).head };
        // SAFETY: new, and it is given back when it is not in the list any more.
        self.all.with(|all| unsafe { all.push_front(region) });
        // SAFETY: inside the segment.
        let start = unsafe { mapping.start.add(REGION_START) };
        // SAFETY: the rest of the segment, which nobody uses.
        unsafe { core.add_region(start, segment::SIZE - REGION_START) };
        // SAFETY: as above.
        let touched = unsafe { &(*head).touched };
        touched.add(0, REGION_START + MARGIN);
        touched.add(segment::SIZE - MARGIN, MARGIN);
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
            let size = unsafe { Core::usable_size(block) };
            // SAFETY: the same.
            unsafe { core.release(block) };
            self.count_medium(usize::MAX, size.wrapping_neg());
            if self.medium_shrank() {
                self.purge_medium(core, 1);
            }
        });
    }

    fn give_back_region(&self, region: Region) {
        // SAFETY: a region begins behind its segment's head.
        let region = unsafe { head_of(region.memory().0) };
        // SAFETY: all regions are in it.
        self.all.with(|all| unsafe { all.remove(&region.head) });
        usage::sub(&usage::IN_USE, segment::SIZE);
        // SAFETY: all of it is free, and it is in no list.
        unsafe { pool::give(region.head.mapping.get()) };
    }

    /// Give the memory behind free medium blocks back to the system, and empty regions too, but for `spare` of
    /// them.
    fn purge_medium(&self, core: &mut Core, spare: usize) {
        loop {
            let empty = core.regions().filter(|region| region.is_empty()).nth(spare);
            let Some(region) = empty else { break };
            core.remove_region(region);
            self.give_back_region(region);
        }
        for block in core.free_blocks(PART) {
            let (start, len) = block.inside();
            // SAFETY: the block is in a region.
            let head = unsafe { head_of(start) };
            let mapping = head.head.mapping.get().start;
            head.touched.remove(start.addr() - mapping.addr(), len, |at, len| {
                // SAFETY: inside the segment.
                let pages = unsafe { mapping.add(at) };
                // SAFETY: whole pages inside a free block, in which nothing is kept.
                unsafe { os::purge(pages, len) }
            });
        }
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
            let before = unsafe { Core::usable_size(block) };
            // SAFETY: the same.
            let done = unsafe { core.resize(block, layout) };
            // SAFETY: it is where it was.
            let after = unsafe { Core::usable_size(block) };
            self.count_medium(0, after.wrapping_sub(before));
            if after > before {
                self.touch(block, after);
            }
            done
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
            let (start, len) = block.inside();
            // SAFETY: the block is in a region of this heap.
            let head = unsafe { head_of(start) };
            let state = if !block.is_free() {
                State::Live
            } else if head.touched.any(start.addr() - ptr::from_ref(head).addr(), len) {
                State::Free
            } else {
                State::Returned
            };
            visit(Extent { address, size, state });
            end = address + size;
        }
        visit(Extent { address: end, size: at.end - end, state: State::Book });
    }

    /// Whether the invariants of the regions hold. As the owner.
    pub(crate) fn check_medium(&self) -> Result<(), Damage> {
        // SAFETY: the owner's alone (invariant 1), and nothing below calls back.
        unsafe { &*self.medium.get() }.check()
    }

    /// The largest free medium block. As the owner.
    pub(crate) fn largest_free_medium(&self) -> usize {
        // SAFETY: the owner's alone (invariant 1), and nothing below calls back.
        let core = unsafe { &*self.medium.get() };
        core.free_blocks(classes::LARGEST).map(Block::usable).max().unwrap_or(0)
    }

    /// The thread ends: what lies unused waits for the next one, if it is not too much for all such heaps
    /// together. As the owner.
    pub(crate) fn tidy_medium(&self) {
        // SAFETY: the owner's alone (invariant 1), and nothing below calls back.
        let core = unsafe { &mut *self.medium.get() };
        let given_out = self.medium_bytes.load(Ordering::Relaxed);
        let mut unused = Self::touched(core).saturating_sub(given_out);
        let left_before = usage::LEFT_BEHIND.load(Ordering::Relaxed);
        if left_before + unused > SHRINKAGE + self.medium_slack.beyond() {
            self.medium_slack.give();
            self.medium_high.set(given_out);
            self.medium_needed.set(given_out + unused / 2);
            self.purge_medium(core, 0);
            unused = Self::touched(core).saturating_sub(given_out);
        }
        self.left_behind.set(unused);
        usage::add(&usage::LEFT_BEHIND, unused);
    }

    /// Give all back that is not in use. As the owner.
    pub(crate) fn trim_medium(&self) {
        // SAFETY: the owner's alone (invariant 1), and nothing below calls back.
        let core = unsafe { &mut *self.medium.get() };
        self.purge_medium(core, 0);
        self.medium_high.set(self.medium_bytes.load(Ordering::Relaxed));
    }

    /// How many bytes of the regions have memory behind them.
    fn touched(core: &Core) -> usize {
        let of = |region: Region| {
            // SAFETY: a region in use.
            let head = unsafe { head_of(region.memory().0) };
            head.touched.count() * PART
        };
        core.regions().map(of).sum()
    }
}

// Where nothing is purged there is nothing to be wrong about, and Miri would be long at it.
#[cfg(all(test, target_os = "linux", not(miri)))]
mod tests {
    use super::*;

    /// The links of a free block lie in the next part if the block before it ends where a part does.
    #[test]
    fn what_is_kept_between_blocks_is_cleared_too() {
        let Some(heap) = Local::take() else { return };
        let layout = |size| Layout::from_size_align(size, 8).unwrap();
        // SAFETY: the test's own blocks, each given up once.
        let release = |block| unsafe { heap.release_medium(block) };
        heap.trim();
        let whole = 4 * PART;
        // Longer than what is asked for later on, so that its list is known to serve that.
        let first = heap.allocate_medium(layout(whole + PART), false);
        // It keeps the first one from being joined with the rest of the region, which has no links.
        let behind = heap.allocate_medium(layout(10_000), false);
        // SAFETY: a live block of the heap.
        let head = unsafe { head_of(first) };
        let offset = first.addr() - ptr::from_ref(head).addr();
        let to_boundary = (offset + 2 * PART).next_multiple_of(PART) - offset;
        let size_of_other = whole + PART - to_boundary;
        let mut other = heap.allocate_medium(layout(size_of_other), false);
        let after_other = heap.allocate_medium(layout(10_000), false);
        release(first);
        for k in 0..32 {
            // Nothing of the first block has memory behind it.
            heap.trim();
            let short = heap.allocate_medium(layout(to_boundary - k), false);
            assert_eq!(short, first);
            // A neighbour in the list, so that the links are not null.
            release(other);
            release(short);
            let zeros = heap.allocate_medium(layout(whole), true);
            assert_eq!(zeros, first);
            // SAFETY: the block has these bytes, and all of them are zero.
            let bytes = unsafe { core::slice::from_raw_parts(zeros, whole) };
            assert_eq!(bytes.iter().position(|&byte| byte != 0), None, "{k}");
            // Before the first one is free, or it would come from there.
            other = heap.allocate_medium(layout(size_of_other), false);
            release(zeros);
        }
        for block in [other, after_other, behind] {
            release(block);
        }
        heap.let_go();
    }
}
