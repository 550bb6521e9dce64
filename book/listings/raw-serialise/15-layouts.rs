//! What a vector of bytes allocates, and what a box of the struct frees.
//@ check-pass
// ANCHOR: all
use std::alloc::Layout;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)] // The fields are read by `Debug`.
struct ExampleData {
    b: u64,
    d: u32,
    a: u8,
    c: [u8; 7],
    _pad: [u8; 4],
}

// ANCHOR: part
fn main() {
    println!("the Vec itself:         {:?}", Layout::new::<Vec<u8>>());
    println!("24 bytes in its buffer: {:?}", Layout::array::<u8>(24));
    println!("a box of the struct:    {:?}", Layout::new::<ExampleData>());
}
// ANCHOR_END: part
// ANCHOR_END: all
