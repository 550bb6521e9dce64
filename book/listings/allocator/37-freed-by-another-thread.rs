//! A list that its owner uses without a lock, and another thread that frees into it.
// ANCHOR: all
use std::cell::UnsafeCell;
use std::ptr;
use std::thread;

// ANCHOR: heap
/// One thread's heap. A free block holds a pointer to the next.
struct Heap {
    free: UnsafeCell<*mut Block>,
    blocks: UnsafeCell<[Block; 4]>,
}

struct Block {
    next: *mut Block,
}

// The promise that this program breaks.
unsafe impl Sync for Heap {}

impl Heap {
    fn allocate(&self) -> *mut Block {
        unsafe {
            let block = *self.free.get();
            if !block.is_null() {
                *self.free.get() = (*block).next;
            }
            block
        }
    }

    fn release(&self, block: *mut Block) {
        unsafe {
            (*block).next = *self.free.get(); //~ ERROR: Data race detected
            *self.free.get() = block;
        }
    }
}
// ANCHOR_END: heap

static HEAP: Heap = Heap {
    free: UnsafeCell::new(ptr::null_mut()),
    blocks: UnsafeCell::new([const { Block { next: ptr::null_mut() } }; 4]),
};

// ANCHOR: main
struct Sent(*mut Block);
unsafe impl Send for Sent {}

fn main() {
    for number in 0..4 {
        HEAP.release(unsafe { HEAP.blocks.get().cast::<Block>().add(number) });
    }
    let sent = Sent(HEAP.allocate());
    let other = thread::spawn(move || {
        let Sent(block) = { sent };
        HEAP.release(block);
    });
    println!("null: {}", HEAP.allocate().is_null());
    other.join().unwrap();
}
// ANCHOR_END: main
// ANCHOR_END: all
