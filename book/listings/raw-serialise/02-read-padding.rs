//! The bytes of any value at all: some of them were never written.
// ANCHOR: all
struct ExampleData {
    a: u8,
    b: u64,
    c: [u8; 7],
    d: u32,
}

fn bytes_of<T>(value: &T) -> &[u8] {
    unsafe { std::slice::from_raw_parts((&raw const *value).cast(), size_of::<T>()) }
}

fn main() {
    let data = ExampleData { a: 0, b: u64::MAX, c: [10, 11, 12, 13, 14, 15, 16], d: 123_456_789 };
    for byte in bytes_of(&data) {
        let byte = *byte; //~ ERROR: memory is uninitialized
        print!("{byte} ");
    }
    println!();
    println!("{} {} {:?} {}", data.a, data.b, data.c, data.d);
}
// ANCHOR_END: all
