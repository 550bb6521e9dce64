//! A view has nothing to free.
//@ check-pass
// ANCHOR: all
fn as_bytes(numbers: &[u64]) -> &[u8] {
    // SAFETY: the bytes of the numbers, all initialised, and borrowed as long as they are.
    unsafe { std::slice::from_raw_parts(numbers.as_ptr().cast(), size_of_val(numbers)) }
}

fn main() {
    let numbers: Box<[u64]> = Box::new([1, 2, 3]);
    println!("{:?}", as_bytes(&numbers));
}
// ANCHOR_END: all
