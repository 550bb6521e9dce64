//! The same read, when `alloc` gives the block a tag of its own and `dealloc` takes it away.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
// ANCHOR: all
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;

/// One block of four bytes, given out again and again.
struct Arena {
    memory: UnsafeCell<MaybeUninit<u32>>,
}

impl Arena {
    fn alloc(&self) -> *mut u32 {
        // A reference to this block alone: what is given out is derived from it.
        let block = unsafe { &mut *self.memory.get() };
        block.as_mut_ptr()
    }

    fn dealloc(&self, _: *mut u32) {
        // A write that is not derived from it ends it, and leaves nothing to read.
        unsafe { self.memory.get().write(MaybeUninit::uninit()) };
    }
}

fn main() {
    let arena = Arena { memory: UnsafeCell::new(MaybeUninit::uninit()) };
    let mine = arena.alloc();
    unsafe { mine.write(1) };
    arena.dealloc(mine);

    println!("after free: {}", unsafe { mine.read() });
    //~[stacked]^ ERROR: does not exist in the borrow stack
    //~[tree]^^ ERROR: is forbidden
}
// ANCHOR_END: all
