//! The skeleton: it refuses everything but four bytes aligned to four.
//@ error-in-other-file: the program aborted execution
// ANCHOR: all
use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;

struct FourBytes {
    spaces: UnsafeCell<[u32; 64]>,
}

// SAFETY: for now there is one block, and one thread.
unsafe impl Sync for FourBytes {}

unsafe impl GlobalAlloc for FourBytes {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() != 4 || layout.align() != 4 {
            return std::ptr::null_mut(); // "out of memory", as the trait's docs ask
        }
        self.spaces.get().cast()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: FourBytes = FourBytes { spaces: UnsafeCell::new([0; 64]) };

fn main() {
    let four = Box::new(4_u32);
    println!("{four}");
    let eight = Box::new(8_u64);
    println!("{eight}");
}
// ANCHOR_END: all
