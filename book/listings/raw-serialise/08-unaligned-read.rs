//! A pointer to the bytes, cast and read.
// ANCHOR: all
// ANCHOR: struct
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
// ANCHOR_END: struct

// ANCHOR: part
fn main() {
    let bytes = file();
    let pointer = bytes.as_ptr().cast::<ExampleData>();
    let data = unsafe { *pointer }; //~ ERROR: but alignment 8 is required
    println!("{data:?}");
}
// ANCHOR_END: part
// ANCHOR_END: all
