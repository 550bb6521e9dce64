//! Not packed any more: the buffer of a `Vec<u8>` is no place for it.
//@ error-in-other-file: encountered an unaligned box (required 8 byte alignment but found 1)
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
    let pointer = Box::into_raw(file().into_boxed_slice()).cast::<ExampleData>();
    let data = unsafe { Box::from_raw(pointer) };
    println!("{data:?}");
}
// ANCHOR_END: part
// ANCHOR_END: all
