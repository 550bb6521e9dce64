//! An array is filled by copying its one element, and an atomic cannot be copied.
// ANCHOR: all
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicU64};

fn main() {
    let buckets: [AtomicPtr<AtomicU64>; 60] = [AtomicPtr::new(null_mut()); 60]; //~ ERROR: Copy` is not satisfied
    println!("{}", buckets.len());
}
// ANCHOR_END: all
