//! Real threads on one allocator: bare, so that Miri sees two threads meet in the memory of the heap
//! itself. (`tests/global.rs` has threads that meet it through the front.)
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use std::alloc::GlobalAlloc;
use std::sync::mpsc;
use std::thread;

use allocator::{FirstFit, FourByteAllocator, Hardened, SlotAllocator};
use common::faces::Bare;
use common::{Block, layout};

const THREADS: usize = 4;
const ROUNDS: usize = if cfg!(miri) { 10 } else { 5_000 };

/// Each thread allocates, fills, checks and sends blocks to its neighbour, which checks and frees
/// them. A block that two threads have is a data race, and fails the check.
fn exchange<A: GlobalAlloc + Sync>(allocator: &A, size: impl Fn(usize) -> usize + Sync) {
    let (senders, receivers): (Vec<_>, Vec<_>) =
        (0..THREADS).map(|_| mpsc::sync_channel::<Block<'_, A>>(4)).unzip();
    let size = &size;
    thread::scope(|scope| {
        for (id, inbox) in receivers.into_iter().enumerate() {
            let outbox = senders[(id + 1) % THREADS].clone();
            scope.spawn(move || {
                let neighbour = ((id + THREADS - 1) % THREADS) as u8;
                for round in 0..ROUNDS {
                    let layout = layout(size(round * THREADS + id), 4);
                    if let Some(block) = Block::new(allocator, layout) {
                        block.fill(id as u8);
                        thread::yield_now();
                        assert!(block.holds(id as u8, block.size()), "someone wrote into it");
                        // If the neighbour's inbox is full, the block is freed here.
                        let _ = outbox.try_send(block);
                    }
                    for block in inbox.try_iter() {
                        assert!(block.holds(neighbour, block.size()), "someone wrote into it");
                    }
                }
                drop(outbox);
                for block in inbox {
                    assert!(block.holds(neighbour, block.size()), "someone wrote into it");
                }
            });
        }
        drop(senders);
    });
}

/// Threads that share nothing but the allocator, which has one block: what the last owner did to it
/// must have happened before the next one has it.
fn one_block_for_all<A: GlobalAlloc + Sync>(allocator: &A) {
    thread::scope(|scope| {
        for id in 0..THREADS {
            scope.spawn(move || {
                let mut got = 0;
                while got < ROUNDS {
                    if let Some(block) = Block::new(allocator, layout(4, 4)) {
                        block.fill(id as u8);
                        assert!(block.holds(id as u8, 4), "someone wrote into it");
                        got += 1;
                    }
                    thread::yield_now();
                }
            });
        }
    });
}

#[test]
fn one_slot_for_all() {
    let slots = Bare(Box::new(SlotAllocator::<4, 1>::new()));
    one_block_for_all(&slots);
    assert_eq!(slots.0.in_use(), 0);
}

#[test]
fn one_granule_for_all() {
    let arena = Bare(Box::new(FirstFit::<16>::new()));
    one_block_for_all(&arena);
    assert_eq!(arena.0.stats().used, 0);
}

#[test]
fn first_fit_with_room_to_spare() {
    let arena = Bare(Box::new(FirstFit::<65_536>::new()));
    exchange(&arena, |n| 1 + n * 37 % 300);
    arena.0.check().unwrap();
    assert_eq!(arena.0.stats().used, 0);
    assert_eq!(arena.0.stats().largest_free, arena.0.stats().capacity);
}

#[test]
fn first_fit_that_runs_out_again_and_again() {
    let arena = Bare(Box::new(FirstFit::<512>::new()));
    exchange(&arena, |n| 1 + n * 37 % 200);
    arena.0.check().unwrap();
    assert_eq!(arena.0.stats().used, 0);
}

#[test]
fn slots_with_room_to_spare() {
    let slots = Bare(Box::new(SlotAllocator::<32, 200>::new()));
    exchange(&slots, |n| 1 + n % 32);
    assert_eq!(slots.0.in_use(), 0);
}

#[test]
fn slots_that_run_out_again_and_again() {
    let slots = Bare(Box::new(SlotAllocator::<4, 3>::new()));
    exchange(&slots, |_| 4);
    assert_eq!(slots.0.in_use(), 0);
}

#[test]
fn one_block_for_all_from_quarantine() {
    static SLOTS: Hardened<SlotAllocator<64, 1>> = Hardened::new(SlotAllocator::new());
    one_block_for_all(&SLOTS);
    SLOTS.flush();
    assert_eq!(SLOTS.inner().in_use(), 0);
}

#[test]
fn hardened_first_fit_that_runs_out_again_and_again() {
    static ARENA: Hardened<FirstFit<2048>> = Hardened::new(FirstFit::new());
    exchange(&ARENA, |n| 1 + n * 37 % 200);
    ARENA.flush();
    assert_eq!(ARENA.inner().stats().used, 0);
}

#[cfg(feature = "std")]
#[cfg_attr(miri, ignore = "slow, and what Hardened does is in the two above")]
#[test]
fn hardened_thread_heap() {
    static HEAP: Hardened<allocator::ThreadHeap> = Hardened::new(allocator::ThreadHeap::new());
    exchange(&HEAP, |n| 1 + n * 37 % 3000);
    HEAP.check();
}

/// Five threads, fifteen attempts each, 64 slots: eleven get nothing.
#[test]
fn sixty_four_of_seventy_five() {
    let slots = Bare(Box::new(FourByteAllocator::new()));
    let blocks: Vec<Block<'_, _>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..5)
            .map(|_| {
                scope.spawn(|| {
                    let attempts = (0..15).map(|_| Block::new(&slots, layout(4, 4)));
                    attempts.flatten().collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut addresses: Vec<_> = blocks.iter().map(Block::address).collect();
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), 64);
}
