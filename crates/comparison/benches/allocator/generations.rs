//! The works of threads that come and go, which is part of what is timed.

use std::alloc::GlobalAlloc;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread::{self, Scope};

use crate::block::Block;
use crate::contestants::Work;
use crate::harness::{Size, Turn};
use crate::random::Random;

/// What a thread does before another takes its place.
const LIFE: u64 = 10_000;

/// The blocks that larson's threads have.
pub(crate) const OWNED: usize = 1_000;

fn lives(size: Size) -> u64 {
    (size.operations / LIFE).max(1)
}

fn life(size: Size) -> u64 {
    size.operations.min(LIFE)
}

/// Each thread has a thousand blocks of 8 to 1,000 bytes and replaces one at random, over and over,
/// until it starts a successor, which gets the blocks. An operation is a block replaced. (After Per-Åke
/// Larson and Murali Krishnan, *Memory Allocation for Long-Running Server Applications*, ISMM 1998.)
pub(crate) struct Servers;

impl Work for Servers {
    type Input = Size;
    type Output = Turn;

    fn run<A: GlobalAlloc + Sync>(allocator: &A, size: Size) -> Turn {
        let servers: Vec<Server<'_, A>> =
            (0..size.threads).map(|it| Server::new(allocator, it, lives(size))).collect();
        Turn::timed(size, || {
            thread::scope(|scope| {
                for server in servers {
                    scope.spawn(move || server.live(scope, life(size)));
                }
            });
        })
    }
}

struct Server<'a, A: GlobalAlloc> {
    allocator: &'a A,
    random: Random,
    blocks: Vec<Block>,
    lives: u64,
}

impl<'a, A: GlobalAlloc + Sync> Server<'a, A> {
    fn new(allocator: &'a A, number: u64, lives: u64) -> Self {
        let mut random = Random::new(number);
        let block = |_| Block::new(allocator, random.range(8, 1_001));
        let blocks = (0..OWNED).map(block).collect();
        Self { allocator, random, blocks, lives }
    }

    fn live<'scope>(mut self, scope: &'scope Scope<'scope, '_>, operations: u64)
    where
        'a: 'scope,
    {
        for _ in 0..operations {
            let victim = self.random.range(0, OWNED);
            let block = self.blocks.swap_remove(victim);
            block.free(self.allocator);
            self.blocks.push(Block::new(self.allocator, self.random.range(8, 1_001)));
        }
        self.lives -= 1;
        if self.lives > 0 {
            scope.spawn(move || self.live(scope, operations));
        } else {
            for block in self.blocks {
                block.free(self.allocator);
            }
        }
    }
}

/// Generations of threads that allocate, free, and in a quarter of their actions exchange a block for
/// another in slots that all of them see. Most blocks have up to 512 bytes, one in 20 up to 4 KiB, one
/// in 200 up to 64 KiB; what stands in them is looked at before they are freed. A thread that ends
/// frees what it has. An operation is an action. (After `mstress`, of mimalloc.)
pub(crate) struct Stress;

/// Blocks that wait to be exchanged.
const SLOTS: usize = 1_000;
type Slots = [AtomicPtr<u8>; SLOTS];

impl Work for Stress {
    type Input = Size;
    type Output = Turn;

    fn run<A: GlobalAlloc + Sync>(allocator: &A, size: Size) -> Turn {
        let slots: Slots = std::array::from_fn(|_| AtomicPtr::default());
        let turn = Turn::timed(size, || {
            for generation in 0..lives(size) {
                thread::scope(|scope| {
                    for number in 0..size.threads {
                        let random = Random::new(generation * size.threads + number);
                        let thread = Stressed { allocator, random, slots: &slots, own: Vec::new() };
                        scope.spawn(move || thread.live(life(size)));
                    }
                });
            }
        });
        for slot in &slots {
            if let Some(block) = exchange(slot, None) {
                check(&block);
                block.free(allocator);
            }
        }
        turn
    }
}

struct Stressed<'a, A: GlobalAlloc> {
    allocator: &'a A,
    random: Random,
    slots: &'a Slots,
    own: Vec<Block>,
}

impl<A: GlobalAlloc> Stressed<'_, A> {
    fn live(mut self, operations: u64) {
        for _ in 0..operations {
            let action = if self.own.is_empty() { 0 } else { self.random.range(0, 8) };
            if action < 3 {
                let block = Block::new(self.allocator, self.size());
                fill(&block);
                self.own.push(block);
                continue;
            }
            let at = self.random.range(0, self.own.len());
            let block = self.own.swap_remove(at);
            if action < 6 {
                check(&block);
                block.free(self.allocator);
            } else {
                let slot = &self.slots[self.random.range(0, SLOTS)];
                self.own.extend(exchange(slot, Some(block)));
            }
        }
        for block in self.own {
            check(&block);
            block.free(self.allocator);
        }
    }

    fn size(&mut self) -> usize {
        let end = match self.random.range(0, 200) {
            0 => 64 << 10,
            1..11 => 4 << 10,
            _ => 512,
        };
        self.random.range(2, end / 8) * 8
    }
}

/// Put a block there, or nothing, and take what was there.
fn exchange(slot: &AtomicPtr<u8>, block: Option<Block>) -> Option<Block> {
    let block = block.map_or(ptr::null_mut(), Block::into_raw);
    // AcqRel: pairs with itself in another thread: what that wrote to the block is seen here.
    let other = slot.swap(block, Ordering::AcqRel);
    if other.is_null() {
        return None;
    }
    // SAFETY: only `into_raw` puts something there, and it was taken; `fill` wrote the size.
    let size = unsafe { other.cast::<u64>().read() } as usize;
    // SAFETY: the same.
    unsafe { Block::from_raw(other, size) }
}

/// What stands in a block: its size, and then in each line of the cache a word that follows from it.
fn fill(block: &Block) {
    block.write_word(0, block.size() as u64);
    for at in (1..block.size() / 8).step_by(8) {
        block.write_word(at, word(block, at));
    }
}

fn check(block: &Block) {
    assert_eq!(block.read_word(0), block.size() as u64, "a block was overwritten");
    for at in (1..block.size() / 8).step_by(8) {
        assert_eq!(block.read_word(at), word(block, at), "a block was overwritten");
    }
}

fn word(block: &Block, at: usize) -> u64 {
    (block.size() as u64) << 32 ^ at as u64
}
