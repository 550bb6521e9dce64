//! Every order in which threads can meet: in the lock, and in the bitmap.
#![cfg(loom)]
#![allow(clippy::unwrap_used)]

mod common;
#[path = "loom/log.rs"]
mod event_log;
#[path = "loom/homes.rs"]
mod homes;

use std::alloc::{GlobalAlloc, Layout};

use allocator::{FirstFit, Hardened, SlotAllocator};
use common::{Block, layout};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// An allocator whose blocks are all of one size, at most `N` of them. Each has a loom cell that
/// stands for its bytes: loom fails the model when two threads are in one cell at once, or when one
/// has not seen that the other left.
struct Checked<A, const N: usize> {
    allocator: A,
    layout: Layout,
    cells: [UnsafeCell<u32>; N],
}

// SAFETY: a cell belongs to whoever has the block: that is what the models put to the test.
unsafe impl<A: Sync, const N: usize> Sync for Checked<A, N> {}
// SAFETY: as above.
unsafe impl<A: Send, const N: usize> Send for Checked<A, N> {}

impl<A: GlobalAlloc + Send + Sync + 'static, const N: usize> Checked<A, N> {
    fn new(allocator: A, layout: Layout) -> Arc<Self> {
        let cells = core::array::from_fn(|_| UnsafeCell::new(0));
        Arc::new(Self { allocator, layout, cells })
    }

    /// Allocate, write to the block, free. Whether there was a block.
    fn visit(&self) -> bool {
        let Some(block) = Block::new(&self.allocator, self.layout) else { return false };
        // Blocks are neighbours, so their numbers differ modulo `N`.
        let cell = &self.cells[block.address() / self.layout.size() % N];
        // SAFETY: the block is ours.
        cell.with_mut(|count| unsafe { *count += 1 });
        true
    }

    /// Two threads visit, then this one does. How many of the two found a block.
    fn two_threads(this: &Arc<Self>) -> usize {
        let threads = [(); 2].map(|()| {
            let this = Arc::clone(this);
            thread::spawn(move || this.visit())
        });
        let served = threads.map(|thread| thread.join().unwrap());
        assert!(this.visit(), "all was given back");
        served.into_iter().filter(|&served| served).count()
    }
}

#[test]
fn one_slot_goes_from_thread_to_thread() {
    loom::model(|| {
        let slots = Checked::<_, 1>::new(SlotAllocator::<4, 1>::new(), layout(4, 4));
        assert!(Checked::two_threads(&slots) >= 1);
    });
}

#[test]
fn two_slots_are_enough_for_two_threads() {
    loom::model(|| {
        let slots = Checked::<_, 2>::new(SlotAllocator::<4, 2>::new(), layout(4, 4));
        assert_eq!(Checked::two_threads(&slots), 2);
    });
}

/// Under loom a word stands for two slots. One is left in the first word, one in the second: a thread
/// that finds the first word full goes on to the second, and one that begins there comes round.
#[test]
fn slots_of_two_words() {
    loom::model(|| {
        let slots = Checked::<_, 3>::new(SlotAllocator::<4, 3>::new(), layout(4, 4));
        let taken = Block::new(&slots.allocator, slots.layout).unwrap();
        std::mem::forget(taken);
        assert_eq!(Checked::two_threads(&slots), 2);
        assert_eq!(slots.allocator.in_use(), 1);
    });
}

/// One thread goes on to the second word while another frees a slot in the first: whoever comes next
/// begins at the second word, finds it full, and must come round.
#[test]
fn a_slot_freed_behind_the_search() {
    loom::model(|| {
        let slots = Arc::new(SlotAllocator::<4, 3>::new());
        let four = layout(4, 4);
        // SAFETY: the size is not 0.
        let [first, _] = [(); 2].map(|()| unsafe { slots.alloc(four) });
        let searching = thread::spawn({
            let slots = Arc::clone(&slots);
            // SAFETY: the size is not 0.
            move || assert!(!unsafe { slots.alloc(four) }.is_null())
        });
        // SAFETY: it came from there, with this layout.
        unsafe { slots.dealloc(first, four) };
        searching.join().unwrap();
        // SAFETY: the size is not 0.
        assert!(!unsafe { slots.alloc(four) }.is_null(), "one slot is free");
        assert_eq!(slots.in_use(), 3);
    });
}

/// Under loom one block waits in quarantine: it is the only one, and goes from the thread that freed it to the one
/// that needs it. Both served, or one of them while the other has it: both must come up.
#[test]
fn a_block_that_waits_goes_to_whoever_needs_it() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(std::collections::BTreeSet::new()));
    let also_seen = std::sync::Arc::clone(&seen);
    loom::model(move || {
        let hardened = Hardened::with_seed(SlotAllocator::<64, 1>::new(), 1);
        let slots = Checked::<_, 1>::new(hardened, layout(40, 8));
        also_seen.lock().unwrap().insert(Checked::two_threads(&slots));
        slots.allocator.check();
        assert_eq!(slots.allocator.inner().in_use(), 1);
        slots.allocator.flush();
        assert_eq!(slots.allocator.inner().in_use(), 0);
    });
    assert!(seen.lock().unwrap().iter().eq(&[1, 2]));
}

/// Whoever frees a block drives out the one that waits.
#[test]
fn a_block_that_waits_is_driven_out() {
    loom::model(|| {
        let hardened = Hardened::with_seed(SlotAllocator::<64, 2>::new(), 1);
        // Neighbours are 64 bytes apart: one or two cells of three.
        let slots = Checked::<_, 3>::new(hardened, layout(40, 8));
        assert!(Checked::two_threads(&slots) >= 1);
        slots.allocator.flush();
        assert_eq!(slots.allocator.inner().in_use(), 0);
    });
}

/// The lock: its holder's writes are seen by the next one. The way out with null lets go of it too.
#[test]
fn one_block_under_the_lock() {
    loom::model(|| {
        let arena = Checked::<_, 1>::new(FirstFit::<16>::new(), layout(16, 16));
        assert!(Checked::two_threads(&arena) >= 1);
        arena.allocator.check().unwrap();
        assert_eq!(arena.allocator.stats().used, 0);
    });
}

#[test]
fn two_blocks_under_the_lock() {
    loom::model(|| {
        let arena = Checked::<_, 2>::new(FirstFit::<32>::new(), layout(16, 16));
        assert_eq!(Checked::two_threads(&arena), 2);
        arena.allocator.check().unwrap();
        assert_eq!(arena.allocator.stats().used, 0);
    });
}
