//! The same header, through a pointer to the whole segment that was kept.
//@ check-pass
// ANCHOR: all
use std::alloc::{Layout, alloc, dealloc};
use std::cell::Cell;
use std::ptr;

/// A segment is as long as it is aligned. Its first word says whose it is.
const SEGMENT: Layout = match Layout::from_size_align(4096, 4096) {
    Ok(layout) => layout,
    Err(_) => panic!("not a layout"),
};

// ANCHOR: owner
thread_local! {
    /// The pointers to whole segments. One thread, to keep it short.
    static SEGMENTS: Cell<[*mut u64; 4]> = const { Cell::new([ptr::null_mut(); 4]) };
}

/// From `block` comes the address, and nothing else.
fn owner_of(block: *mut u64) -> Option<u64> {
    let start = block.addr() & !(SEGMENT.align() - 1);
    let segment = SEGMENTS.get().into_iter().find(|segment| segment.addr() == start)?;
    Some(unsafe { segment.read() })
}
// ANCHOR_END: owner

// ANCHOR: main
fn main() {
    let segment = unsafe { alloc(SEGMENT) }.cast::<u64>();
    SEGMENTS.set([segment; 4]);
    let block = unsafe { segment.add(8) };
    unsafe { segment.write(7) };
    println!("the block: {:?}", owner_of(block));

    let value = unsafe { &mut *block };
    println!("through a reference: {:?}", owner_of(ptr::from_mut(value)));

    unsafe { dealloc(segment.cast(), SEGMENT) };
}
// ANCHOR_END: main
// ANCHOR_END: all
