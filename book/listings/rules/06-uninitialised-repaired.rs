//! Written first, then read.
//@ check-pass
// ANCHOR: all
use std::mem::MaybeUninit;

fn main() {
    let mut number = MaybeUninit::<u32>::uninit();
    number.write(7);
    let number = unsafe { number.assume_init() };
    println!("{number}");
}
// ANCHOR_END: all
