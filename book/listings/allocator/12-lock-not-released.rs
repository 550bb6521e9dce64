//! Out of memory returns early, and takes the lock with it.
// ANCHOR: all
use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

// ANCHOR: allocator
/// A block that is given out: where it begins in `memory`, and its length.
type Block = (usize, usize);

#[repr(C, align(64))]
struct FirstFit {
    memory: UnsafeCell<[u8; 1024]>,
    blocks: UnsafeCell<[Option<Block>; 16]>,
    is_allocating: AtomicBool,
}

// SAFETY: the table is touched while `is_allocating` is ours, a block by whoever got it.
unsafe impl Sync for FirstFit {}

impl FirstFit {
    fn lock(&self) {
        let mut tries = 0;
        while self.is_allocating.compare_exchange(false, true, SeqCst, SeqCst).is_err() {
            tries += 1;
            if tries == 1000 {
                eprintln!("looked {tries} times, and the lock was never free");
                std::process::abort(); //~ ERROR: the program aborted execution
            }
            std::thread::yield_now();
        }
    }

    // ANCHOR: find
    fn find(blocks: &[Option<Block>], layout: Layout) -> Option<usize> {
        let mut start = 0;
        while start + layout.size() <= 1024 {
            let end = start + layout.size();
            match blocks.iter().flatten().find(|b| b.0 < end && start < b.0 + b.1) {
                Some(b) => start = (b.0 + b.1).next_multiple_of(layout.align()),
                None => return Some(start),
            }
        }
        None
    }
    // ANCHOR_END: find
}

unsafe impl GlobalAlloc for FirstFit {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.lock();
        let blocks = unsafe { &mut *self.blocks.get() };
        let Some(start) = Self::find(blocks, layout) else {
            return null_mut(); // and the lock?
        };
        let Some(entry) = blocks.iter_mut().find(|entry| entry.is_none()) else {
            return null_mut(); // and the lock?
        };
        *entry = Some((start, layout.size()));
        self.is_allocating.store(false, SeqCst);
        unsafe { self.memory.get().cast::<u8>().add(start) }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
// ANCHOR_END: allocator

static ALLOCATOR: FirstFit = FirstFit {
    memory: UnsafeCell::new([0; 1024]),
    blocks: UnsafeCell::new([None; 16]),
    is_allocating: AtomicBool::new(false),
};

// ANCHOR: main
fn main() {
    let too_much = unsafe { ALLOCATOR.alloc(Layout::new::<[u8; 5000]>()) };
    println!("too much is null: {}", too_much.is_null());
    let a_byte = unsafe { ALLOCATOR.alloc(Layout::new::<u8>()) };
    println!("a byte is null: {}", a_byte.is_null());
}
// ANCHOR_END: main
// ANCHOR_END: all
