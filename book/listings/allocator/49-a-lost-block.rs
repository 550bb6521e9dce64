//! A block that was never freed, and that nothing points to any more.
//@ error-in-other-file: memory leaked
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
    /// The first free block; its first bytes say which is the next.
    free: UnsafeCell<*mut u8>,
    /// The address of each block's twin. A pointer would keep it from being lost.
    twins: UnsafeCell<[usize; 16]>,
}

unsafe impl Sync for Blocks {}

unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() != SIZE {
            return unsafe { System.alloc(layout) };
        }
        let block = self.take();
        if block.is_null() {
            return null_mut();
        }
        let twin = unsafe { System.alloc(layout) };
        let number = (block.addr() - self.memory.get().addr()) / SIZE;
        unsafe { (*self.twins.get())[number] = twin.addr() };
        twin
    }

    unsafe fn dealloc(&self, twin: *mut u8, layout: Layout) {
        if layout.size() == SIZE {
            let twins = unsafe { &*self.twins.get() };
            let number = twins.iter().position(|&it| it == twin.addr()).unwrap_or(16);
            self.give_back(number);
        }
        unsafe { System.dealloc(twin, layout) };
    }
}

/// What the allocator does anyway, on its own memory. No `Box` ever reaches here.
impl Blocks {
    fn take(&self) -> *mut u8 {
        let free = self.free.get();
        let block = unsafe { *free };
        if !block.is_null() {
            unsafe { *free = block.cast::<*mut u8>().read() };
        }
        block
    }

    fn give_back(&self, number: usize) {
        let block = unsafe { self.memory.get().cast::<u8>().add(number * SIZE) };
        unsafe { block.cast::<*mut u8>().write(*self.free.get()) };
        unsafe { *self.free.get() = block };
    }
}
// ANCHOR_END: allocator

#[global_allocator]
static ALLOCATOR: Blocks = Blocks {
    memory: UnsafeCell::new([[0; SIZE]; 16]),
    free: UnsafeCell::new(null_mut()),
    twins: UnsafeCell::new([0; 16]),
};

// ANCHOR: main
fn main() {
    (0..16).for_each(|number| ALLOCATOR.give_back(number));

    std::mem::forget(Box::new([7_u8; SIZE]));
}
// ANCHOR_END: main
// ANCHOR_END: all
