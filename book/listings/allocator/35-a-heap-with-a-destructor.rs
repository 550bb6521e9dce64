//! A thread-local with a destructor is gone while others still free their memory.
//@ error-in-other-file: unwinding past a stack frame that does not allow unwinding
// ANCHOR: all
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};

const SIZE: usize = 64;

// ANCHOR: heap
/// What a thread's heap is in this program: a count. When the thread ends it is handed on.
struct Heap(Cell<isize>);

impl Drop for Heap {
    fn drop(&mut self) {}
}

thread_local! {
    static HEAP: Heap = const { Heap(Cell::new(0)) };
}

/// Counts the blocks of one size, and has the system do the work.
struct Counting;

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() == SIZE {
            HEAP.with(|heap| heap.0.set(heap.0.get() + 1));
        }
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() == SIZE {
            // Perhaps it counted in another thread's heap.
            HEAP.with(|heap| heap.0.set(heap.0.get() - 1));
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
}
// ANCHOR_END: main
// ANCHOR_END: all
