//! Other threads leave blocks in an inbox, and the owner takes all of them at once.
//@ check-pass
// ANCHOR: all
use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::{Acquire, Relaxed, Release}};
use std::thread;

// ANCHOR: heap
/// One thread's heap. A free block holds a pointer to the next.
struct Heap {
    /// The owner's alone.
    free: UnsafeCell<*mut Block>,
    /// For all others: the block that was left last.
    inbox: AtomicPtr<Block>,
    blocks: UnsafeCell<[Block; 4]>,
}

struct Block {
    next: *mut Block,
}

// SAFETY: `free` is touched by the owner alone, a block by whoever has it.
unsafe impl Sync for Heap {}

impl Heap {
    // ANCHOR: allocate
    /// As the owner.
    fn allocate(&self) -> *mut Block {
        unsafe {
            if (*self.free.get()).is_null() {
                // Acquire: pairs with the Release in `leave`, so that the links are seen.
                *self.free.get() = self.inbox.swap(ptr::null_mut(), Acquire);
            }
            let block = *self.free.get();
            if !block.is_null() {
                *self.free.get() = (*block).next;
            }
            block
        }
    }

    /// As anybody.
    fn leave(&self, block: *mut Block) {
        let mut last = self.inbox.load(Relaxed);
        loop {
            unsafe { (*block).next = last };
            // Release: pairs with the Acquire in `allocate`.
            match self.inbox.compare_exchange_weak(last, block, Release, Relaxed) {
                Ok(_) => return,
                Err(now) => last = now,
            }
        }
    }
    // ANCHOR_END: allocate
}
// ANCHOR_END: heap

static HEAP: Heap = Heap {
    free: UnsafeCell::new(ptr::null_mut()),
    inbox: AtomicPtr::new(ptr::null_mut()),
    blocks: UnsafeCell::new([const { Block { next: ptr::null_mut() } }; 4]),
};

// ANCHOR: main
struct Sent(*mut Block);
unsafe impl Send for Sent {}

fn main() {
    for number in 0..4 {
        HEAP.leave(unsafe { HEAP.blocks.get().cast::<Block>().add(number) });
    }
    let others = [(); 4].map(|()| {
        let sent = Sent(HEAP.allocate());
        thread::spawn(move || {
            let Sent(block) = { sent };
            HEAP.leave(block);
        })
    });
    for other in others {
        other.join().unwrap();
    }
    let all: Vec<bool> = (0..5).map(|_| HEAP.allocate().is_null()).collect();
    println!("null: {all:?}");
}
// ANCHOR_END: main
// ANCHOR_END: all
