//! The read goes through the pointer too.
//@ check-pass
// ANCHOR: all
fn main() {
    let mut count = 10;
    let outer = &mut count;
    let pointer = &raw mut *(&mut *outer);
    unsafe { *pointer += 1 };
    let seen = unsafe { *pointer };
    unsafe { *pointer += 1 };
    println!("{seen} {count}");
}
// ANCHOR_END: all
