//! A leaked vector keeps its capacity too.
//@ error-in-other-file: has size 32 and alignment 1, but gave size 24 and alignment 1
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
    println!("{} bytes in room for {}", bytes.len(), bytes.capacity());
    let leaked: &'static mut [u8] = bytes.leak();
    let data = unsafe { Box::from_raw(leaked.as_mut_ptr().cast::<ExampleData>()) };
    println!("{data:?}");
} // Here the box frees 24 bytes.
// ANCHOR_END: part
// ANCHOR_END: all
