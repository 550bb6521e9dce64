//! Memory of a thread's heap that goes back: slices to their segments, segments to the pool, and what is behind
//! free slices to the system.

use core::sync::atomic::Ordering;

use super::local::{Local, no_page};
use super::page::Page;
use super::pool;
use super::segment::{self, ALL, SLICE, Segment};
use super::usage;

/// How many bytes may lie in open pages that are empty.
const KEPT: usize = 512 << 10;

impl Local {
    /// Give the slice of an empty page, which is in no list, back to its segment.
    ///
    /// # Safety
    ///
    /// `page` is such a page of this heap. It may be gone afterwards.
    pub(crate) unsafe fn give_up(&self, page: *const Page) {
        // SAFETY: the caller's promise.
        self.close(unsafe { &*page });
        if usage::too_dirty(0) {
            self.purge();
        }
    }

    /// A page is not used any more: its slice is free.
    fn close(&self, page: &Page) {
        // SAFETY: a page stands in its segment's header, and is ours.
        let segment = unsafe { self.segment_of(page) };
        let bit = 1 << segment.index_of(page);
        page.clear();
        usage::sub(&usage::IN_USE, SLICE);
        usage::add(&usage::DIRTY, SLICE);
        segment.set_dirty(segment.dirty.load(Ordering::Relaxed) | bit);
        segment.stale.set(segment.stale.get() | bit);
        let free = segment.free.load(Ordering::Relaxed) | bit;
        segment.free.store(free, Ordering::Relaxed);
        if free == bit {
            // SAFETY: until now it had no free slice (invariant 3); it is given back when it is in no list.
            unsafe { self.roomy.push_front(segment) };
        }
    }

    /// Give a segment back whose slices are all free.
    ///
    /// # Safety
    ///
    /// `segment` is such a segment of this heap. It is gone afterwards.
    unsafe fn give_back(&self, segment: *const Segment) {
        // SAFETY: the caller's promise.
        let segment = unsafe { &*segment };
        // SAFETY: it has free slices (invariant 3).
        unsafe { self.roomy.remove(segment) };
        // SAFETY: all segments are in it.
        self.all.with(|all| unsafe { all.remove(&segment.head) });
        usage::sub(
            &usage::DIRTY,
            segment.dirty.load(Ordering::Relaxed).count_ones() as usize * SLICE,
        );
        // SAFETY: no page of it is in use, and it is in no list.
        unsafe { pool::give(segment.head.mapping.get()) };
    }

    /// Give memory behind what is not in use back to the system, until only half of what is allowed is left.
    pub(crate) fn purge(&self) {
        if !usage::too_dirty(self.slack.beyond()) {
            return;
        }
        self.slack.give();
        self.close_empty_pages();
        // One segment stays: it will be needed soon.
        self.purge_segments(true, || !usage::more_than_half_too_dirty(self.slack.beyond()));
    }

    /// Give the memory behind free slices back until it is `enough`, and segments that are wholly free as well,
    /// with `keep_one` not the only one that has a free slice.
    fn purge_segments(&self, keep_one: bool, enough: impl Fn() -> bool) {
        for segment in self.roomy.iter() {
            if enough() {
                break;
            }
            let only = self.roomy.iter().nth(1).is_none();
            if segment.free.load(Ordering::Relaxed) == ALL && !(only && keep_one) {
                // SAFETY: all of it is free.
                unsafe { self.give_back(segment) };
            } else {
                usage::sub(&usage::DIRTY, segment.purge() * SLICE);
            }
        }
    }

    /// An open page, of which so many bytes were given out, is empty: it stays, unless there is too much in such
    /// pages.
    pub(crate) fn keep(&self, bytes: usize) {
        let kept = self.kept.get() + bytes;
        self.kept.set(kept);
        if kept > KEPT {
            self.close_empty_pages();
            if usage::too_dirty(0) {
                self.purge();
            }
        }
    }

    /// Give up the open pages without a live block.
    pub(crate) fn close_empty_pages(&self) {
        self.kept.set(0);
        for open in &self.open {
            // SAFETY: as in `open`.
            let page = unsafe { &*open.get() };
            if !page.open.load(Ordering::Relaxed) {
                // No page.
            } else if page.live() == 0 {
                open.set(no_page());
                self.close(page);
            } else {
                page.unkeep();
            }
        }
    }

    /// # Safety
    ///
    /// `page` is one of the pages of a segment of this heap.
    unsafe fn segment_of(&self, page: &Page) -> &Segment {
        let _ = self;
        // SAFETY: the last byte of a page lies in its segment, behind its start.
        let head = unsafe { segment::head_of(page.last()) };
        // SAFETY: of this heap, which uses it.
        unsafe { head.cast::<Segment>().as_ref() }
    }

    /// Give all memory back that is not in use. As the owner.
    pub(crate) fn trim(&self) {
        self.while_busy(|| {
            self.settle();
            self.close_empty_pages();
            self.purge_segments(false, || false);
            self.trim_medium();
        });
    }

    /// Give back what heaps without a thread do not use.
    pub(crate) fn trim_orphans() {
        for heap in Self::all() {
            if heap.shared.ownership.take() {
                usage::sub(&usage::LEFT_BEHIND, heap.left_behind.take());
                heap.trim();
                heap.let_go();
            }
        }
    }
}
