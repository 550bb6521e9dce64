//! The place of a value of no size.
// ANCHOR: all
use std::alloc::{Layout, alloc};

fn place_for<T>() -> *mut T {
    unsafe { alloc(Layout::new::<T>()) }.cast() //~ ERROR: creating allocation with size 0
}

fn main() {
    let nothing = unsafe { Box::from_raw(place_for::<[u64; 0]>()) };
    println!("{nothing:?}");
}
// ANCHOR_END: all
