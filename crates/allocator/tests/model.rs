//! Sequences of operations against a plain shadow: what is given out, and what each block holds. Every
//! allocator, bare and through each of its faces.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use std::alloc::{GlobalAlloc, Layout};
use std::collections::BTreeMap;
use std::ops::Range;

use allocator::{FirstFit, Hardened, SlotAllocator, ThreadHeap, Tlsf};
use allocator_api2::alloc::Allocator;
use common::faces::{Api, Bare};
use common::hardened::Lent;
use common::subjects::{LARGE, Subject, every_allocator, every_hardened_allocator};
use common::{Block, layout};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 1, failure_persistence: None, ..ProptestConfig::default() }
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
    // Where there are few cases, none of them is short.
    proptest::collection::vec(op, if cfg!(miri) { 20..24 } else { 1..200 })
}

/// The live blocks by their addresses, each with the byte that it is filled with.
struct Shadow<'a, A: GlobalAlloc>(BTreeMap<usize, (Block<'a, A>, u8)>);

impl<'a, A: GlobalAlloc> Shadow<'a, A> {
    /// Fill a block and remember it. It must not overlap with any other.
    fn insert(&mut self, block: Block<'a, A>, fill: u8) {
        let (start, end) = (block.address(), block.address() + block.size());
        if let Some((&before, (other, _))) = self.0.range(..=start).next_back() {
            assert!(before + other.size() <= start, "the block overlaps with the one before it");
        }
        if let Some((&behind, _)) = self.0.range(start..).next() {
            assert!(end <= behind, "the block overlaps with the one behind it");
        }
        block.fill(fill);
        self.0.insert(start, (block, fill));
    }

    /// Forget one of the blocks, which must hold what it was filled with.
    fn remove(&mut self, which: usize) -> Option<(Block<'a, A>, u8)> {
        let &address = self.0.keys().nth(which % self.0.len().max(1))?;
        let (block, fill) = self.0.remove(&address)?;
        assert!(block.holds(fill, block.size()), "somebody wrote into the block");
        Some((block, fill))
    }
}

/// What every allocator must do, whatever places it picks. `after` is given each operation, the
/// address of the block that came of it, and all blocks.
fn run<A: GlobalAlloc>(
    allocator: &A,
    ops: &[Op],
    mut after: impl FnMut(&Op, Option<usize>, &Shadow<A>),
) {
    let mut shadow = Shadow(BTreeMap::new());
    for (number, op) in ops.iter().enumerate() {
        let fill = number as u8;
        let mut served = None;
        match *op {
            Op::Alloc { size, align, zeroed } => {
                let make = if zeroed { Block::zeroed } else { Block::new };
                if let Some(block) = make(allocator, layout(size, align)) {
                    served = Some(block.address());
                    shadow.insert(block, fill);
                }
            }
            Op::Free { which } => drop(shadow.remove(which)),
            Op::Realloc { which, size } => {
                if let Some((mut block, old_fill)) = shadow.remove(which) {
                    let kept = block.size().min(size);
                    if block.resize(size) {
                        served = Some(block.address());
                        assert!(block.holds(old_fill, kept), "the contents were not kept");
                    } else {
                        assert!(block.holds(old_fill, block.size()), "refused, and changed");
                    }
                    shadow.insert(block, fill);
                }
            }
        }
        after(op, served, &shadow);
    }
    while let Some(block) = shadow.remove(0) {
        drop(block);
    }
}

/// The same operations through each face. What was printed last says through which it failed.
fn by_each_face<A: Subject>(ops: &[Op])
where
    for<'a> &'a A: Allocator,
{
    let bare = Bare(A::make());
    println!("bare");
    run(&bare, ops, |_, _, _| bare.0.scan());
    bare.0.nothing_is_given_out();

    let global = A::make();
    println!("as a global allocator");
    run(&*global, ops, |_, _, _| global.scan());
    global.nothing_is_given_out();

    let api = Api(A::make());
    println!("as an allocator of a collection");
    run(&api, ops, |_, _, _| api.0.scan());
    api.0.nothing_is_given_out();
}

macro_rules! stamp {
    ($($name:ident: $type:ty, $sizes:expr, $aligns:expr;)*) => {
        proptest! {
            #![proptest_config(config())]
            $(
                #[test]
                fn $name(ops in ops($sizes, $aligns)) {
                    by_each_face::<$type>(&ops);
                }
            )*
        }
    };
}
every_allocator!(stamp);
every_hardened_allocator!(stamp);
#[cfg(feature = "std")]
stamp! {
    hardened_thread_heap: Hardened<allocator::ThreadHeap>, 1..if cfg!(miri) { 1_000 } else { 5_000 }, 0..13;
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

/// Each block goes to the first place that fits, and no other.
fn first_fit_case<const BYTES: usize>(ops: &[Op]) {
    let arena = Bare(Box::new(FirstFit::<BYTES>::new()));
    let capacity = arena.0.stats().capacity;
    let base = Block::new(&arena, layout(1, 1)).unwrap().address();
    let mut used = vec![false; capacity / 16];

    run(&arena, ops, |op, served, shadow| {
        if let Op::Alloc { size, align, .. } = *op {
            assert_eq!(served, first_fit(base, &used, layout(size, align)));
        }
        used.fill(false);
        for (block, _) in shadow.0.values() {
            let first = (block.address() - base) / 16;
            used[first..first + block.size().div_ceil(16)].fill(true);
        }
        let stats = arena.0.stats();
        assert_eq!(stats.used, used.iter().filter(|&&used| used).count() * 16);
        let longest = used.split(|&used| used).map(<[bool]>::len).max().unwrap_or(0);
        assert_eq!(stats.largest_free, longest * 16);
    });
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_first_place_that_fits(ops in ops(1..200, 0..7)) {
        first_fit_case::<2048>(&ops);
    }

    #[test]
    fn the_first_place_that_fits_among_many(ops in ops(1..300, 0..9)) {
        first_fit_case::<20_000>(&ops);
    }

    #[test]
    fn the_lowest_free_slot(ops in ops(1..30, 0..5)) {
        let slots = Bare(Box::new(SlotAllocator::<24, 150>::new()));
        let base = Block::new(&slots, layout(1, 1)).unwrap().address();
        let mut used = [false; 150];
        run(&slots, &ops, |op, served, shadow| {
            match *op {
                Op::Alloc { size, align, .. } => {
                    let lowest = used.iter().position(|used| !used).filter(|_| size <= 24 && align <= 8);
                    assert_eq!(served, lowest.map(|slot| base + slot * 24));
                }
                Op::Realloc { size, .. } if !shadow.0.is_empty() => {
                    assert_eq!(served.is_some(), size <= 24);
                }
                _ => {}
            }
            used = [false; 150];
            for address in shadow.0.keys() {
                used[(address - base) / 24] = true;
            }
            assert_eq!(slots.0.in_use(), shadow.0.len());
        });
    }
}
