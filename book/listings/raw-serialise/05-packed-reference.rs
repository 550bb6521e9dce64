//! Packing removes the padding, and the alignment with it.
// ANCHOR: all
#[repr(C, packed)]
struct ExampleData {
    a: u8,
    b: u64,
    c: [u8; 7],
    d: u32,
}

fn main() {
    let data = ExampleData { a: 0, b: u64::MAX, c: [10, 11, 12, 13, 14, 15, 16], d: 123_456_789 };
    println!("{} {:?} {}", data.a, data.c, { data.d });
    let b = &data.b; //~ ERROR: reference to field of packed struct is unaligned
    println!("{b}");
}
// ANCHOR_END: all
