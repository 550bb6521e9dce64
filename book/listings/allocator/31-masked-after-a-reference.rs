//! From a block to its segment's header by masking the address: not through a reference to the block.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
//@[tree] check-pass
// ANCHOR: all
use std::alloc::{Layout, alloc, dealloc};
use std::ptr;

/// A segment is as long as it is aligned. Its first word says whose it is.
const SEGMENT: Layout = match Layout::from_size_align(4096, 4096) {
    Ok(layout) => layout,
    Err(_) => panic!("not a layout"),
};

// ANCHOR: owner
fn owner_of(block: *mut u64) -> u64 {
    let segment = block.map_addr(|address| address & !(SEGMENT.align() - 1));
    unsafe { segment.read() }
    //~[stacked]^ ERROR: does not exist in the borrow stack
}
// ANCHOR_END: owner

// ANCHOR: main
fn main() {
    let segment = unsafe { alloc(SEGMENT) }.cast::<u64>();
    let block = unsafe { segment.add(8) };
    unsafe { segment.write(7) };
    println!("the block: {}", owner_of(block));

    // What a `Box` or a `&mut` gives back reaches its own value and no further.
    let value = unsafe { &mut *block };
    println!("through a reference: {}", owner_of(ptr::from_mut(value)));

    unsafe { dealloc(segment.cast(), SEGMENT) };
}
// ANCHOR_END: main
// ANCHOR_END: all
