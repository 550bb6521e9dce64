//! A field of a packed struct is copied out; where a pointer is needed, it is a raw one.
//@ check-pass
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
    let copy = data.b;
    let pointer = &raw const data.b;
    // SAFETY: the pointer is to a field of a struct that lives, and no alignment is asked for.
    let read = unsafe { pointer.read_unaligned() };
    println!("{copy} {read}");
}
// ANCHOR_END: all
