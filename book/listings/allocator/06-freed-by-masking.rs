//! The bit masked out: freeing twice costs nobody else a slot.
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

    unsafe fn dealloc(&self, place: *mut u8, _: Layout) {
        let slot = (place.addr() - self.spaces.get().addr()) / 4;
        while self.is_allocating.compare_exchange(false, true, SeqCst, SeqCst).is_err() {
            std::thread::yield_now();
        }
        // ANCHOR: clear
        unsafe { *self.tracker.get() &= !(1 << slot) };
        // ANCHOR_END: clear
        self.is_allocating.store(false, SeqCst);
    }
}
// ANCHOR_END: allocator

static ALLOCATOR: FourBytes = FourBytes {
    spaces: UnsafeCell::new([0; 256]),
    tracker: UnsafeCell::new(0),
    is_allocating: AtomicBool::new(false),
};

// ANCHOR: main
fn main() {
    let layout = Layout::new::<u32>();
    let first = unsafe { ALLOCATOR.alloc(layout) }.cast::<u32>();
    let second = unsafe { ALLOCATOR.alloc(layout) }.cast::<u32>();
    unsafe { second.write(2) };
    unsafe { ALLOCATOR.dealloc(first.cast(), layout) };
    unsafe { ALLOCATOR.dealloc(first.cast(), layout) }; // the mistake of some caller

    println!("tracker: {:b}", unsafe { *ALLOCATOR.tracker.get() });
    let third = unsafe { ALLOCATOR.alloc(layout) }.cast::<u32>();
    unsafe { third.write(3) };
    println!("second holds {}", unsafe { second.read() });
}
// ANCHOR_END: main
// ANCHOR_END: all
