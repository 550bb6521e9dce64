//! With the size checked at compile time, the size is right, and the padding is still there.
// ANCHOR: all
fn to_word<T: Copy>(value: T) -> u64 {
    const { assert!(size_of::<T>() == 8, "an element must have eight bytes") };
    let pointer = (&raw const value).cast::<u64>();
    unsafe { pointer.read_unaligned() } //~ ERROR: uninitialized
}

fn main() {
    println!("{}", to_word(7_u64));
    // One byte, three of padding, four bytes.
    println!("{}", to_word((7_u8, 7_u32)));
}
// ANCHOR_END: all
