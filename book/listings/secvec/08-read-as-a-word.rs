//! Going round the compiler's check: eight bytes are read, whatever `T` has.
// ANCHOR: all
fn to_word<T: Copy>(value: T) -> u64 {
    let pointer = (&raw const value).cast::<u64>();
    unsafe { pointer.read_unaligned() } //~ ERROR: 8 bytes
}

fn main() {
    println!("{}", to_word(7_u16));
}
// ANCHOR_END: all
