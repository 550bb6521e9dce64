//! The padding is declared: it is a field, and it is written.
//@ check-pass
// ANCHOR: all
// ANCHOR: struct
#[repr(C)]
struct ExampleData {
    b: u64,
    d: u32,
    a: u8,
    c: [u8; 7],
    _pad: [u8; 4],
}

// Without padding the fields fill the struct.
const _: () = assert!(size_of::<ExampleData>() == 8 + 4 + 1 + 7 + 4);
// ANCHOR_END: struct

fn bytes_of(value: &ExampleData) -> &[u8] {
    // SAFETY: the struct has no padding, so all its bytes are initialised.
    unsafe { std::slice::from_raw_parts((&raw const *value).cast(), size_of::<ExampleData>()) }
}

fn main() {
    let data = ExampleData {
        a: 0,
        b: u64::MAX,
        c: [10, 11, 12, 13, 14, 15, 16],
        d: 123_456_789,
        _pad: [0; 4],
    };
    for byte in bytes_of(&data) {
        print!("{byte} ");
    }
    println!();
    println!("{} {} {:?} {}", data.a, data.b, data.c, data.d);
}
// ANCHOR_END: all
