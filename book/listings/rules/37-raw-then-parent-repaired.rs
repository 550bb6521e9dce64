//! Once there is a raw pointer, only raw pointers are used.
//@ check-pass
// ANCHOR: all
fn main() {
    let mut count = 10;
    let outer = &mut count;
    let pointer = &raw mut *outer;
    unsafe { *pointer += 1 };
    unsafe { *pointer += 1 };
    println!("{count}");
}
// ANCHOR_END: all
