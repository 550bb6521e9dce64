//! Four fields, and where the compiler puts them.
//@ check-pass
// ANCHOR: all
use std::mem::offset_of;

// ANCHOR: struct
struct ExampleData {
    a: u8,
    b: u64,
    c: [u8; 7],
    d: u32,
}

fn example_data() -> ExampleData {
    ExampleData { a: 0, b: u64::MAX, c: [10, 11, 12, 13, 14, 15, 16], d: 123_456_789 }
}
// ANCHOR_END: struct

fn main() {
    let ExampleData { a, b, c, d } = example_data();
    println!("a = {a}, b = {b}, c = {c:?}, d = {d}");

    println!("size {}, alignment {}", size_of::<ExampleData>(), align_of::<ExampleData>());
    println!("a at {}", offset_of!(ExampleData, a));
    println!("b at {}", offset_of!(ExampleData, b));
    println!("c at {}", offset_of!(ExampleData, c));
    println!("d at {}", offset_of!(ExampleData, d));

    let fields = size_of::<u8>() + size_of::<u64>() + size_of::<[u8; 7]>() + size_of::<u32>();
    println!("{fields} bytes of fields, {} of padding", size_of::<ExampleData>() - fields);
}
// ANCHOR_END: all
