//! The same blocks with a bitmap beside them: `dealloc` does not touch the block.
//@ check-pass
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
    /// Bit `i` is set while block `i` is taken.
    taken: UnsafeCell<u16>,
}

unsafe impl Sync for Blocks {}

unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() != SIZE {
            return unsafe { System.alloc(layout) };
        }
        let taken = unsafe { &mut *self.taken.get() };
        let block = taken.trailing_ones() as usize;
        if block == 16 {
            return null_mut();
        }
        *taken |= 1 << block;
        unsafe { self.memory.get().cast::<u8>().add(block * SIZE) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() != SIZE {
            return unsafe { System.dealloc(block, layout) };
        }
        let block = (block.addr() - self.memory.get().addr()) / SIZE;
        unsafe { *self.taken.get() &= !(1 << block) };
    }
}
// ANCHOR_END: allocator

#[global_allocator]
static ALLOCATOR: Blocks =
    Blocks { memory: UnsafeCell::new([[0; SIZE]; 16]), taken: UnsafeCell::new(0) };

// ANCHOR: main
fn main() {
    let block = Box::new([7_u8; SIZE]);
    drop(block);
    println!("taken: {:b}", unsafe { *ALLOCATOR.taken.get() });
}
// ANCHOR_END: main
// ANCHOR_END: all
