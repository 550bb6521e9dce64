//! Segments: what memory comes from the system in. From a block's address follows its segment, and from that
//! whose it is.

use core::cell::Cell;
use core::mem::offset_of;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use super::list::{Links, List, Node};
use super::local::Local;
use super::os::{self, Mapping};
use super::page::Page;

/// The size of a segment, and its alignment.
pub(crate) const SIZE: usize = if cfg!(miri) { 1 << 20 } else { 4 << 20 };

/// The size of a slice: a page of blocks, and the unit in which segments give memory.
pub(crate) const SLICE: usize = if cfg!(miri) { 16 << 10 } else { 64 << 10 };

/// How many slices a segment has. The first holds the header.
pub(crate) const SLICES: usize = SIZE / SLICE;

const _: () = assert!(SLICES == 64 && size_of::<Segment>() <= SLICE);
// A slice can be given back alone.
const _: () = assert!(SLICE.is_multiple_of(os::PAGE));

/// All slices but the header's.
pub(crate) const ALL: u64 = !1;

/// What a segment is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Pages of small blocks.
    Pages,
    /// A region for blocks of a medium size.
    Region,
    /// One large block, in a mapping of its own.
    Large,
}

/// What stands at the start of every segment, of whichever kind.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Head {
    /// The owner, if this is a segment of pages; else null. So one comparison tells that a block is small,
    /// and ours.
    pub(crate) owner_of_pages: AtomicPtr<Local>,
    /// The owner; null for a large block, which has none.
    pub(crate) owner: AtomicPtr<Local>,
    pub(crate) kind: Kind,
    /// What came from the system; for a large block it is not [`SIZE`] bytes.
    pub(crate) mapping: Cell<Mapping>,
    /// For a large block: how far from the segment's start it begins.
    pub(crate) offset: usize,
    /// Neighbours among all segments of the owner, or among all large blocks.
    links: Links<Self>,
}

// SAFETY: a field of the node's own.
unsafe impl Node for Head {
    #[inline(always)]
    fn links(&self) -> &Links<Self> {
        &self.links
    }
}

// SAFETY: nothing of a head that is in a list changes but atomics, and the links, which are the list's.
unsafe impl Send for List<Head> {}

impl Head {
    pub(crate) const fn new(
        kind: Kind,
        owner: *const Local,
        mapping: Mapping,
        offset: usize,
    ) -> Self {
        let owner = owner.cast_mut();
        let owner_of_pages = if matches!(kind, Kind::Pages) { owner } else { ptr::null_mut() };
        Self {
            owner_of_pages: AtomicPtr::new(owner_of_pages),
            owner: AtomicPtr::new(owner),
            kind,
            mapping: Cell::new(mapping),
            offset,
            links: Links::new(),
        }
    }
}

/// A segment of pages.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Segment {
    pub(crate) head: Head,
    /// The slices that no page uses.
    pub(crate) free: AtomicU64,
    /// Of those, the ones that still have memory behind them.
    pub(crate) dirty: AtomicU64,
    /// The slices that may hold anything but zeros.
    pub(crate) stale: Cell<u64>,
    /// Neighbours among the segments of the owner that have free slices.
    roomy: Links<Self>,
    pub(crate) pages: [Page; SLICES],
}

// SAFETY: a field of the node's own.
unsafe impl Node for Segment {
    #[inline(always)]
    fn links(&self) -> &Links<Self> {
        &self.roomy
    }
}

// ANCHOR: head_of
/// The head of the segment that a block is in.
///
/// # Safety
///
/// `block` is a live block of a `ThreadHeap`.
#[inline(always)]
pub(crate) unsafe fn head_of(block: *mut u8) -> NonNull<Head> {
    // A block never starts at its segment's start, but a large one that is aligned as much as a segment
    // starts where the next would begin. A page's first byte is never a segment's either.
    let address = (block.addr() - 1) & !(SIZE - 1);
    // A block that was a `Box` may be reached through it, and that through nothing else; what lies before it
    // was exposed when the segment was made.
    #[cfg(not(miri))]
    let start = ptr::with_exposed_provenance_mut::<Head>(address);
    // Under Miri it is always the pointer that we gave to `front`, which reaches the whole segment.
    #[cfg(miri)]
    let start = block.with_addr(address).cast::<Head>();
    // SAFETY: a live block is in a segment, and a segment does not start at address 0.
    unsafe { NonNull::new_unchecked(start) }
}
// ANCHOR_END: head_of

impl Segment {
    /// Make the memory of a segment, all zeros but for a header that may be stale, a segment of pages.
    ///
    /// # Safety
    ///
    /// `mapping` is [`SIZE`] bytes, aligned to as much, and ours.
    pub(crate) unsafe fn new<'a>(mapping: Mapping, owner: *const Local) -> &'a Self {
        let segment = mapping.start.cast::<Self>();
        let _ = mapping.start.expose_provenance();
        let head = Head::new(Kind::Pages, owner, mapping, 0);
        let new = Self {
            head,
            free: AtomicU64::new(ALL),
            dirty: AtomicU64::new(0),
            stale: Cell::new(0),
            roomy: Links::new(),
            pages: [const { Page::none() }; SLICES],
        };
        // SAFETY: the mapping is large enough and aligned (the assertion above).
        unsafe { segment.write(new) };
        // SAFETY: just written.
        unsafe { &*segment }
    }

    /// The owner alone writes.
    pub(crate) fn set_dirty(&self, dirty: u64) {
        self.dirty.store(dirty, Ordering::Relaxed);
    }

    /// The first byte of a slice.
    pub(crate) fn slice(&self, index: usize) -> *mut u8 {
        // SAFETY: `index < SLICES`, so this is inside the mapping.
        unsafe { self.head.mapping.get().start.add(index * SLICE) }
    }

    /// The slice that a page is cut from.
    pub(crate) fn index_of(&self, page: &Page) -> usize {
        let offset = ptr::from_ref(page).addr() - ptr::from_ref(self).addr();
        (offset - offset_of!(Self, pages)) / size_of::<Page>()
    }

    /// Give the memory behind all free slices back. How many slices had any.
    pub(crate) fn purge(&self) -> usize {
        let mut left = self.free.load(Ordering::Relaxed) & self.dirty.load(Ordering::Relaxed);
        let purged = left.count_ones() as usize;
        while left != 0 {
            let first = left.trailing_zeros() as usize;
            let count = (left >> first).trailing_ones() as usize;
            // SAFETY: free slices of our mapping.
            let zeros = unsafe { os::purge(self.slice(first), count * SLICE) };
            let mask = (u64::MAX >> (64 - count)) << first;
            left &= !mask;
            self.set_dirty(self.dirty.load(Ordering::Relaxed) & !mask);
            if zeros {
                self.stale.set(self.stale.get() & !mask);
            }
        }
        purged
    }
}
