//! One owner of the buffer, and it knows its size. Sound for a struct whose alignment is 1.
//@ check-pass
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

const _: () = assert!(align_of::<ExampleData>() == align_of::<u8>());

// The bytes that came from the file.
fn file() -> Vec<u8> {
    let mut bytes = vec![255; 8];
    bytes.extend(123_456_789_u32.to_ne_bytes());
    bytes.extend([0, 10, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0]);
    bytes
}

// ANCHOR: part
fn read_in() -> Box<ExampleData> {
    // Exactly as large as its contents, whatever the capacity was.
    let bytes: Box<[u8]> = file().into_boxed_slice();
    assert_eq!(bytes.len(), size_of::<ExampleData>());
    let pointer = Box::into_raw(bytes).cast::<ExampleData>();
    // SAFETY: `into_raw` gave the memory up; it has the size and the alignment of the struct, and
    // any bytes are a value of it.
    unsafe { Box::from_raw(pointer) }
}
// ANCHOR_END: part

fn main() {
    let data = read_in();
    println!("{data:?}");
}
// ANCHOR_END: all
