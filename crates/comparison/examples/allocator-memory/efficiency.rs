//! How much of an arena is in use when it cannot serve for the first time.

use std::alloc::{GlobalAlloc, Layout};

use allocator::FirstFit;

use crate::Rows;
use crate::block::ALIGN;
use crate::contestants::{arena, buddy, linked_list, talc, tlsf};
use crate::random::Random;
use crate::tlsf::Rlsf;

const ARENA: usize = 1 << 20;
/// The mean is of so many runs.
const SEEDS: u64 = 100;

/// A new allocator that has nothing but an arena of `ARENA` bytes.
type Make = fn() -> Box<dyn GlobalAlloc>;

/// A line each.
const ARENAS: &[(&str, Make)] = &[
    ("allocator, Tlsf", || Box::new(tlsf(arena(ARENA)))),
    ("allocator, FirstFit", || Box::new(FirstFit::<ARENA>::new())),
    ("talc", || Box::new(talc(arena(ARENA)))),
    ("rlsf", || Box::new(Rlsf::new(arena(ARENA)))),
    ("buddy_system_allocator", || Box::new(buddy(arena(ARENA)))),
    ("linked_list_allocator", || Box::new(linked_list(arena(ARENA)))),
];

/// Of eight actions, so many allocate and so many free a block at random; the others resize one.
const MIXES: [(&str, usize, usize); 3] = [
    ("1..2000 B: allocate", 8, 0),
    ("1..2000 B: allocate 3, free 1", 6, 2),
    ("1..2000 B: allocate 5, free 2, resize 1", 5, 2),
];

/// The part of the arena that is used, by mix.
pub(crate) fn all(chosen: impl Fn(&str) -> bool) -> Rows<f64> {
    let mixes = MIXES.iter().filter(|it| chosen(it.0));
    let row = |&(name, allocate, free): &(&str, usize, usize)| {
        let shares = ARENAS.iter().map(|&(arena, make)| {
            let sum: f64 = (0..SEEDS).map(|seed| share(&*make(), seed, allocate, free)).sum();
            (arena.to_owned(), sum / SEEDS as f64)
        });
        (name.to_owned(), shares.collect())
    };
    mixes.map(row).collect()
}

fn share(allocator: &dyn GlobalAlloc, seed: u64, allocate: usize, free: usize) -> f64 {
    let mut random = Random::new(seed);
    let mut blocks: Vec<(*mut u8, Layout)> = Vec::new();
    loop {
        let action = if blocks.is_empty() { 0 } else { random.range(0, 8) };
        let size = random.range(1, 2_000);
        let full = if action < allocate {
            let layout = layout(size);
            // SAFETY: the layout has a size.
            let block = unsafe { allocator.alloc(layout) };
            if !block.is_null() {
                blocks.push((block, layout));
            }
            block.is_null()
        } else {
            let at = random.range(0, blocks.len());
            let (block, old) = blocks[at];
            if action < allocate + free {
                // SAFETY: the block is of this allocator, with this layout, and forgotten here.
                unsafe { allocator.dealloc(block, old) };
                blocks.swap_remove(at);
                false
            } else {
                // SAFETY: the block is of this allocator, with this layout; the size is not 0.
                let block = unsafe { allocator.realloc(block, old, size) };
                if !block.is_null() {
                    blocks[at] = (block, layout(size));
                }
                block.is_null()
            }
        };
        if full {
            let used: usize = blocks.iter().map(|it| it.1.size()).sum();
            return used as f64 / ARENA as f64;
        }
    }
}

fn layout(size: usize) -> Layout {
    // SAFETY: a power of two, and the size is far below the limit.
    unsafe { Layout::from_size_align_unchecked(size, ALIGN) }
}
