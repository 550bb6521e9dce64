//! Four bytes asked for, none written, all read.
// ANCHOR: all
use std::mem::MaybeUninit;

fn main() {
    let number = MaybeUninit::<u32>::uninit();
    let number = unsafe { number.assume_init() }; //~ ERROR: memory is uninitialized
    println!("{number}");
}
// ANCHOR_END: all
