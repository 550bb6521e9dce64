//! The same, with nothing to drop: what is there when the thread starts is there until it ends.
//@ check-pass
// ANCHOR: all
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};

const SIZE: usize = 64;

// ANCHOR: heap
thread_local! {
    static HEAP: Cell<isize> = const { Cell::new(0) };
}

/// Counts the blocks of one size, and has the system do the work.
struct Counting;

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() == SIZE {
            HEAP.set(HEAP.get() + 1);
        }
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() == SIZE {
            // Perhaps it counted in another thread's heap.
            HEAP.set(HEAP.get() - 1);
        }
        unsafe { System.dealloc(block, layout) };
    }
}
// ANCHOR_END: heap

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// ANCHOR: main
thread_local! {
    static KEPT: RefCell<Option<Box<[u8; SIZE]>>> = const { RefCell::new(None) };
}

fn main() {
    let thread = std::thread::spawn(|| {
        KEPT.with_borrow_mut(|kept| *kept = Some(Box::new([7; SIZE])));
    });
    thread.join().unwrap();
    println!("the thread has ended");
}
// ANCHOR_END: main
// ANCHOR_END: all
