//! `ThreadHeap`: what must hold when memory goes back to the system, and when a block is looked at by a thread that
//! does not own its heap. By `Heap`, so that Miri sees the heap's own memory; in a process of its own, since the
//! first test counts what lies unused in all of it.
#![cfg(all(feature = "std", not(loom)))]
#![allow(clippy::unwrap_used)]

use std::alloc::Layout;
use std::sync::Mutex;
use std::thread;

use allocator::{Heap, ThreadHeap};

const HEAP: ThreadHeap = ThreadHeap::new();

/// One test at a time.
static TURN: Mutex<()> = Mutex::new(());

struct Block(*mut u8, Layout);

// SAFETY: a block has one owner.
unsafe impl Send for Block {}

impl Block {
    fn new(size: usize) -> Self {
        let layout = Layout::from_size_align(size, 8).unwrap();
        // SAFETY: the size is not 0.
        let start = unsafe { HEAP.allocate(layout) };
        assert!(!start.is_null());
        // SAFETY: the block is ours.
        unsafe { start.write_bytes(1, size) };
        Self(start, layout)
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: the block is ours, and given up.
        unsafe { HEAP.release(self.0, self.1) };
    }
}

const SLICE: usize = if cfg!(miri) { 16 << 10 } else { 64 << 10 };

/// As many blocks as a page has.
fn a_page_of(size: usize) -> Vec<Block> {
    (0..SLICE / size).map(|_| Block::new(size)).collect()
}

/// The page whose last block is freed is one of many that are empty, and the segment that it is in goes back to the
/// system before that is done.
#[test]
fn the_segment_of_a_page_that_was_kept_goes() {
    let _turn = TURN.lock();
    let mut first: Vec<_> = (0..63).map(|_| a_page_of(8 << 10)).collect();
    // Nearly as much as may lie unused, left behind by another thread.
    thread::spawn(|| {
        let pages = (2 << 20) / SLICE - 2;
        drop((0..pages).map(|_| a_page_of(8 << 10)).collect::<Vec<_>>());
    })
    .join()
    .unwrap();
    // A second segment. In it, the open pages of other classes: as many as are kept when they are empty, and one.
    let mut bytes = 0;
    let mut others = Vec::new();
    for class in 8.. {
        let size = (8 + class % 8 + 1) << (class / 8 + 2);
        others.push(a_page_of(size));
        bytes += SLICE / size * size;
        if bytes > 512 << 10 {
            break;
        }
    }
    // The first has a free slice again.
    first.swap_remove(30);
    drop(others);
    drop(first);
    drop(Block::new(8));
}

/// Anybody who has a block may ask for its size, also while its owner frees the one before it.
#[test]
fn the_size_of_a_block_whose_neighbour_is_freed() {
    let _turn = TURN.lock();
    let [first, second, _third] = [(); 3].map(|()| Block::new(10_000));
    let second = thread::scope(|scope| {
        let look = scope.spawn(move || {
            let second = second;
            // SAFETY: the block is ours.
            assert!(unsafe { HEAP.usable_size(second.0) } >= 10_000);
            second
        });
        drop(first);
        look.join().unwrap()
    });
    drop(second);
}

/// A thread that frees blocks by `free`, which is not told their size, and then does nothing, holds none of them up.
#[test]
fn medium_blocks_that_were_freed_without_a_layout_go_home() {
    use allocator::map::Walk;
    use std::sync::Barrier;
    let _turn = TURN.lock();
    let count = 20;
    let blocks: Vec<_> = (0..count).map(|_| Block::new(100_000)).collect();
    let before = HEAP.stats().used;
    let barrier = &Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(move || {
            drop(Block::new(8));
            for block in blocks {
                // SAFETY: the block is ours, and given up.
                unsafe { HEAP.free(block.0) };
                std::mem::forget(block);
            }
            barrier.wait();
            barrier.wait();
        });
        barrier.wait();
        // The owner looks at what was left for it when a page is full.
        drop([(); 2].map(|()| a_page_of(8 << 10)));
        let after = HEAP.stats().used;
        barrier.wait();
        assert!(after + count * 90_000 < before, "{before} {after}");
    });
}
