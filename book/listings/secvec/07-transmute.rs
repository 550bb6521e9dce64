//! `transmute` compares the sizes, and of a type parameter it knows none.
// ANCHOR: all
fn to_word<T: Copy>(value: T) -> u64 {
    unsafe { std::mem::transmute(value) } //~ ERROR: different sizes
}

fn main() {
    println!("{}", to_word(7_u64));
}
// ANCHOR_END: all
