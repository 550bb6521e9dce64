//! The works of threads that stay: there before the clock starts, and after it stops.

use std::alloc::GlobalAlloc;
use std::mem;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::block::Block;
use crate::contestants::Work;
use crate::harness::{Size, Turn, race, race_with};
use crate::random::Random;

/// What the small blocks of the simple works have.
pub(crate) const SMALL: usize = 64;
/// How many blocks are allocated before the first is freed.
pub(crate) const BATCH: usize = 1_000;
/// Blocks that are handed over together.
pub(crate) const HANDED_OVER: usize = 4_096;
/// How often an object is written to before it is freed.
const WRITES: usize = 100;

/// As much as lets caches and allocators learn.
fn warm(size: Size) -> u64 {
    size.operations / 8
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn free_all<A: GlobalAlloc>(allocator: &A, blocks: &mut Vec<Block>) {
    for block in blocks.drain(..) {
        block.free(allocator);
    }
}

/// Allocate a small block and free it. An operation is both.
pub(crate) struct Pairs;

impl Work for Pairs {
    type Input = Size;
    type Output = Turn;

    fn run<A: GlobalAlloc + Sync>(allocator: &A, size: Size) -> Turn {
        race(size, warm(size), |_, operations| {
            for _ in 0..operations {
                Block::new(allocator, SMALL).free(allocator);
            }
        })
    }
}

/// Allocate a batch of small blocks, then free them in the same order. An operation is a block.
pub(crate) struct SmallBatches;

impl Work for SmallBatches {
    type Input = Size;
    type Output = Turn;

    fn run<A: GlobalAlloc + Sync>(allocator: &A, size: Size) -> Turn {
        race_with(size, warm(size), |_| {
            let mut blocks = Vec::with_capacity(BATCH);
            move |operations| {
                for _ in 0..operations / BATCH as u64 {
                    blocks.extend((0..BATCH).map(|_| Block::new(allocator, SMALL)));
                    free_all(allocator, &mut blocks);
                }
            }
        })
    }
}

/// The same for blocks of 8 to 1,023 bytes, one in 32 up to 16 KiB, which are freed in another order.
pub(crate) struct MixedBatches;

impl Work for MixedBatches {
    type Input = Size;
    type Output = Turn;

    fn run<A: GlobalAlloc + Sync>(allocator: &A, size: Size) -> Turn {
        race_with(size, warm(size), |thread| {
            let mut random = Random::new(thread);
            let mut sizes = Vec::with_capacity(BATCH);
            for _ in 0..BATCH {
                let end = if random.range(0, 32) == 0 { 16 << 10 } else { 1 << 10 };
                sizes.push(random.range(8, end));
            }
            let mut order: Vec<usize> = (0..BATCH).collect();
            random.shuffle(&mut order);
            let mut blocks: Vec<Option<Block>> = Vec::with_capacity(BATCH);
            move |operations| {
                for _ in 0..operations / BATCH as u64 {
                    blocks.extend(sizes.iter().map(|&size| Some(Block::new(allocator, size))));
                    for &at in &order {
                        if let Some(block) = blocks[at].take() {
                            block.free(allocator);
                        }
                    }
                    blocks.clear();
                }
            }
        })
    }
}

/// Allocate (three in seven actions), free (three), resize (one) at random, with sizes below `MOST`
/// of which small ones are more likely. How many blocks there are wanders. An operation is an action.
pub(crate) struct RandomActions<const MOST: usize>;

impl<const MOST: usize> Work for RandomActions<MOST> {
    type Input = Size;
    type Output = Turn;

    fn run<A: GlobalAlloc + Sync>(allocator: &A, size: Size) -> Turn {
        race_with(size, warm(size), |thread| {
            let mut thread = Actions::<A, MOST> {
                allocator,
                random: Random::new(thread),
                blocks: Vec::with_capacity(10_000),
            };
            move |operations| {
                for _ in 0..operations {
                    thread.act();
                }
            }
        })
    }
}

struct Actions<'a, A: GlobalAlloc, const MOST: usize> {
    allocator: &'a A,
    random: Random,
    blocks: Vec<Block>,
}

impl<A: GlobalAlloc, const MOST: usize> Actions<'_, A, MOST> {
    fn size(&mut self) -> usize {
        let end = self.random.range(16, MOST);
        self.random.range(4, end)
    }

    #[inline]
    fn act(&mut self) {
        let action = if self.blocks.is_empty() { 0 } else { self.random.range(0, 7) };
        if action < 3 {
            let size = self.size();
            self.blocks.push(Block::new(self.allocator, size));
            return;
        }
        let at = self.random.range(0, self.blocks.len());
        if action < 6 {
            self.blocks.swap_remove(at).free(self.allocator);
        } else {
            let size = self.size();
            self.blocks[at].resize(self.allocator, size);
        }
    }
}

impl<A: GlobalAlloc, const MOST: usize> Drop for Actions<'_, A, MOST> {
    fn drop(&mut self) {
        free_all(self.allocator, &mut self.blocks);
    }
}

/// Pairs of threads: one allocates small blocks, the other frees them, a batch at a time. An
/// operation is a block's whole life, so each thread does its half of two. (After `xmalloc-test`.)
pub(crate) struct HandOver;

impl Work for HandOver {
    type Input = Size;
    type Output = Turn;

    fn run<A: GlobalAlloc + Sync>(allocator: &A, size: Size) -> Turn {
        // What a thread takes from, and what it gives to; even numbers allocate.
        let mut ends = Vec::new();
        for _ in 0..size.threads / 2 {
            let (full, consumer) = channel();
            let (empty, producer) = channel();
            // So many are under way, at most.
            for _ in 0..4 {
                let sent = empty.send(Vec::with_capacity(HANDED_OVER));
                assert!(sent.is_ok());
            }
            ends.push((producer, full));
            ends.push((consumer, empty));
        }
        type End = (Receiver<Vec<Block>>, Sender<Vec<Block>>);
        let ends: Vec<Mutex<Option<End>>> = ends.into_iter().map(|it| Some(it).into()).collect();
        race_with(size, warm(size), |thread| {
            let end = lock(&ends[thread as usize]).take();
            let allocates = thread.is_multiple_of(2);
            move |operations| {
                let Some((take, give)) = &end else { return };
                for _ in 0..(2 * operations / HANDED_OVER as u64).max(1) {
                    let Ok(mut blocks) = take.recv() else { return };
                    if allocates {
                        blocks.extend((0..HANDED_OVER).map(|_| Block::new(allocator, SMALL)));
                    } else {
                        free_all(allocator, &mut blocks);
                    }
                    // The last batch may come back when nobody waits for it.
                    drop(give.send(blocks));
                }
            }
        })
    }
}

/// Objects of one byte, allocated side by side by one thread, and freed each by another; then each
/// thread allocates one, writes to it again and again and frees it, over and over. Who gives out the
/// parts of one cache line to several threads makes them slow. An operation is an object. (After
/// `cache-scratch`, of Hoard.)
pub(crate) struct Scratch;

impl Work for Scratch {
    type Input = Size;
    type Output = Turn;

    fn run<A: GlobalAlloc + Sync>(allocator: &A, size: Size) -> Turn {
        let objects = (0..size.threads).map(|_| Mutex::new(Some(Block::new(allocator, 1))));
        let objects: Vec<_> = objects.collect();
        race_with(size, warm(size), |thread| {
            if let Some(object) = lock(&objects[thread as usize]).take() {
                object.free(allocator);
            }
            move |operations| {
                for _ in 0..operations {
                    let object = Block::new(allocator, 1);
                    for n in 0..WRITES {
                        object.write(0, n as u8);
                    }
                    object.free(allocator);
                }
            }
        })
    }
}

/// Each thread has a few batches of blocks of 16 to 1,000 bytes, small ones more likely, and replaces
/// the oldest: in one round it frees that itself, in the next its neighbour does, unless that has not
/// come to the last ones yet. An operation is a block. (After `rptest`, of rpmalloc.)
pub(crate) struct Neighbours;

/// The batches that a thread keeps.
const KEPT: usize = 4;
/// The batches that may wait for a neighbour, who may have no processor now.
const WAITING: usize = 4;

/// Who put which batches before a thread's door.
type Door = Mutex<Vec<Vec<Block>>>;

impl Work for Neighbours {
    type Input = Size;
    type Output = Turn;

    fn run<A: GlobalAlloc + Sync>(allocator: &A, size: Size) -> Turn {
        let doors: Vec<Door> = (0..size.threads).map(|_| Door::default()).collect();
        let turn = race_with(size, warm(size), |thread| {
            let thread = thread as usize;
            let mut thread = Neighbour {
                allocator,
                random: Random::new(thread as u64),
                kept: Default::default(),
                door: &doors[thread],
                next: &doors[(thread + 1) % doors.len()],
                empty: Vec::new(),
                arrived: Vec::new(),
            };
            move |operations| {
                for round in 0..operations / BATCH as u64 {
                    thread.round(round as usize);
                }
            }
        });
        for mut blocks in doors.iter().flat_map(|it| mem::take(&mut *lock(it))) {
            free_all(allocator, &mut blocks);
        }
        turn
    }
}

struct Neighbour<'a, A: GlobalAlloc> {
    allocator: &'a A,
    random: Random,
    kept: [Vec<Block>; KEPT],
    door: &'a Door,
    next: &'a Door,
    /// For the next batches.
    empty: Vec<Vec<Block>>,
    arrived: Vec<Vec<Block>>,
}

impl<A: GlobalAlloc> Neighbour<'_, A> {
    fn round(&mut self, round: usize) {
        let mut batch = self.empty.pop().unwrap_or_else(|| Vec::with_capacity(BATCH));
        for _ in 0..BATCH {
            // The lesser of two: the larger a size is, the less likely, in a straight line.
            let size = self.random.range(16, 1_001).min(self.random.range(16, 1_001));
            batch.push(Block::new(self.allocator, size));
        }
        let mut oldest = mem::replace(&mut self.kept[round % KEPT], batch);
        let mut next = lock(self.next);
        if round.is_multiple_of(2) || next.len() == WAITING {
            drop(next);
            free_all(self.allocator, &mut oldest);
            self.empty.push(oldest);
        } else {
            next.push(oldest);
            drop(next);
        }
        mem::swap(&mut self.arrived, &mut *lock(self.door));
        for mut blocks in self.arrived.drain(..) {
            free_all(self.allocator, &mut blocks);
            self.empty.push(blocks);
        }
    }
}

impl<A: GlobalAlloc> Drop for Neighbour<'_, A> {
    fn drop(&mut self) {
        for blocks in &mut self.kept {
            free_all(self.allocator, blocks);
        }
    }
}
