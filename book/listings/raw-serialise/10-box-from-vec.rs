//! A box on the buffer of a vector: both of them free it.
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

// What `read_in` of the last listing returns.
fn file() -> Vec<u8> {
    let mut bytes = vec![255; 8];
    bytes.extend(123_456_789_u32.to_ne_bytes());
    bytes.extend([0, 10, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0]);
    bytes
}

fn read_in() -> Box<ExampleData> {
    let mut bytes = file();
    unsafe { Box::from_raw(bytes.as_mut_ptr().cast::<ExampleData>()) }
} // Here `bytes` is dropped.

fn main() {
    let data = read_in(); //~ ERROR: dangling
    println!("{data:?}");
}
// ANCHOR_END: all
