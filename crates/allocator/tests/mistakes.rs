//! The mistakes of the field, each under its name: most of them were made, found and mended in
//! the text that this crate's chapter follows.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use std::alloc::{GlobalAlloc, Layout};

use allocator::{FirstFit, FourByteAllocator, Heap, SlotAllocator};
use common::faces::Bare;
use common::{Block, layout};

/// A first fit put each block right behind the last: the runtime's first `Arc` was not aligned.
#[test]
fn alignment_ignored() {
    let arena = Box::new(FirstFit::<20_000>::new());
    let mut blocks = Vec::new();
    for bits in 0..=12 {
        blocks.push(Block::new(&*arena, layout(1, 1)).unwrap());
        // `Block` checks the address.
        blocks.push(Block::new(&*arena, layout(24, 1 << bits)).unwrap());
    }
}

/// The size of a slot says nothing about where the slots begin.
#[test]
fn alignment_of_a_slot_taken_for_granted() {
    fn aligned<const SIZE: usize>(expected: usize) {
        let slots = Bare(Box::new(SlotAllocator::<SIZE, 3>::new()));
        assert_eq!(SlotAllocator::<SIZE, 3>::ALIGN, expected);
        let blocks = [(); 3].map(|()| Block::new(&slots, layout(1, expected)).unwrap());
        assert_eq!(blocks[2].address() - blocks[0].address(), 2 * SIZE);
        drop(blocks);
        assert!(Block::new(&slots, layout(1, expected * 2)).is_none());
    }
    aligned::<1>(1);
    aligned::<4>(4);
    aligned::<24>(8);
    aligned::<96>(32);
    aligned::<4096>(64);
}

/// The search asked whether the new block's first or last byte lies in an old one. A new block
/// around an old one has neither: two threads had the same bytes, and Miri saw a data race.
#[test]
fn a_block_around_a_block() {
    let arena = FirstFit::<1024>::new();
    let before = Block::new(&arena, layout(64, 1)).unwrap();
    let small = Block::new(&arena, layout(16, 1)).unwrap();
    let after = Block::new(&arena, layout(64, 1)).unwrap();
    small.fill(1);
    drop(before);
    drop(after);
    let large = Block::new(&arena, layout(144, 1)).unwrap();
    large.fill(2);
    assert!(small.holds(1, 16));
}

/// Inclusive ends, one past the end, and the two mixed: a byte belonged to two blocks, or to none.
#[test]
fn off_by_one_in_ranges() {
    let arena = FirstFit::<1024>::new();
    let capacity = arena.stats().capacity;
    let whole = Block::new(&arena, layout(capacity, 1)).unwrap();
    assert!(Block::new(&arena, layout(1, 1)).is_none());
    drop(whole);
    assert!(Block::new(&arena, layout(capacity + 1, 1)).is_none());

    let blocks: Vec<_> = (0..).map_while(|_| Block::new(&arena, layout(16, 1))).collect();
    assert_eq!(blocks.len(), capacity / 16);
    for (n, block) in blocks.iter().enumerate() {
        block.fill(n as u8);
    }
    assert!(blocks.iter().enumerate().all(|(n, block)| block.holds(n as u8, 16)));
}

/// Out of memory returned early, before the store that gives the lock back: the next call waited
/// for ever. (With that mistake this test does not end.)
#[test]
fn a_lock_not_released_on_an_early_return() {
    let arena = FirstFit::<256>::new();
    assert!(Block::new(&arena, layout(10_000, 1)).is_none());
    let mut block = Block::new(&arena, layout(100, 1)).unwrap();
    assert!(!block.resize(10_000));
    assert!(Block::new(&arena, layout(10_000, 1)).is_none());
    assert_eq!(arena.stats().used, 112);
}

/// The next place to try was rounded down to a multiple of the alignment: with a wide alignment
/// the search stood still.
#[test]
fn a_search_that_stands_still() {
    let arena = Box::new(FirstFit::<20_000>::new());
    let _small = Block::new(&*arena, layout(1, 1)).unwrap();
    let _wide = Block::new(&*arena, layout(1, 4096)).unwrap();
    let _wider = Block::new(&*arena, layout(1, 8192)).unwrap();
}

/// The end of the arena was computed from the length of the request: only the first place was
/// ever tried.
#[test]
fn the_end_taken_from_the_request() {
    let arena = FirstFit::<2048>::new();
    let _first = Block::new(&arena, layout(100, 1)).unwrap();
    let _second = Block::new(&arena, layout(100, 1)).unwrap();
}

/// The last byte of a block was `start + size - 1`: with size 0 that is before the block.
#[test]
fn a_size_of_zero() {
    let arena = FirstFit::<256>::new();
    let slots = FourByteAllocator::new();
    let nothing = layout(0, 1);
    // SAFETY: the trait forbids size 0; these allocators say that they return null.
    assert!(unsafe { arena.alloc(nothing) }.is_null());
    // SAFETY: as above.
    assert!(unsafe { slots.alloc(nothing) }.is_null());
    assert_eq!((arena.stats().used, slots.in_use()), (0, 0));
}

/// A bit was cleared by subtraction: on a bit that was clear already, the subtraction borrows, and
/// frees or takes the neighbours.
#[test]
fn freeing_by_subtraction() {
    // Bare: through the front, Miri reports it.
    let slots = Bare(Box::new(FourByteAllocator::new()));
    let first = Block::new(&slots, layout(4, 4)).unwrap();
    let second = Block::new(&slots, layout(4, 4)).unwrap();
    first.free_too_early();
    assert_eq!(slots.0.in_use(), 1);
    drop(first);
    assert_eq!(slots.0.in_use(), 1);
    let third = Block::new(&slots, layout(4, 4)).unwrap();
    assert_ne!(third.address(), second.address());
}

/// The neighbours of a block that was free already were merged with it a second time, and the list went
/// round in a circle.
#[test]
fn freeing_what_is_free() {
    // Bare: through the front, Miri reports it.
    let arena = Bare(Box::new(FirstFit::<1024>::new()));
    let blocks = [(); 4].map(|()| Block::new(&arena, layout(40, 1)).unwrap());
    let [first, second, third, last] = blocks;
    // By itself, then with a free block before it, then between two.
    for block in [&first, &second, &last, &third] {
        block.free_too_early();
        block.free_too_early();
        arena.0.check().unwrap();
    }
    drop((first, second, third, last));
    assert_eq!(arena.0.stats().used, 0);
    arena.0.check().unwrap();
}

/// Growing in place gains bytes. It must leave the old ones alone, and the block where it is.
#[test]
fn growing_in_place_takes_the_old_bytes_along() {
    fn grow<A: Heap>(heap: Box<A>, sizes: &[usize]) {
        let heap = Bare(heap);
        let mut block = Block::new(&heap, layout(sizes[0], 1)).unwrap();
        let place = block.address();
        for (fill, &size) in sizes.iter().enumerate() {
            let kept = block.size().min(size);
            block.fill(fill as u8);
            assert!(block.resize(size));
            assert_eq!(block.address(), place);
            assert!(block.holds(fill as u8, kept));
        }
    }
    // Within a granule, over several, over more than a page, back, and up again.
    let sizes = [3, 7, 16, 17, 100, 9_000, 50, 60, 50];
    grow(Box::new(FirstFit::<20_000>::new()), &sizes);
    grow(Box::new(SlotAllocator::<24, 2>::new()), &[1, 2, 24, 8, 20]);
}

/// A tracker of one word had room for 64 allocations, whatever the arena's size.
#[test]
fn more_slots_than_bits_in_a_word() {
    let slots = Bare(Box::new(SlotAllocator::<2, 150>::new()));
    let mut blocks: Vec<_> = (0..).map_while(|_| Block::new(&slots, layout(2, 2))).collect();
    assert_eq!((blocks.len(), slots.0.in_use()), (150, 150));
    // The search begins where it last found a slot, and must know of what is free before that.
    let later = blocks.remove(140).address();
    let earlier = blocks.remove(10).address();
    let again = [(); 2].map(|()| Block::new(&slots, layout(2, 2)).unwrap());
    assert_eq!(again.each_ref().map(Block::address), [earlier, later]);
    assert!(Block::new(&slots, layout(2, 2)).is_none());
    drop((blocks, again));
    assert_eq!(slots.0.in_use(), 0);
}

/// What the trait's docs call possible, however silly, is answered with null.
#[test]
fn sizes_and_alignments_that_overflow() {
    let arena = FirstFit::<1024>::new();
    let largest = isize::MAX as usize;
    for silly in
        [layout(largest, 1), layout(1, 1 << (usize::BITS - 2)), layout(largest - 4095, 4096)]
    {
        assert!(Block::new(&arena, silly).is_none());
    }
    let mut block = Block::new(&arena, layout(10, 16)).unwrap();
    block.fill(7);
    assert!(!block.resize(largest - 15));
    assert!(block.holds(7, 10));
    arena.check().unwrap();
}

/// Arenas too small for anything say so.
#[test]
fn no_room_at_all() {
    fn is_useless<const BYTES: usize>() {
        let arena = FirstFit::<BYTES>::new();
        assert_eq!(arena.stats().capacity, 0);
        assert!(Block::new(&arena, layout(1, 1)).is_none());
        arena.check().unwrap();
    }
    is_useless::<0>();
    is_useless::<1>();
    is_useless::<15>();
    assert_eq!(FirstFit::<16>::new().stats().capacity, 16);
    assert_eq!(FirstFit::<47>::new().stats().capacity, 32);
    assert!(Block::new(&SlotAllocator::<4, 0>::new(), layout(4, 4)).is_none());
}

/// A pointer that never came from here: both allocators ignore it.
#[test]
fn a_foreign_pointer() {
    // Bare: through the front, Miri reports it.
    let arena = Bare(Box::new(FirstFit::<1024>::new()));
    let slots = Bare(Box::new(FourByteAllocator::new()));
    let _block = Block::new(&arena, layout(100, 1)).unwrap();
    let _slot = Block::new(&slots, layout(4, 4)).unwrap();
    let mut foreign = 7_u32;
    let layout = Layout::new::<u32>();
    for pointer in [(&raw mut foreign).cast::<u8>(), std::ptr::null_mut()] {
        // SAFETY: the trait forbids it; these allocators say that they ignore it.
        unsafe { arena.dealloc(pointer, layout) };
        // SAFETY: as above.
        unsafe { slots.dealloc(pointer, layout) };
    }
    assert_eq!((arena.0.stats().used, slots.0.in_use()), (112, 1));
}

/// The list was made of pointers: after a move they led to where the arena had been.
#[test]
fn an_arena_that_is_moved() {
    let arena = FirstFit::<256>::new();
    let small = layout(16, 1);
    // SAFETY: the size is not 0.
    let blocks = [(); 3].map(|()| unsafe { arena.allocate(small) });
    for block in [blocks[0], blocks[2]] {
        // SAFETY: the block came from there, with this layout.
        unsafe { arena.release(block, small) };
    }
    // The move ends the block that is left. Its bytes stay given out.
    let arena = Bare(Box::new(arena));
    arena.0.check().unwrap();
    let blocks: Vec<_> = (0..).map_while(|_| Block::new(&arena, small)).collect();
    assert_eq!(blocks.len(), 256 / 16 - 1);
    blocks.iter().for_each(|block| block.fill(1));
    drop(blocks);
    arena.0.check().unwrap();
    assert_eq!(arena.0.stats().used, 16);
}
