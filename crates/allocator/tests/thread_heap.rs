//! `ThreadHeap`: what one thread's blocks go through on their way through several threads. By `Heap`, so that
//! Miri sees the heap's own memory.
#![cfg(all(feature = "std", not(loom)))]
#![allow(clippy::unwrap_used)]

mod common;

use std::alloc::Layout;
use std::collections::HashSet;
use std::sync::mpsc;
use std::thread;

use allocator::Heap;
use common::filled::{Block, HEAP};

/// Sizes on either side of every boundary between ways to serve a block.
fn sizes() -> Vec<usize> {
    let large = if cfg!(miri) { 256 << 10 } else { 1 << 20 };
    let around = |size: usize| [size - 1, size, size + 1];
    [vec![1, 2, 3], around(8).into(), around(64).into(), around(1024).into()]
        .concat()
        .into_iter()
        .chain(around(8 << 10))
        .chain(around(100_000))
        .chain(around(large))
        .collect()
}

#[test]
fn every_size_at_every_alignment() {
    let aligns = if cfg!(miri) { 0..13 } else { 0..31 };
    for align in aligns.map(|bit| 1 << bit) {
        let blocks: Vec<_> = sizes().iter().map(|&size| Block::new(size, align, 7)).collect();
        let starts: HashSet<_> = blocks.iter().map(|block| block.start.addr()).collect();
        assert_eq!(starts.len(), blocks.len());
    }
}

#[test]
fn from_every_size_to_every_other() {
    let sizes: Vec<_> = sizes().into_iter().step_by(if cfg!(miri) { 3 } else { 1 }).collect();
    for &from in &sizes {
        for &to in &sizes {
            Block::new(from, 8, 9).resize(to);
        }
    }
}

#[test]
fn more_than_a_page_of_each_class_and_back_in_another_order() {
    for size in [8, 24, 64, 100, 1000, 5000] {
        let count = if cfg!(miri) { 20_000 / size.max(64) } else { 200_000 / size };
        for round in 0..3 {
            let mut blocks: Vec<_> =
                (0..count).map(|n| Some(Block::new(size, 1, n as u8))).collect();
            for n in 0..count {
                // 7 or 11 does not divide any of the counts, or a block is met twice and is None.
                blocks[(n * [1, 7, 11][round]) % count].take();
            }
        }
    }
}

#[test]
fn zeroed_is_zero_also_where_there_was_something() {
    for size in sizes() {
        drop(Block::new(size, 8, 0xff));
        let layout = Layout::from_size_align(size, 8).unwrap();
        for _ in 0..2 {
            // SAFETY: the size is not 0.
            let start = unsafe { HEAP.allocate_zeroed(layout) };
            drop(Block { start, layout, byte: 0 });
        }
    }
}

#[test]
fn what_cannot_be_served_is_null() {
    let largest = isize::MAX as usize;
    // There would be addresses for so many bytes, but not that much memory.
    let huge = usize::try_from(1_u64 << 46).unwrap_or(largest);
    for (size, align) in [(largest, 1), (largest - 4095, 4096), (huge, 8)] {
        if cfg!(miri) && size < largest / 2 {
            // Miri would say that it is out of memory itself.
            continue;
        }
        let Ok(layout) = Layout::from_size_align(size, align) else { continue };
        // SAFETY: the size is not 0.
        assert!(unsafe { HEAP.allocate(layout) }.is_null(), "{layout:?}");
    }
}

#[test]
fn blocks_freed_by_another_thread_come_back() {
    let count = if cfg!(miri) { 150 } else { 10_000 };
    let (sender, receiver) = mpsc::sync_channel::<Block>(100);
    let other = thread::spawn(move || receiver.into_iter().count());
    for n in 0..count {
        sender.send(Block::new([16, 16, 48, 300, 20_000][n % 5], 8, n as u8)).unwrap();
    }
    drop(sender);
    assert_eq!(other.join().unwrap(), count);
    let _all = [(); 100].map(|()| Block::new(16, 8, 1));
}

#[test]
fn blocks_outlive_their_thread() {
    for round in 0..if cfg!(miri) { 3 } else { 100 } {
        let blocks = thread::spawn(move || {
            (1..50).map(|n| Block::new(n * 40, 8, (n + round) as u8)).collect::<Vec<_>>()
        });
        let blocks = blocks.join().unwrap();
        if round % 2 == 0 {
            drop(blocks);
        } else {
            thread::spawn(move || drop(blocks)).join().unwrap();
        }
    }
}

/// Destructors of thread-locals run after the thread's heap was left behind, or before: both must do.
#[test]
fn blocks_of_thread_locals() {
    struct Last(Option<Block>);
    impl Drop for Last {
        fn drop(&mut self) {
            self.0.take();
            drop(Block::new(100, 8, 3));
            drop(Block::new(10_000, 8, 3));
        }
    }
    thread_local! {
        static LAST: std::cell::RefCell<Last> = const { std::cell::RefCell::new(Last(None)) };
    }
    for _ in 0..if cfg!(miri) { 2 } else { 50 } {
        thread::spawn(|| LAST.with(|last| last.borrow_mut().0 = Some(Block::new(64, 8, 1))))
            .join()
            .unwrap();
    }
}

/// Medium blocks are not cleared where their memory is zeros already. Nothing that was kept between blocks may be
/// taken for that.
#[test]
fn medium_blocks_are_zeroed_wherever_they_lie() {
    let mut random = 1_usize;
    let mut below = |end: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % end
    };
    let most = if cfg!(miri) { 60_000 } else { 300_000 };
    let mut blocks = Vec::new();
    for round in 0..if cfg!(miri) { 60 } else { 5000 } {
        let size = 8200 + below(most);
        if below(3) == 0 {
            // Filled to the last byte, so that what is zero later was cleared.
            blocks.push(Block::new(size, 1 << below(8), 0xff));
        } else {
            let layout = Layout::from_size_align(size, 1 << below(8)).unwrap();
            // SAFETY: the size is not 0.
            let start = unsafe { HEAP.allocate_zeroed(layout) };
            let block = Block { start, layout, byte: 0 };
            block.check(size);
            blocks.push(block);
        }
        while blocks.len() > 12 + below(12) {
            let at = below(blocks.len());
            let mut block = blocks.swap_remove(at);
            if block.byte == 0 {
                block.byte = 0xff;
                // SAFETY: the block is ours.
                unsafe { block.start.write_bytes(0xff, block.layout.size()) };
            }
        }
        if round % 50 == 0 {
            HEAP.trim();
        }
    }
}
