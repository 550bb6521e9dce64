//! `Hardened`: what it does to programs that are right; those that are wrong are in `planted`.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
// A process that ends on purpose, or a fault, ends Miri.
#[cfg(not(miri))]
mod planted;

use std::alloc::Layout;

use allocator::{FirstFit, Hardened, Heap, SlotAllocator};
use common::faces::Bare;
use common::{Block, layout};

type Arena = Hardened<FirstFit<65_536>>;

const BLOCK: Layout = Layout::new::<[u64; 3]>();

fn arena(seed: usize) -> Bare<Arena> {
    Bare(Box::new(Hardened::with_seed(FirstFit::new(), seed)))
}

/// How far from the first block each of `count` blocks is, after as many others were freed.
fn places_of_reuse(seed: usize) -> Vec<usize> {
    let count = if cfg!(miri) { 40 } else { 600 };
    let arena = arena(seed);
    let blocks: Vec<_> = (0..count).map(|_| Block::new(&arena, BLOCK).unwrap()).collect();
    let first = blocks[0].address();
    drop(blocks);
    let again: Vec<_> = (0..count).map(|_| Block::new(&arena, BLOCK).unwrap()).collect();
    again.iter().map(|block| block.address() - first).collect()
}

#[test]
fn what_is_reused_is_a_matter_of_the_seed() {
    let one = places_of_reuse(1);
    assert!(one == places_of_reuse(1), "the same seed, the same places");
    assert!(one != places_of_reuse(2));
}

#[test]
fn a_freed_block_does_not_come_back_at_once() {
    let plain = Bare(Box::new(FirstFit::<4096>::new()));
    let address = |block: Block<'_, _>| block.address();
    let first = address(Block::new(&plain, BLOCK).unwrap());
    assert_eq!(Block::new(&plain, BLOCK).unwrap().address(), first, "as it does without");
    for seed in 1..9 {
        let arena = arena(seed);
        let first = Block::new(&arena, BLOCK).unwrap().address();
        assert_ne!(Block::new(&arena, BLOCK).unwrap().address(), first);
    }
}

#[test]
fn the_quarantine_is_emptied_before_memory_is_out() {
    let slots = Bare(Box::new(Hardened::with_seed(SlotAllocator::<64, 5>::new(), 7)));
    let fit = layout(40, 8);
    for _ in 0..if cfg!(miri) { 4 } else { 20 } {
        let blocks: Vec<_> = (0..5).map(|_| Block::new(&slots, fit).unwrap()).collect();
        assert!(Block::new(&slots, fit).is_none(), "all five are given out");
        drop(blocks);
    }
    assert_ne!(slots.0.inner().in_use(), 0, "some wait");
    slots.0.flush();
    assert_eq!(slots.0.inner().in_use(), 0);
}

#[test]
fn slots_are_reused_by_chance() {
    let order = |seed| {
        let slots = Bare(Box::new(Hardened::with_seed(SlotAllocator::<64, 16>::new(), seed)));
        let take = || (0..16).map(|_| Block::new(&slots, layout(40, 8)).unwrap());
        let first = take().next().unwrap().address();
        drop(take().collect::<Vec<_>>());
        let again: Vec<_> = take().collect();
        again.iter().map(|block| block.address().wrapping_sub(first)).collect::<Vec<_>>()
    };
    assert_eq!(order(3), order(3));
    assert_ne!(order(3), order(4));
    // Neither the lowest first, as without, nor the first freed, nor the last.
    assert!(!order(3).is_sorted());
    assert!(!order(3).into_iter().rev().is_sorted());
}

#[test]
fn what_does_not_fit_with_its_books_is_null() {
    let slots = Bare(Box::new(Hardened::with_seed(SlotAllocator::<64, 5>::new(), 7)));
    assert!(Block::new(&slots, layout(65 - 3 * size_of::<usize>(), 8)).is_none());
    assert!(Block::new(&slots, layout(64 - 3 * size_of::<usize>(), 8)).is_some());
    let arena = arena(1);
    for align in [1, 8, 4096] {
        let largest = (isize::MAX as usize) & !(align - 1);
        assert!(Block::new(&arena, layout(largest, align)).is_none());
        assert!(Block::zeroed(&arena, layout(largest - 4096, align)).is_none());
    }
}

#[test]
fn a_block_knows_its_layout() {
    let arena = arena(5);
    for align in (0..12).map(|bit| 1 << bit) {
        for size in [1, 8, 9, 100] {
            let layout = layout(size, align);
            let heap = &arena.0;
            // SAFETY: the size is not 0.
            let block = unsafe { heap.allocate(layout) };
            assert!(block.addr().is_multiple_of(align));
            // SAFETY: a live block.
            assert_eq!(unsafe { heap.layout_of(block) }, layout);
            // SAFETY: the same.
            assert_eq!(unsafe { heap.usable_size(block) }, size);
            // SAFETY: the block is this test's.
            unsafe { block.write_bytes(1, size) };
            // SAFETY: and is given up.
            unsafe { heap.free(block) };
        }
    }
    arena.0.check();
    arena.0.flush();
    assert_eq!(arena.0.inner().stats().used, 0);
}

/// The canary moves along.
#[test]
fn a_block_that_changes_in_place_can_use_all_of_its_bytes() {
    let arena = arena(5);
    let mut block = Block::new(&arena, BLOCK).unwrap();
    for size in [25, 100, 99, 10, 1, 2000, 3] {
        let address = block.address();
        assert!(block.resize(size));
        assert_eq!(block.address(), address, "nothing stands behind it");
        block.fill(0xFF);
    }
}

/// Blocks above the limit do not wait.
#[test]
fn large_blocks_do_not_wait() {
    let arena = Bare(Box::new(Hardened::with_seed(FirstFit::<200_000>::new(), 1)));
    drop(Block::new(&arena, layout(65_537, 8)).unwrap());
    assert_eq!(arena.0.inner().stats().used, 0);
    drop(Block::new(&arena, layout(65_536, 8)).unwrap());
    assert!(arena.0.inner().stats().used > 65_536);
}

#[cfg(all(feature = "std", unix))]
mod guarded {
    use super::*;
    use allocator::ThreadHeap;

    type Guarded = Hardened<ThreadHeap>;

    const fn heap() -> Guarded {
        Hardened::with_seed(ThreadHeap::new(), 11).with_guard_pages(16 << 10)
    }

    /// Of any alignment, and zeros.
    #[test]
    fn they_are_blocks_like_others() {
        let heap = Bare(Box::new(heap()));
        // Under Miri they come from inside.
        let (bits, step) = if cfg!(miri) { (13, 12) } else { (24, 1) };
        for align in (0..bits).step_by(step).map(|bit| 1 << bit) {
            for size in [16 << 10, (16 << 10) + 1, 20_479, 100_000] {
                let mut block = Block::zeroed(&heap, layout(size, align)).unwrap();
                block.fill(1);
                for other in [size + 5000, size - 3000, 100, 30_000] {
                    let kept = block.size().min(other);
                    assert!(block.resize(other));
                    assert!(block.holds(1, kept));
                    block.fill(1);
                }
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "there are no guard pages")]
    fn they_end_where_the_guard_begins() {
        let heap = Bare(Box::new(heap()));
        for (size, align) in [(20_000, 1), (20_001, 1), (20_000, 32), (20_480, 4096)] {
            let block = Block::new(&heap, layout(size, align)).unwrap();
            assert!((block.address() + size).is_multiple_of(4096), "{size} {align}");
        }
    }

    /// 512 have a place, freed or not.
    #[test]
    #[cfg_attr(miri, ignore = "there are no guard pages")]
    fn more_than_there_are_places() {
        let heap = Bare(Box::new(heap()));
        for _ in 0..3 {
            let blocks: Vec<_> =
                (0..700).map(|_| Block::new(&heap, layout(16 << 10, 1)).unwrap()).collect();
            let outside = blocks.iter().filter(|it| !heap.0.inner().owns(start(it))).count();
            assert_eq!(outside, 512);
            for (n, block) in blocks.iter().enumerate() {
                block.fill(n as u8);
            }
            assert!(blocks.iter().enumerate().all(|(n, block)| block.holds(n as u8, block.size())));
        }
    }

    fn start(block: &Block<'_, Bare<Guarded>>) -> *const u8 {
        std::ptr::without_provenance(block.address())
    }

    /// As long as there are places that were never used, addresses wait.
    #[test]
    #[cfg_attr(miri, ignore = "there are no guard pages")]
    fn freed_addresses_wait() {
        let heap = Bare(Box::new(heap()));
        let mut seen = std::collections::HashSet::new();
        for _ in 0..20 {
            let block = Block::new(&heap, layout(16 << 10, 1)).unwrap();
            assert!(seen.insert(block.address()) || seen.len() > 1);
        }
        assert!(seen.len() > 10, "{}", seen.len());
    }
}
