//! Sequences of operations against a plain shadow: a list of what is used, and of what each block
//! holds.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use std::alloc::{GlobalAlloc, Layout};
use std::ops::Range;

use allocator::{FirstFit, SlotAllocator};
use common::{Block, layout};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 2, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

#[derive(Clone, Debug)]
enum Op {
    Alloc { size: usize, align: usize, zeroed: bool },
    Free { which: usize },
    Realloc { which: usize, size: usize },
}

fn ops(sizes: Range<usize>, aligns: Range<u32>) -> impl Strategy<Value = Vec<Op>> {
    let alloc = (sizes.clone(), aligns, any::<bool>())
        .prop_map(|(size, align, zeroed)| Op::Alloc { size, align: 1 << align, zeroed });
    let free = any::<usize>().prop_map(|which| Op::Free { which });
    let realloc = (any::<usize>(), sizes).prop_map(|(which, size)| Op::Realloc { which, size });
    let op = prop_oneof![4 => alloc, 3 => free, 2 => realloc];
    proptest::collection::vec(op, 1..if cfg!(miri) { 24 } else { 200 })
}

/// A block and the byte it is filled with.
type Filled<'a, A> = (Block<'a, A>, u8);

/// What every allocator must do, whatever places it picks. `after` is given each operation,
/// whether it was served, and all blocks.
fn run<A: GlobalAlloc>(allocator: &A, ops: &[Op], mut after: impl FnMut(&Op, bool, &[Filled<A>])) {
    let mut blocks: Vec<Filled<A>> = Vec::new();
    for (number, op) in ops.iter().enumerate() {
        let fill = number as u8;
        let mut served = true;
        match *op {
            Op::Alloc { size, align, zeroed } => {
                let make = if zeroed { Block::zeroed } else { Block::new };
                match make(allocator, layout(size, align)) {
                    Some(block) => {
                        block.fill(fill);
                        blocks.push((block, fill));
                    }
                    None => served = false,
                }
            }
            Op::Free { .. } | Op::Realloc { .. } if blocks.is_empty() => {}
            Op::Free { which } => {
                let (block, fill) = blocks.swap_remove(which % blocks.len());
                assert!(block.holds(fill, block.size()));
            }
            Op::Realloc { which, size } => {
                let which = which % blocks.len();
                let (block, old_fill) = &mut blocks[which];
                let old_size = block.size();
                served = block.resize(size);
                assert!(block.holds(*old_fill, old_size.min(block.size())));
                block.fill(fill);
                *old_fill = fill;
            }
        }
        let mut ranges: Vec<_> =
            blocks.iter().map(|(block, _)| (block.address(), block.size())).collect();
        ranges.sort_unstable();
        assert!(ranges.windows(2).all(|two| two[0].0 + two[0].1 <= two[1].0), "blocks overlap");
        after(op, served, &blocks);
    }
    for (block, fill) in blocks {
        assert!(block.holds(fill, block.size()));
    }
}

/// Where a first fit puts a block, found one granule at a time.
fn first_fit(base: usize, used: &[bool], layout: Layout) -> Option<usize> {
    let count = layout.size().div_ceil(16);
    let is_free = |at: usize| used[at..at + count].iter().all(|used| !used);
    (0..(used.len() + 1).saturating_sub(count))
        .map(|at| (at, base + at * 16))
        .find(|&(at, address)| address.is_multiple_of(layout.align()) && is_free(at))
        .map(|(_, address)| address)
}

fn first_fit_case<const BYTES: usize>(ops: &[Op]) {
    let arena = Box::new(FirstFit::<BYTES>::new());
    let capacity = arena.stats().capacity;
    let base = Block::new(&*arena, layout(1, 1)).unwrap().address();
    let mut used = vec![false; capacity / 16];

    run(&*arena, ops, |op, served, blocks| {
        arena.check().unwrap();
        if let Op::Alloc { size, align, .. } = *op {
            let expected = first_fit(base, &used, layout(size, align));
            let got = served.then(|| blocks.last().unwrap().0.address());
            if cfg!(miri) {
                // Reuse is put off there: the place may differ, not whether there is one.
                assert_eq!(got.is_some(), expected.is_some());
            } else {
                assert_eq!(got, expected);
            }
        }
        used.fill(false);
        for (block, _) in blocks {
            let first = (block.address() - base) / 16;
            used[first..first + block.size().div_ceil(16)].fill(true);
        }
        let stats = arena.stats();
        assert_eq!(stats.used, used.iter().filter(|&&used| used).count() * 16);
        let longest = used.split(|&used| used).map(<[bool]>::len).max().unwrap_or(0);
        assert_eq!(stats.largest_free, longest * 16);
    });
    let stats = arena.stats();
    assert_eq!((stats.used, stats.largest_free), (0, capacity), "all is one free block again");
    arena.check().unwrap();
}

const MANY_WORDS: usize = if cfg!(miri) { 2_500 } else { 100_000 };

proptest! {
    #![proptest_config(config())]

    #[test]
    fn first_fit_in_a_small_arena(ops in ops(1..200, 0..7)) {
        first_fit_case::<2048>(&ops);
    }

    #[test]
    fn first_fit_in_an_arena_of_many_words(ops in ops(1..MANY_WORDS / 30, 0..13)) {
        first_fit_case::<MANY_WORDS>(&ops);
    }

    #[test]
    fn first_fit_in_an_arena_of_no_round_size(ops in ops(1..40, 0..5)) {
        first_fit_case::<1111>(&ops);
    }

    #[test]
    fn slots(ops in ops(1..30, 0..5)) {
        let slots = SlotAllocator::<24, 19>::new();
        run(&slots, &ops, |op, served, blocks| {
            assert_eq!(slots.in_use(), blocks.len());
            match *op {
                Op::Alloc { size, align, .. } => {
                    let fits = size <= 24 && align <= 8;
                    let full = blocks.len() - usize::from(served) == 19;
                    assert_eq!(served, fits && !full);
                }
                Op::Realloc { size, .. } if !blocks.is_empty() => assert_eq!(served, size <= 24),
                _ => {}
            }
        });
        prop_assert_eq!(slots.in_use(), 0);
    }
}
