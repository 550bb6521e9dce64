//@ check-pass
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
    println!("before free: {}", unsafe { mine.read() });
    arena.dealloc(mine);
}
// ANCHOR_END: all
