//! `Tlsf` as its author sees it: sequences of operations against a plain shadow, all invariants
//! looked over after each.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::alloc::Layout;
use std::ops::Range;
use std::ptr::NonNull;

use allocator::{Heap, Tlsf};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() }
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
        unsafe { tlsf.add_region(start, self.layout.size() - skip) }
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
    proptest::collection::vec(op, 1..if cfg!(miri) { 40 } else { 300 })
}

fn run(tlsf: &Tlsf, memories: &[Memory], ops: &[Op]) {
    let before = tlsf.stats();
    let mut blocks: Vec<Block> = Vec::new();
    for (number, op) in ops.iter().enumerate() {
        let fill = number as u8;
        match *op {
            Op::Allocate { size, align, zeroed } => {
                let layout = Layout::from_size_align(size, align).unwrap();
                // SAFETY: the size is not 0.
                let start = unsafe {
                    if zeroed { tlsf.allocate_zeroed(layout) } else { tlsf.allocate(layout) }
                };
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
                // SAFETY: a live block of this allocator, with its layout; the size is not 0.
                let start = unsafe {
                    if matches!(op, Op::Reallocate { .. }) {
                        tlsf.reallocate(block.start, block.layout, size)
                    } else if tlsf.resize(block.start, block.layout, size) {
                        block.start
                    } else {
                        std::ptr::null_mut()
                    }
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
        tlsf.check().unwrap();
        look_over(tlsf, memories, &blocks);
    }
    for block in blocks {
        assert!(block.holds(block.fill, block.layout.size()));
        // SAFETY: a live block of this allocator, with its layout.
        unsafe { tlsf.release(block.start, block.layout) };
        tlsf.check().unwrap();
    }
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
    // A header, and a rest too small for a block.
    let lost = blocks.len() * (4 * size_of::<usize>() + 16);
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
