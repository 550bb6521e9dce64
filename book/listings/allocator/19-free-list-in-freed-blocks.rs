//! A free list inside the blocks that are free: `dealloc` writes into a block that `drop` has.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
// ANCHOR: all
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

// ANCHOR: allocator
const SIZE: usize = 64;

/// Blocks of one size; all else goes to the system. One thread only, to keep it short.
#[repr(C, align(64))]
struct Blocks {
    memory: UnsafeCell<[[u8; SIZE]; 16]>,
    /// How many blocks were given out at least once.
    begun: UnsafeCell<usize>,
    /// The first free block; its first bytes say which is the next.
    free: UnsafeCell<*mut u8>,
}

unsafe impl Sync for Blocks {}

unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (begun, free) = (self.begun.get(), self.free.get());
        unsafe {
            if layout.size() != SIZE {
                System.alloc(layout)
            } else if !(*free).is_null() {
                let block = *free;
                *free = block.cast::<*mut u8>().read();
                block
            } else if *begun < 16 {
                *begun += 1;
                self.memory.get().cast::<u8>().add((*begun - 1) * SIZE)
            } else {
                null_mut()
            }
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() != SIZE {
            return unsafe { System.dealloc(block, layout) };
        }
        let next = unsafe { self.free.get().read() };
        // Not through `block`: what a `Box` gives back reaches no further than its value.
        let block = self.memory.get().cast::<u8>().with_addr(block.addr());
        unsafe { block.cast::<*mut u8>().write(next) };
        //~[stacked]^ ERROR: weakly protected
        //~[tree]^^ ERROR: is forbidden
        unsafe { self.free.get().write(block) };
    }
}
// ANCHOR_END: allocator

#[global_allocator]
static ALLOCATOR: Blocks = Blocks {
    memory: UnsafeCell::new([[0; SIZE]; 16]),
    begun: UnsafeCell::new(0),
    free: UnsafeCell::new(null_mut()),
};

// ANCHOR: main
fn main() {
    let block = Box::new([7_u8; SIZE]);
    drop(block);
}
// ANCHOR_END: main
// ANCHOR_END: all
