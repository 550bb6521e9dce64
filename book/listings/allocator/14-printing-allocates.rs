//! `println!` inside `alloc`: printing allocates, and that prints.
//@ error-in-other-file: the evaluated program deadlocked
// ANCHOR: all
use std::alloc::{GlobalAlloc, Layout, System};

struct Talking;

unsafe impl GlobalAlloc for Talking {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        println!("alloc {}-{}", layout.size(), layout.align());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Talking = Talking;

fn main() {
    drop(Box::new(5));
}
// ANCHOR_END: all
