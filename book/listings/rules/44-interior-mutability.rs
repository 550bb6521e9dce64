//! Bytes inside an `UnsafeCell`: two shared references write in turn, in both models.
//@ check-pass
// ANCHOR: all
use std::cell::UnsafeCell;

fn main() {
    let count = UnsafeCell::new(10);
    let (left, right) = (&count, &count);
    unsafe { *left.get() += 1 };
    unsafe { *right.get() += 1 };
    unsafe { *left.get() += 1 };
    println!("{}", count.into_inner());
}
// ANCHOR_END: all
