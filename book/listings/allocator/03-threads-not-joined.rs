//! Five threads, and a main thread that does not wait for them.
//@ error-in-other-file: the main thread terminated without waiting
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
    for thread in 0..5 {
        std::thread::spawn(move || {
            for _ in 0..15 {
                let place = unsafe { ALLOCATOR.alloc(Layout::new::<u32>()) };
                println!("thread {thread}: null is {}", place.is_null());
            }
        });
    }
}
// ANCHOR_END: main
// ANCHOR_END: all
