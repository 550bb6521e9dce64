//! The next place to try is the next one that is aligned.
//@ check-pass
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
        while self.is_allocating.compare_exchange(false, true, SeqCst, SeqCst).is_err() {
            std::thread::yield_now();
        }
    }

    // ANCHOR: find
    fn find(blocks: &[Option<Block>], layout: Layout) -> Option<usize> {
        let mut start = 0;
        while start + layout.size() <= 1024 {
            let (first, last) = (start, start + layout.size() - 1);
            let holds = |b: &Block, byte| b.0 <= byte && byte < b.0 + b.1;
            match blocks.iter().flatten().find(|b| holds(b, first) || holds(b, last)) {
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
        let place = Self::find(blocks, layout);
        let free_entry = blocks.iter_mut().find(|entry| entry.is_none());
        let found = place.zip(free_entry).map(|(start, entry)| {
            *entry = Some((start, layout.size()));
            unsafe { self.memory.get().cast::<u8>().add(start) }
        });
        self.is_allocating.store(false, SeqCst);
        found.unwrap_or(null_mut())
    }

    unsafe fn dealloc(&self, place: *mut u8, _: Layout) {
        let start = place.addr() - self.memory.get().addr();
        self.lock();
        let blocks = unsafe { &mut *self.blocks.get() };
        if let Some(entry) = blocks.iter_mut().find(|e| e.is_some_and(|b| b.0 == start)) {
            *entry = None;
        }
        self.is_allocating.store(false, SeqCst);
    }
}
// ANCHOR_END: allocator

static ALLOCATOR: FirstFit = FirstFit {
    memory: UnsafeCell::new([0; 1024]),
    blocks: UnsafeCell::new([None; 16]),
    is_allocating: AtomicBool::new(false),
};

// ANCHOR: main
fn main() {
    let byte = unsafe { ALLOCATOR.alloc(Layout::new::<u8>()) };
    unsafe { byte.write(1) };
    let number = unsafe { ALLOCATOR.alloc(Layout::new::<u64>()) }.cast::<u64>();
    unsafe { number.write(5) };
    println!("{} {}", unsafe { *byte }, unsafe { *number });
}
// ANCHOR_END: main
// ANCHOR_END: all
