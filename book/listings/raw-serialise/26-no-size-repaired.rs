//! A value of no size needs no memory, only an aligned address.
//@ check-pass
// ANCHOR: all
use std::alloc::{Layout, alloc, handle_alloc_error};
use std::ptr::NonNull;

fn place_for<T>() -> NonNull<T> {
    let layout = Layout::new::<T>();
    if layout.size() == 0 {
        return NonNull::dangling();
    }
    // SAFETY: the layout has a size.
    let place = unsafe { alloc(layout) };
    NonNull::new(place.cast()).unwrap_or_else(|| handle_alloc_error(layout))
}

fn main() {
    // SAFETY: a box of no size owns no memory, so any aligned address will do for one.
    let nothing = unsafe { Box::from_raw(place_for::<[u64; 0]>().as_ptr()) };
    println!("{nothing:?}");
}
// ANCHOR_END: all
