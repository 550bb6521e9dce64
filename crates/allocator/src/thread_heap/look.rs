//! What there is to see of the process's heap.

use core::ptr;
use core::sync::atomic::Ordering;

use super::classes::{self, COUNT};
use super::handle::ThreadHeap;
use super::local::Local;
use super::page::Page;
use super::segment::{ALL, Head, Kind, SLICE, SLICES, Segment};
use super::{large, medium, segment, tls, usage};
use crate::map::{Extent, State, Walk};
use crate::{Class, Corruption, Stats};

/// Other threads go on meanwhile: what is seen was so at some moment, not all of it at the same one. The
/// pages of all threads are shown with how much of them is given out. Medium blocks are shown one by one if
/// they are the calling thread's, and for another thread as much as it has, from the start of its regions. A
/// large block is shown with its header.
impl Walk for ThreadHeap {
    fn walk(&self, visit: &mut dyn FnMut(Extent)) {
        for heap in Local::all() {
            let mut medium = heap.medium_bytes.load(Ordering::Relaxed);
            heap.segments(|head| match head.kind {
                Kind::Pages => walk_pages(pages_of(head), visit),
                Kind::Region => walk_region(heap, head, &mut medium, visit),
                Kind::Large => {}
            });
        }
        large::each(|head| {
            let mapping = head.mapping.get();
            // Aligned beyond a segment, a block has a gap in front that is not mapped for long.
            visit(Extent { address: mapping.start.addr(), size: mapping.len, state: State::Live });
        });
    }

    fn for_each_class(&self, visit: &mut dyn FnMut(Class)) {
        let mut classes: [Class; COUNT] = core::array::from_fn(|class| Class {
            size: classes::SIZES[class] as usize,
            live: 0,
            free: 0,
        });
        for heap in Local::all() {
            heap.segments(|head| {
                if head.kind != Kind::Pages {
                    return;
                }
                for page in &pages_of(head).pages {
                    let (live, capacity) = (page.live() as usize, page.capacity() as usize);
                    let class = &mut classes[page.class.load(Ordering::Relaxed) as usize];
                    class.live += live;
                    class.free += capacity.saturating_sub(live);
                }
            });
        }
        classes.into_iter().for_each(visit);
    }

    /// What is free is what the heap has at hand; the system has more. `largest_free` is the largest block
    /// that comes from there for certain: for another thread's regions nothing is certain.
    fn stats(&self) -> Stats {
        let (large_blocks, large_bytes) = large::count();
        let mut used = large_bytes;
        let mut blocks = large_blocks;
        let mut capacity = large_bytes;
        let mut largest_free = 0;
        for heap in Local::all() {
            used += heap.medium_bytes.load(Ordering::Relaxed);
            blocks += heap.medium_count.load(Ordering::Relaxed);
            heap.segments(|head| {
                if head.kind != Kind::Pages {
                    capacity += segment::SIZE - medium::REGION_START;
                    return;
                }
                let segment = pages_of(head);
                capacity += (SLICES - 1) * SLICE;
                if segment.free.load(Ordering::Relaxed) != 0 {
                    largest_free = classes::LARGEST;
                }
                for page in &segment.pages {
                    let size = page.size.load(Ordering::Relaxed) as usize;
                    let (live, all) = (page.live() as usize, page.capacity() as usize);
                    used += live * size;
                    blocks += live;
                    if live < all {
                        largest_free = largest_free.max(size);
                    }
                }
            });
        }
        if let Some(heap) = tls::own_heap() {
            largest_free = largest_free.max(heap.largest_free_medium());
        }
        Stats {
            capacity,
            used,
            largest_free,
            held: Some(usage::MAPPED.load(Ordering::Relaxed)),
            requested: usage::requested(),
            peak: Some(usage::PEAK.load(Ordering::Relaxed)),
            blocks: Some(blocks),
        }
    }
}

impl Local {
    /// Whether the books agree with the blocks. As the owner.
    pub(crate) fn check(&self) -> Result<(), Corruption> {
        let mut found = Ok(());
        self.segments(|head| {
            if head.kind == Kind::Pages {
                let mut pages = pages_of(head).pages.iter().filter(|page| page.capacity() != 0);
                found = found.and(pages.try_for_each(Page::check));
            }
        });
        found.and(self.check_medium().map_err(Corruption::Region))
    }
}

fn pages_of(head: &Head) -> &Segment {
    debug_assert!(head.kind == Kind::Pages);
    // Not from the reference, which reaches the head alone.
    let segment = head.mapping.get().start.cast::<Segment>();
    // SAFETY: such a head begins a segment of pages, which is there as long as the head.
    unsafe { &*segment }
}

fn walk_pages(segment: &Segment, visit: &mut dyn FnMut(Extent)) {
    let free = segment.free.load(Ordering::Relaxed);
    let dirty = segment.dirty.load(Ordering::Relaxed);
    for (index, page) in segment.pages.iter().enumerate() {
        let bit = 1 << index;
        let state = if ALL & bit == 0 {
            State::Book
        } else if free & bit == 0 {
            let block = page.size.load(Ordering::Relaxed) as usize;
            State::Page { block, live: page.live() as usize * block }
        } else if dirty & bit == 0 {
            State::Returned
        } else {
            State::Free
        };
        visit(Extent { address: segment.slice(index).addr(), size: SLICE, state });
    }
}

fn walk_region(heap: &Local, head: &Head, medium: &mut usize, visit: &mut dyn FnMut(Extent)) {
    let address = head.mapping.get().start.addr();
    visit(Extent { address, size: medium::REGION_START, state: State::Book });
    let (start, end) = (address + medium::REGION_START, address + segment::SIZE);
    if ptr::eq(heap, tls::heap()) {
        return heap.walk_region(start..end, visit);
    }
    let size = end - start;
    let live = size.min(*medium);
    *medium -= live;
    visit(Extent { address: start, size, state: State::Page { block: 1, live } });
}
