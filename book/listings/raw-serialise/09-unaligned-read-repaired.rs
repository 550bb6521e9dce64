//! The same read, which asks for no alignment.
//@ check-pass
// ANCHOR: all
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
fn main() {
    let bytes = file();
    assert_eq!(bytes.len(), size_of::<ExampleData>());
    let pointer = bytes.as_ptr().cast::<ExampleData>();
    // SAFETY: there are as many bytes as the struct has, and any bytes are a value of it.
    let data = unsafe { pointer.read_unaligned() };
    println!("{data:?}");
}
// ANCHOR_END: part
// ANCHOR_END: all
