//! A box on the buffer of a vector: both of them free it.
//@ error-in-other-file: use-after-free
// ANCHOR: all
#[repr(C, packed)]
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
// By luck, the vector has room for its contents and no more.
fn file() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(24);
    bytes.extend([255; 8]);
    bytes.extend(123_456_789_u32.to_ne_bytes());
    bytes.extend([0, 10, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0]);
    bytes
}

fn read_in() -> ExampleData {
    let mut bytes = file();
    let boxed = unsafe { Box::from_raw(bytes.as_mut_ptr().cast::<ExampleData>()) };
    *boxed
} // Here the box frees the buffer, and then the vector does.

fn main() {
    println!("{:?}", read_in());
}
// ANCHOR_END: part
// ANCHOR_END: all
