//! Five threads, each with fifteen attempts, for sixty-four slots.
//@ check-pass
// ANCHOR: all
use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

// ANCHOR: allocator
#[repr(C, align(4))]
struct FourBytes {
    spaces: UnsafeCell<[u8; 256]>,
    /// Bit `i` is set while slot `i` is taken.
    tracker: UnsafeCell<u64>,
    is_allocating: AtomicBool,
}

// SAFETY: the tracker is touched while `is_allocating` is ours, a slot by whoever got it.
unsafe impl Sync for FourBytes {}

unsafe impl GlobalAlloc for FourBytes {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() != 4 || layout.align() != 4 {
            return null_mut();
        }
        while self.is_allocating.compare_exchange(false, true, SeqCst, SeqCst).is_err() {
            std::thread::yield_now();
        }
        let tracker = self.tracker.get();
        let slot = unsafe { *tracker }.trailing_ones() as usize;
        if slot < 64 {
            unsafe { *tracker |= 1 << slot };
        }
        self.is_allocating.store(false, SeqCst);

        if slot == 64 {
            return null_mut();
        }
        unsafe { self.spaces.get().cast::<u8>().add(slot * 4) }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
// ANCHOR_END: allocator

static ALLOCATOR: FourBytes = FourBytes {
    spaces: UnsafeCell::new([0; 256]),
    tracker: UnsafeCell::new(0),
    is_allocating: AtomicBool::new(false),
};

// ANCHOR: main
fn main() {
    let threads: Vec<_> = (0..5)
        .map(|_| {
            std::thread::spawn(|| {
                let attempt = || unsafe { ALLOCATOR.alloc(Layout::new::<u32>()) };
                (0..15).map(|_| attempt().addr()).collect::<Vec<usize>>()
            })
        })
        .collect();
    let mut all: Vec<usize> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
    let nulls = all.iter().filter(|&&address| address == 0).count();
    all.sort();
    all.dedup();
    println!("{nulls} nulls, and {} different addresses", all.len() - 1);
}
// ANCHOR_END: main
// ANCHOR_END: all
