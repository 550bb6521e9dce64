//! A read after free, inside an arena: Miri has nothing to say.
//@ check-pass
// ANCHOR: all
use std::cell::UnsafeCell;

/// One block of four bytes, given out again and again.
struct Arena {
    memory: UnsafeCell<u32>,
}

impl Arena {
    fn alloc(&self) -> *mut u32 {
        self.memory.get()
    }

    fn dealloc(&self, _: *mut u32) {}
}

fn main() {
    let arena = Arena { memory: UnsafeCell::new(0) };
    let mine = arena.alloc();
    unsafe { mine.write(1) };
    arena.dealloc(mine);

    println!("after free: {}", unsafe { mine.read() });
    let yours = arena.alloc();
    unsafe { yours.write(2) };
    println!("after reuse: {}", unsafe { mine.read() });
}
// ANCHOR_END: all
