//! A block is used again while a function that was given its last owner still runs.
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
    let first = Box::new([1_u8; SIZE]);
    let second = next(first);
    println!("{}", second[0]);
}

fn next(old: Box<[u8; SIZE]>) -> Box<[u8; SIZE]> {
    let number = old[0] + 1;
    drop(old);
    // The block is free, and the lowest. But `old` is an argument of a call that still runs.
    Box::new([number; SIZE])
    //~[stacked]^ ERROR: weakly protected
    //~[tree]^^ ERROR: is forbidden
}
// ANCHOR_END: main
// ANCHOR_END: all
