//! `Tlsf` as its author sees it: sequences of operations against a plain shadow, all invariants
//! looked over after each.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout};
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread;

use allocator::{Heap, RegionError, StaticRegion, Tlsf};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 2, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// Memory for a region, at a distance from an address that is a multiple of 4096.
struct Memory {
    start: *mut u8,
    layout: Layout,
}

impl Memory {
    fn new(len: usize) -> Self {
        let layout = Layout::from_size_align(len, 4096).unwrap();
        // SAFETY: the length is not 0.
        let start = unsafe { std::alloc::alloc(layout) };
        assert!(!start.is_null());
        Self { start, layout }
    }

    fn range(&self) -> Range<usize> {
        self.start.addr()..self.start.addr() + self.layout.size()
    }

    /// Give all but the first `skip` bytes to `tlsf`.
    fn lend(&self, tlsf: &Tlsf, skip: usize) -> usize {
        // SAFETY: inside the memory.
        let start = NonNull::new(unsafe { self.start.add(skip) }).unwrap();
        // SAFETY: nobody else uses it, and the tests drop the allocator first.
        unsafe { tlsf.add_region(start, self.layout.size() - skip).unwrap() }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: from `alloc`, with this layout.
        unsafe { std::alloc::dealloc(self.start, self.layout) };
    }
}

/// A block that is given out, and the byte it is filled with.
struct Block {
    start: *mut u8,
    layout: Layout,
    fill: u8,
}

impl Block {
    fn fill(&mut self, fill: u8) {
        self.fill = fill;
        // SAFETY: the block has this size.
        unsafe { self.start.write_bytes(fill, self.layout.size()) };
    }

    fn holds(&self, fill: u8, len: usize) -> bool {
        // SAFETY: `len` is at most the size; the bytes were written, by `fill` or as zeros.
        let bytes = unsafe { std::slice::from_raw_parts(self.start, len) };
        bytes == vec![fill; len]
    }
}

#[derive(Clone, Debug)]
enum Op {
    Allocate { size: usize, align: usize, zeroed: bool },
    Release { which: usize },
    Resize { which: usize, size: usize },
    Reallocate { which: usize, size: usize },
}

fn ops(max: usize, max_align: u32) -> impl Strategy<Value = Vec<Op>> {
    let size = move || prop_oneof![4 => 1..max, 1 => 1..=64_usize, 1 => 1..max * 8];
    // Most of them small.
    let align = (0..=max_align, 0..4_u32)
        .prop_map(|(align, large)| 1_usize << if large == 0 { align } else { align.min(4) });
    let op = prop_oneof![
        4 => (size(), align, any::<bool>())
            .prop_map(|(size, align, zeroed)| Op::Allocate { size, align, zeroed }),
        3 => any::<usize>().prop_map(|which| Op::Release { which }),
        1 => (any::<usize>(), size()).prop_map(|(which, size)| Op::Resize { which, size }),
        1 => (any::<usize>(), size()).prop_map(|(which, size)| Op::Reallocate { which, size }),
    ];
    proptest::collection::vec(op, 1..if cfg!(miri) { 30 } else { 300 })
}

fn run(tlsf: &Tlsf, memories: &[Memory], ops: &[Op]) {
    let before = tlsf.stats();
    let mut blocks: Vec<Block> = Vec::new();
    for (number, op) in ops.iter().enumerate() {
        let fill = number as u8;
        match *op {
            Op::Allocate { size, align, zeroed } => {
                let layout = Layout::from_size_align(size, align).unwrap();
                let allocate = if zeroed { Tlsf::allocate_zeroed } else { Tlsf::allocate };
                // SAFETY: the size is not 0.
                let start = unsafe { allocate(tlsf, layout) };
                if start.is_null() {
                    let least = size.next_multiple_of(8).max(3 * size_of::<usize>());
                    assert!(align > 8 || tlsf.stats().largest_free < least, "missed");
                } else {
                    let mut block = Block { start, layout, fill };
                    assert!(!zeroed || block.holds(0, size));
                    block.fill(fill);
                    blocks.push(block);
                }
            }
            Op::Release { .. } | Op::Resize { .. } | Op::Reallocate { .. } if blocks.is_empty() => {
            }
            Op::Release { which } => {
                let block = blocks.swap_remove(which % blocks.len());
                assert!(block.holds(block.fill, block.layout.size()));
                // SAFETY: a live block of this allocator, with its layout.
                unsafe { tlsf.release(block.start, block.layout) };
            }
            Op::Resize { which, size } | Op::Reallocate { which, size } => {
                let which = which % blocks.len();
                let block = &mut blocks[which];
                let new = Layout::from_size_align(size, block.layout.align()).unwrap();
                let start = if matches!(op, Op::Reallocate { .. }) {
                    // SAFETY: a live block of this allocator, with its layout; the size is not 0.
                    unsafe { tlsf.reallocate(block.start, block.layout, size) }
                // SAFETY: the same.
                } else if unsafe { tlsf.resize(block.start, block.layout, size) } {
                    block.start
                } else {
                    ptr::null_mut()
                };
                assert!(!start.is_null() || size > block.layout.size(), "did not shrink");
                if !start.is_null() {
                    let kept = block.layout.size().min(size);
                    (block.start, block.layout) = (start, new);
                    assert!(block.holds(block.fill, kept));
                    block.fill(fill);
                }
            }
        }
        look_over(tlsf, memories, &blocks);
        // For Miri it is a long look.
        if !cfg!(miri) || number % 4 == 0 {
            tlsf.check().unwrap();
        }
    }
    for block in blocks {
        assert!(block.holds(block.fill, block.layout.size()));
        // SAFETY: a live block of this allocator, with its layout.
        unsafe { tlsf.release(block.start, block.layout) };
    }
    tlsf.check().unwrap();
    assert_eq!(tlsf.stats(), before, "all is as it was");
}

/// Blocks are aligned, apart, and inside the regions, and the counts say so.
fn look_over(tlsf: &Tlsf, memories: &[Memory], blocks: &[Block]) {
    let mut ranges: Vec<_> =
        blocks.iter().map(|b| (b.start.addr(), b.start.addr() + b.layout.size())).collect();
    ranges.sort_unstable();
    assert!(ranges.windows(2).all(|two| two[0].1 <= two[1].0), "blocks overlap");
    for block in blocks {
        assert_eq!(block.start.addr() % block.layout.align().max(8), 0);
        assert!(tlsf.owns(block.start));
        let end = block.start.addr() + block.layout.size();
        assert!(memories.iter().any(|memory| {
            memory.range().contains(&block.start.addr()) && end <= memory.range().end
        }));
    }
    let stats = tlsf.stats();
    let used: usize = ranges.iter().map(|range| range.1 - range.0).sum();
    // Up to the size of the smallest block, and a rest that is too small for one.
    let lost = blocks.len() * 2 * (4 * size_of::<usize>());
    assert!((used..=used + lost).contains(&stats.used), "{used} of {}", stats.used);
    assert!(stats.largest_free <= stats.free());
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn one_region(ops in ops(400, 9), skip in 0..100_usize) {
        let memories = [Memory::new(if cfg!(miri) { 4000 } else { 30_000 })];
        let tlsf = Tlsf::new();
        memories[0].lend(&tlsf, skip);
        run(&tlsf, &memories, &ops);
    }

    #[test]
    fn large_blocks(ops in ops(20_000, 14), skip in 0..100_usize) {
        let memories = [Memory::new(if cfg!(miri) { 100_000 } else { 500_000 })];
        let tlsf = Tlsf::new();
        memories[0].lend(&tlsf, skip);
        run(&tlsf, &memories, &ops);
    }

    #[test]
    fn several_regions(ops in ops(300, 8), skips in proptest::collection::vec(0..50_usize, 1..5)) {
        let tlsf = Tlsf::new();
        let memories: Vec<_> = skips.iter().map(|skip| Memory::new(3000 + skip)).collect();
        for (memory, &skip) in memories.iter().zip(&skips) {
            memory.lend(&tlsf, skip);
            tlsf.check().unwrap();
        }
        run(&tlsf, &memories, &ops);
    }
}

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).unwrap()
}

/// Blocks of `layout` until there is no more.
fn fill(tlsf: &Tlsf, layout: Layout) -> Vec<*mut u8> {
    // SAFETY: the tests ask for no size of 0.
    let block = || unsafe { tlsf.allocate(layout) };
    std::iter::from_fn(|| Some(block()).filter(|block| !block.is_null())).collect()
}

fn release_all(tlsf: &Tlsf, layout: Layout, blocks: impl IntoIterator<Item = *mut u8>) {
    for block in blocks {
        // SAFETY: the tests give back what they got, once.
        unsafe { tlsf.release(block, layout) };
        if !cfg!(miri) {
            tlsf.check().unwrap();
        }
    }
    tlsf.check().unwrap();
}

#[test]
fn a_region_that_is_too_small_is_an_error_that_says_by_how_much() {
    let memory = Memory::new(4096);
    let tlsf = Tlsf::new();
    for skip in 0..20 {
        // SAFETY: inside the memory.
        let start = NonNull::new(unsafe { memory.start.add(skip) }).unwrap();
        // SAFETY: too little to be kept.
        let error = unsafe { tlsf.add_region(start, 10) }.unwrap_err();
        let RegionError::TooSmall { len: 10, least } = error else { panic!("{error}") };
        assert!(error.to_string().contains(&least.to_string()));
        // SAFETY: as before.
        assert!(unsafe { tlsf.add_region(start, least - 1) }.is_err());
        let other = Tlsf::new();
        // SAFETY: only this allocator has it, and is used no more after this round.
        let room = unsafe { other.add_region(start, least) }.unwrap();
        assert_eq!(fill(&other, layout(room, 1)).len(), 1);
        other.check().unwrap();
    }
    assert_eq!((tlsf.stats().capacity, fill(&tlsf, layout(1, 1)).len()), (0, 0));
}

#[test]
fn whatever_the_order_of_freeing_all_is_one_block_again() {
    let memory = Memory::new(4096);
    let tlsf = Tlsf::new();
    let room = memory.lend(&tlsf, 0);
    let small = layout(110, 8);
    let orders: [fn(usize, usize) -> usize; 4] =
        [|n, _| n, |n, len| len - 1 - n, |n, len| n * 7 % len, |n, len| (n * 2 + 1) % len];
    for order in orders {
        let blocks = fill(&tlsf, small);
        let len = blocks.len();
        assert!(!len.is_multiple_of(7) && !len.is_multiple_of(2), "7 and 2 go through all of them");
        release_all(&tlsf, small, (0..len).map(|n| blocks[order(n, len)]));
        assert_eq!(tlsf.stats().largest_free, room);
        release_all(&tlsf, layout(room, 1), fill(&tlsf, layout(room, 1)));
    }
}

#[test]
fn where_all_alignments_are_16_nothing_is_lost_to_them() {
    let memory = Memory::new(1 << 14);
    let tlsf = Tlsf::new();
    memory.lend(&tlsf, 0);
    let capacity = tlsf.stats().capacity;
    // With its header 72 bytes: without alignment it would be a block of those.
    let block = layout(68, 16);
    let blocks = fill(&tlsf, block);
    assert!(blocks.len() >= capacity / 80);
    assert!(tlsf.stats().free() < 80);
    release_all(&tlsf, block, blocks.iter().copied().step_by(2));
    assert_eq!(fill(&tlsf, block).len(), blocks.len().div_ceil(2));
}

#[test]
fn large_alignments() {
    let size = if cfg!(miri) { 1 << 14 } else { 1 << 16 };
    let memory = Memory::new(size);
    let tlsf = Tlsf::new();
    memory.lend(&tlsf, 40);
    let before = tlsf.stats();
    for align in (if cfg!(miri) { 7 } else { 0 }..15).map(|shift| 1 << shift) {
        let block = layout(24, align);
        let blocks = fill(&tlsf, block);
        // The first multiple may have too little before it, and the last one behind it.
        assert!(blocks.len() + 4 >= size / align.max(32), "{align}");
        assert!(blocks.iter().all(|block| block.addr() % align == 0));
        tlsf.check().unwrap();
        release_all(&tlsf, block, blocks);
        assert_eq!(tlsf.stats(), before);
    }
}

#[test]
fn what_cannot_be_served_is_null() {
    let memory = Memory::new(4096);
    let tlsf = Tlsf::new();
    memory.lend(&tlsf, 0);
    let before = tlsf.stats();
    let most = isize::MAX as usize;
    for (size, align) in [
        (0, 1),
        (0, 4096),
        (4096, 1),
        (most, 1),
        (most - 7, 8),
        (most - 4095, 4096),
        (u32::MAX as usize / 8, 8),
        (1, 1 << (usize::BITS - 2)),
        (1 << (usize::BITS - 2), 1 << (usize::BITS - 2)),
    ] {
        // SAFETY: a size of 0 is null, as this allocator says.
        assert!(unsafe { tlsf.alloc(layout(size, align)) }.is_null(), "{size} {align}");
    }
    // SAFETY: it has a size.
    let block = unsafe { tlsf.alloc(layout(100, 8)) };
    for size in [0, 4096, most - 7, most, usize::MAX - 7] {
        // SAFETY: a live block; a size that is not possible is null, as this allocator says.
        assert!(unsafe { tlsf.realloc(block, layout(100, 8), size) }.is_null());
    }
    // SAFETY: a live block, with its layout.
    unsafe { tlsf.dealloc(block, layout(100, 8)) };
    assert_eq!(tlsf.stats(), before);
}

#[test]
fn growing_uses_what_is_free_behind_and_at_last_before() {
    let memory = Memory::new(4096);
    let tlsf = Tlsf::new();
    memory.lend(&tlsf, 0);
    let block = layout(500, 8);
    let blocks = fill(&tlsf, block);
    let (used, free) = (blocks[2], [blocks[1], blocks[3]]);
    // SAFETY: the block has this size.
    unsafe { used.write_bytes(7, 500) };
    release_all(&tlsf, block, free);
    // SAFETY: live, with this layout.
    let moved = unsafe { tlsf.reallocate(used, block, 900) };
    assert_eq!(moved, used, "in place");
    tlsf.check().unwrap();
    // SAFETY: the same.
    let moved = unsafe { tlsf.reallocate(used, layout(900, 8), 1400) };
    assert_eq!(moved, blocks[1], "only to the front there is room for so much");
    tlsf.check().unwrap();
    // SAFETY: the first bytes are what they were.
    assert_eq!(unsafe { std::slice::from_raw_parts(moved, 500) }, [7; 500]);
    // SAFETY: live, with this layout.
    assert!(unsafe { tlsf.reallocate(moved, layout(1400, 8), 2000) }.is_null());
    // SAFETY: the same: a block that shrinks never moves.
    assert!(unsafe { tlsf.resize(moved, layout(1400, 8), 500) });
    tlsf.check().unwrap();
    assert_eq!(fill(&tlsf, layout(900, 8)).len(), 1, "what it gave back is one block");
}

#[test]
fn a_static_region_is_taken_once() {
    static REGION: StaticRegion<4000> = StaticRegion::new();
    let (first, second) = (Tlsf::with_region(&REGION), Tlsf::with_region(&REGION));
    assert_eq!(first.stats().capacity, 0);
    assert_eq!(fill(&first, layout(1000, 8)).len(), 3);
    assert_eq!(fill(&second, layout(1000, 8)).len(), 0);
    assert!(first.stats().capacity > 3900);

    static mut OTHER: [MaybeUninit<u8>; 5000] = [MaybeUninit::uninit(); 5000];
    let other = &raw mut OTHER;
    // SAFETY: the one reference to it.
    assert!(second.add_static(unsafe { &mut *other }).unwrap() > 4900);
    assert_eq!(fill(&second, layout(1200, 8)).len(), 4);
}

/// A block grows into the reserve if that is what is left.
#[test]
fn a_static_region_is_there_for_realloc_as_well() {
    static REGION: StaticRegion<4000> = StaticRegion::new();
    let tlsf = Tlsf::with_region(&REGION);
    let memory = Memory::new(200);
    memory.lend(&tlsf, 0);
    let small = layout(50, 8);
    // SAFETY: it has a size.
    let block = unsafe { tlsf.allocate(small) };
    assert!(memory.range().contains(&block.addr()));
    // SAFETY: live, with this layout.
    let block = unsafe { tlsf.reallocate(block, small, 3000) };
    assert!(!block.is_null() && !memory.range().contains(&block.addr()));
}

/// Each thread frees what another one allocated.
#[test]
fn threads_share_it() {
    let memory = Memory::new(1 << 14);
    let tlsf = Tlsf::new();
    memory.lend(&tlsf, 0);
    let before = tlsf.stats();
    let slot = AtomicPtr::<u8>::new(ptr::null_mut());
    let large = layout(250, 8);
    let pass_on = |block: *mut u8| {
        // AcqRel: pairs with itself in the other threads, so that what was done to a block is done.
        let other = slot.swap(block, Ordering::AcqRel);
        if !other.is_null() {
            // SAFETY: live, with this layout, and in nobody's hands but ours.
            unsafe { tlsf.release(other, large) };
        }
    };
    thread::scope(|scope| {
        for number in 1..=3 {
            let (tlsf, pass_on) = (&tlsf, &pass_on);
            scope.spawn(move || {
                for round in 0..if cfg!(miri) { 10 } else { 10_000 } {
                    let small = layout(16 + round * number % 200, 8);
                    // SAFETY: it has a size.
                    let start = unsafe { tlsf.allocate(small) };
                    let mut block = Block { start, layout: small, fill: 0 };
                    block.fill(number as u8);
                    // SAFETY: live, with its layout.
                    block.start = unsafe { tlsf.reallocate(start, small, large.size()) };
                    assert!(block.holds(number as u8, small.size()));
                    pass_on(block.start);
                }
            });
        }
    });
    pass_on(ptr::null_mut());
    tlsf.check().unwrap();
    assert_eq!(tlsf.stats(), before);
}

/// At least 97.5 % of a region is given out when the first request fails: sizes from 1 to 2000, most of them
/// new, some grown or shrunk, some freed.
#[test]
#[cfg_attr(miri, ignore = "thousands of blocks")]
fn little_is_lost() {
    const REGION: usize = 1 << 20;
    let mut random = 1_u64;
    let mut random = move |below: usize| {
        // SplitMix64.
        random = random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (random ^ (random >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) as usize % below
    };
    let rounds = 50;
    let mut used = 0;
    for _ in 0..rounds {
        let memory = Memory::new(REGION);
        let tlsf = Tlsf::new();
        memory.lend(&tlsf, 0);
        let mut blocks: Vec<(*mut u8, Layout)> = Vec::new();
        loop {
            let new = layout(1 + random(1999), 8);
            let action = random(11);
            let block = if action < 8 || blocks.is_empty() {
                // SAFETY: the size is not 0.
                unsafe { tlsf.allocate(new) }
            } else {
                let (block, old) = blocks.swap_remove(random(blocks.len()));
                if action == 8 {
                    // SAFETY: live, with its layout.
                    unsafe { tlsf.release(block, old) };
                    continue;
                }
                // SAFETY: the same.
                unsafe { tlsf.reallocate(block, old, new.size()) }
            };
            if block.is_null() {
                break;
            }
            blocks.push((block, new));
        }
        tlsf.check().unwrap();
        used += blocks.iter().map(|(_, layout)| layout.size()).sum::<usize>();
    }
    let share = used as f64 / (rounds * REGION) as f64;
    assert!(share >= 0.975, "{share}");
}
