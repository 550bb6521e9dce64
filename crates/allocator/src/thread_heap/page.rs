//! A page: one slice of a segment, cut into blocks of one size.

use core::cell::Cell;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};

use super::list::{Links, Node};
use super::segment::SLICE;
use crate::Corruption;
use crate::links;
use crate::watch;

/// The books of one page. They stand in the header of the page's segment, not in the page.
///
/// The owner of the segment alone touches a page, but for the numbers that are atomics so that anybody may
/// read them for statistics; the owner is the only one who writes those too, so they cost nothing.
///
/// A block is free when it is in the list `free`, or lies past `fresh`, where none was ever given out. A
/// page is *open* when blocks are taken from it (its class's `open` page), *waiting* when it has free blocks
/// and stands in its class's list, or *full*: in no list, until a block comes back.
///
/// `countdown` is what makes freeing one comparison: it is the number of live blocks, but
/// 1. one more while the page is *kept*: open, and seen empty. It will soon be used and empty again, and that
///    is not worth a word each time;
/// 2. 1 while the page is full, so that the next block that comes back reaches 0.
///
/// Whoever brings it to 0 calls [`Local::page_event`](super::local::Local).
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct Page {
    /// The free blocks, each holding a pointer to the next; null at the end.
    pub(crate) free: Cell<*mut u8>,
    pub(crate) countdown: AtomicU32,
    /// The size of a block.
    pub(crate) size: AtomicU32,
    /// The last byte of the slice. The first would look like a pointer to a block to whoever looks for leaks.
    last: Cell<*mut u8>,
    /// The distance from the slice's start of the first block that was never given out.
    pub(crate) fresh: AtomicU32,
    /// The distance from the slice's start of the end of the last block.
    end: Cell<u32>,
    /// How many blocks there are.
    capacity: AtomicU32,
    pub(crate) class: AtomicU8,
    pub(crate) full: AtomicBool,
    /// Whether the page is its class's open page.
    pub(crate) open: AtomicBool,
    pub(crate) kept: AtomicBool,
    /// Whether all past `fresh` is zeros.
    zeros: Cell<bool>,
    /// Neighbours in the list of pages that wait.
    waiting: Links<Self>,
}

// SAFETY: a field of the node's own.
unsafe impl Node for Page {
    #[inline(always)]
    fn links(&self) -> &Links<Self> {
        &self.waiting
    }
}

impl Page {
    /// A page with nothing to give: what every class starts with, so that it need not be asked whether
    /// there is a page. Nobody ever writes to it.
    pub(crate) const fn none() -> Self {
        Self {
            free: Cell::new(ptr::null_mut()),
            countdown: AtomicU32::new(0),
            size: AtomicU32::new(1),
            last: Cell::new(ptr::null_mut()),
            fresh: AtomicU32::new(0),
            end: Cell::new(0),
            capacity: AtomicU32::new(0),
            class: AtomicU8::new(0),
            full: AtomicBool::new(false),
            open: AtomicBool::new(false),
            kept: AtomicBool::new(false),
            zeros: Cell::new(false),
            waiting: Links::new(),
        }
    }

    /// Cut the slice at `start` into blocks of `size` bytes.
    pub(crate) fn cut(&self, start: *mut u8, class: usize, size: u32, zeros: bool) {
        watch::close(start, SLICE);
        let capacity = SLICE as u32 / size;
        self.free.set(ptr::null_mut());
        self.countdown.store(0, Ordering::Relaxed);
        self.size.store(size, Ordering::Relaxed);
        self.last.set(start.wrapping_add(SLICE - 1));
        self.fresh.store(0, Ordering::Relaxed);
        self.end.set(capacity * size);
        self.capacity.store(capacity, Ordering::Relaxed);
        self.class.store(class as u8, Ordering::Relaxed);
        self.full.store(false, Ordering::Relaxed);
        self.open.store(false, Ordering::Relaxed);
        self.kept.store(false, Ordering::Relaxed);
        self.zeros.set(zeros);
    }

    /// The page is not in use any more.
    pub(crate) fn clear(&self) {
        self.capacity.store(0, Ordering::Relaxed);
        self.countdown.store(0, Ordering::Relaxed);
        for flag in [&self.full, &self.open, &self.kept] {
            flag.store(false, Ordering::Relaxed);
        }
    }

    // ANCHOR: pop
    /// A block that was given out before.
    #[inline(always)]
    pub(crate) fn pop(&self) -> Option<*mut u8> {
        let block = self.free.get();
        if block.is_null() {
            return None;
        }
        // SAFETY: `block` is free, and its link was written when it was pushed.
        self.free.set(unsafe { links::read(block.cast()) });
        self.add(1);
        Some(block)
    }
    // ANCHOR_END: pop

    /// A block that was never given out. Whether it is all zeros.
    pub(crate) fn carve(&self) -> Option<(*mut u8, bool)> {
        let fresh = self.fresh.load(Ordering::Relaxed);
        let next = fresh + self.size.load(Ordering::Relaxed);
        if next > self.end.get() {
            return None;
        }
        self.fresh.store(next, Ordering::Relaxed);
        self.add(1);
        // SAFETY: `fresh` is less than `end`, so this is inside the slice.
        let block = unsafe { self.last.get().sub(SLICE - 1 - fresh as usize) };
        Some((block, self.zeros.get()))
    }

    // ANCHOR: push
    /// Put a block back. Whether `countdown` reached 0.
    ///
    /// # Safety
    ///
    /// The caller owns the segment, `block` is a live block of this page, and nobody uses it any more.
    #[inline(always)]
    #[must_use]
    pub(crate) unsafe fn push(&self, block: *mut u8) -> bool {
        // SAFETY: a block has at least the size of a pointer, and its alignment.
        unsafe { links::write(block.cast(), self.free.get()) };
        self.free.set(block);
        let left = self.countdown.load(Ordering::Relaxed).wrapping_sub(1);
        self.countdown.store(left, Ordering::Relaxed);
        left == 0
    }
    // ANCHOR_END: push

    /// Change `countdown`. One writer, so a load and a store will do.
    #[inline(always)]
    pub(crate) fn add(&self, count: u32) {
        let now = self.countdown.load(Ordering::Relaxed);
        self.countdown.store(now.wrapping_add(count), Ordering::Relaxed);
    }

    /// The last byte of its slice.
    pub(crate) fn last(&self) -> *mut u8 {
        self.last.get()
    }

    /// How many blocks are live.
    pub(crate) fn live(&self) -> u32 {
        if self.full.load(Ordering::Relaxed) {
            // Marked full when all were live; the first that comes back takes the mark off.
            return self.capacity.load(Ordering::Relaxed);
        }
        let kept = u32::from(self.kept.load(Ordering::Relaxed));
        self.countdown.load(Ordering::Relaxed).saturating_sub(kept)
    }

    /// Whether each block that was ever given out is live or in the list. As the owner. For tests.
    pub(crate) fn check(&self) -> Result<(), Corruption> {
        let size = self.size.load(Ordering::Relaxed) as usize;
        let carved = self.fresh.load(Ordering::Relaxed) as usize / size;
        let (first, live) = (self.last().addr() + 1 - SLICE, self.live() as usize);
        let mut free = 0;
        let mut block = self.free.get();
        while !block.is_null() && free <= carved {
            free += 1;
            let distance = block.addr().wrapping_sub(first);
            if !distance.is_multiple_of(size) || distance / size >= carved {
                free = carved + 1;
                break;
            }
            // SAFETY: one of the page's blocks that were given out, and it is free: its link was written.
            block = unsafe { links::read(block.cast()) };
        }
        if free + live == carved { Ok(()) } else { Err(Corruption::Page { carved, free, live }) }
    }

    pub(crate) fn capacity(&self) -> u32 {
        self.capacity.load(Ordering::Relaxed)
    }

    /// The page becomes its class's open one.
    pub(crate) fn start_open(&self) {
        self.open.store(true, Ordering::Relaxed);
    }

    /// The open page has nothing left to give.
    pub(crate) fn mark_full(&self) {
        self.open.store(false, Ordering::Relaxed);
        self.kept.store(false, Ordering::Relaxed);
        self.full.store(true, Ordering::Relaxed);
        self.countdown.store(1, Ordering::Relaxed);
    }

    /// The first block came back to a full page.
    pub(crate) fn unmark_full(&self) {
        self.countdown.store(self.capacity.load(Ordering::Relaxed) - 1, Ordering::Relaxed);
        self.full.store(false, Ordering::Relaxed);
    }

    /// An open page was seen empty.
    pub(crate) fn keep(&self) {
        self.kept.store(true, Ordering::Relaxed);
        self.add(1);
    }

    /// The next time that the page is empty will be noticed again.
    pub(crate) fn unkeep(&self) {
        if self.kept.load(Ordering::Relaxed) {
            self.kept.store(false, Ordering::Relaxed);
            self.add(u32::MAX);
        }
    }
}
