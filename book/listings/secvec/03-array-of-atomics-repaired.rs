//! A constant is evaluated anew for each element.
//@ check-pass
// ANCHOR: all
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicU64};

type Buckets = [AtomicPtr<AtomicU64>; 60];

const NULL: AtomicPtr<AtomicU64> = AtomicPtr::new(null_mut());

// No run-time code is needed, so a vector can be a `static`.
static EMPTY: Buckets = [NULL; 60];

fn main() {
    // The same without a name.
    let inline: Buckets = [const { AtomicPtr::new(null_mut()) }; 60];
    // On the heap the vector itself stays small, but then making one is an allocation.
    let boxed: Box<Buckets> = Box::new([NULL; 60]);

    println!("the static: {} bytes", size_of_val(&EMPTY));
    println!("inline:     {} bytes", size_of_val(&inline));
    println!("boxed:      {} bytes", size_of_val(&boxed));
}
// ANCHOR_END: all
