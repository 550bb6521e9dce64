//! `ThreadHeap` under a random load of several threads that come and go: every byte of every block is checked, also
//! those beyond what was asked for, and in the end nothing is counted as used. In a process of its own.
#![cfg(all(feature = "std", not(loom)))]
#![allow(clippy::unwrap_used)]

use std::alloc::Layout;
use std::slice;
use std::sync::Mutex;
use std::thread;

use allocator::map::Walk;
use allocator::{Heap, ThreadHeap};

const HEAP: ThreadHeap = ThreadHeap::new();
const THREADS: u64 = if cfg!(miri) { 2 } else { 4 };
const LIVES: u64 = if cfg!(miri) { 2 } else { 12 };
const ROUNDS: usize = if cfg!(miri) { 60 } else { 4_000 };

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 8) as usize % end
    }

    fn layout(&mut self) -> Layout {
        let most = match self.below(200) {
            0..120 => 256,
            120..170 => 9 << 10,
            170..199 => 150 << 10,
            _ if cfg!(miri) => 300 << 10,
            _ => 5 << 20,
        };
        let align = match self.below(10) {
            0 => 1 << self.below(if cfg!(miri) { 12 } else { 24 }),
            _ => 1 << self.below(5),
        };
        Layout::from_size_align(1 + self.below(most), align).unwrap()
    }
}

/// A block that is filled to the end with one byte.
struct Block {
    start: *mut u8,
    layout: Layout,
    byte: u8,
}

// SAFETY: a block has one owner.
unsafe impl Send for Block {}

impl Block {
    fn new(random: &mut Random) -> Self {
        let layout = random.layout();
        let zeroed = random.below(4) == 0;
        let start = if zeroed {
            // SAFETY: the size is not 0.
            unsafe { HEAP.allocate_zeroed(layout) }
        } else {
            // SAFETY: as above.
            unsafe { HEAP.allocate(layout) }
        };
        assert!(!start.is_null() && start.addr().is_multiple_of(layout.align()), "{layout:?}");
        let mut block = Self { start, layout, byte: 0 };
        if zeroed {
            block.check(layout.size());
        }
        block.fill(random.below(256) as u8);
        block
    }

    fn usable(&self) -> usize {
        // SAFETY: a live block.
        let usable = unsafe { HEAP.usable_size(self.start) };
        assert!(usable >= self.layout.size());
        usable
    }

    fn fill(&mut self, byte: u8) {
        self.byte = byte;
        // SAFETY: the block is ours, and this much may be used.
        unsafe { self.start.write_bytes(byte, self.usable()) };
    }

    fn check(&self, len: usize) {
        // SAFETY: the block is ours, and this much was written.
        let bytes = unsafe { slice::from_raw_parts(self.start, len) };
        assert!(bytes == vec![self.byte; len], "{:?} at {:?}", self.layout, self.start);
    }

    /// As `realloc` does it, which knows no other size.
    fn resize(&mut self, random: &mut Random) {
        let usable = self.usable();
        let most = random.layout_of_same(self.layout).size();
        let size = 1 + random.below(most);
        let (old, align) = (usable, self.layout.align());
        let old = Layout::from_size_align(old, align).unwrap();
        // SAFETY: the block is ours.
        let start = unsafe { HEAP.reallocate(self.start, old, size) };
        assert!(!start.is_null() && start.addr().is_multiple_of(align), "{old:?} {size}");
        self.start = start;
        self.layout = Layout::from_size_align(size, align).unwrap();
        self.check(size.min(usable));
        self.fill(self.byte.wrapping_add(1));
    }
}

impl Random {
    /// A layout with about this size, or any other.
    fn layout_of_same(&mut self, layout: Layout) -> Layout {
        if self.below(2) == 0 {
            Layout::from_size_align(layout.size() * 2, 1).unwrap()
        } else {
            self.layout()
        }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.check(self.usable());
        if self.byte.is_multiple_of(2) {
            // SAFETY: the block is ours, and given up.
            unsafe { HEAP.release(self.start, self.layout) };
        } else {
            // SAFETY: as above.
            unsafe { HEAP.free(self.start) };
        }
    }
}

static SHARED: Mutex<Vec<Block>> = Mutex::new(Vec::new());

fn life(seed: u64) {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut blocks = Vec::new();
    // How many blocks the thread wants to have, from time to time another number.
    let mut wanted = 20;
    for round in 0..ROUNDS {
        if round % (ROUNDS / 10) == 0 {
            wanted = [0, 5, 50, 500, 1500][random.below(5)];
        }
        for _ in 0..3 {
            if blocks.len() < wanted {
                blocks.push(Block::new(&mut random));
            } else if !blocks.is_empty() {
                let index = random.below(blocks.len());
                drop(blocks.swap_remove(index));
            }
        }
        if blocks.is_empty() {
            continue;
        }
        let index = random.below(blocks.len());
        match random.below(6) {
            0 => blocks[index].resize(&mut random),
            1 => {
                let block = blocks.swap_remove(index);
                SHARED.lock().unwrap().push(block);
            }
            2 => {
                let taken = SHARED.lock().unwrap().pop();
                blocks.extend(taken);
            }
            3 => {
                let mut shared = SHARED.lock().unwrap();
                let half = shared.len() / 2;
                let taken = shared.split_off(half);
                drop(shared);
                drop(taken);
            }
            _ => {}
        }
    }
}

#[test]
fn what_threads_do_at_random() {
    thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                for life_number in 0..LIVES {
                    let seed = thread * LIVES + life_number + 1;
                    thread::spawn(move || life(seed)).join().unwrap();
                }
            });
        }
    });
    // In a thread of its own: blocks are on their way home as long as their thread lives.
    thread::spawn(|| SHARED.lock().unwrap().clear()).join().unwrap();
    let stats = HEAP.stats();
    assert_eq!((stats.used, stats.blocks), (0, Some(0)), "{stats}");
    assert!(stats.held >= Some(stats.capacity) && stats.held < Some(usize::MAX / 2), "{stats}");
}
