//! A copy, into memory that was allocated for the struct.
//@ check-pass
// ANCHOR: all
use std::alloc::{Layout, alloc, handle_alloc_error};

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

// The bytes that came from the file.
fn file() -> Vec<u8> {
    let mut bytes = vec![255; 8];
    bytes.extend(123_456_789_u32.to_ne_bytes());
    bytes.extend([0, 10, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0]);
    bytes
}

// ANCHOR: part
fn read_in() -> Box<ExampleData> {
    const LAYOUT: Layout = Layout::new::<ExampleData>();
    let bytes = file();
    assert_eq!(bytes.len(), LAYOUT.size());
    // SAFETY: the struct has a size.
    let place = unsafe { alloc(LAYOUT) };
    if place.is_null() {
        handle_alloc_error(LAYOUT);
    }
    // SAFETY: both have this size, and the new memory is nobody else's.
    unsafe { place.copy_from_nonoverlapping(bytes.as_ptr(), LAYOUT.size()) };
    // SAFETY: the layout is that of the struct, and any bytes are a value of it.
    unsafe { Box::from_raw(place.cast()) }
} // Here `bytes` frees its memory, and the box has its own.
// ANCHOR_END: part

fn main() {
    let data = read_in();
    println!("{data:?}");
}
// ANCHOR_END: all
