//! A constructor that returns a pointer to its own local variable.
// ANCHOR: all
use std::sync::atomic::{AtomicPtr, Ordering};

struct Descriptor {
    len: usize,
    write: Option<u64>,
}

fn new_descriptor() -> AtomicPtr<Descriptor> {
    let mut descriptor = Descriptor { len: 0, write: None };
    AtomicPtr::new(&raw mut descriptor)
}

fn main() {
    let current = new_descriptor();
    let descriptor = unsafe { &*current.load(Ordering::Acquire) }; //~ ERROR: dangling
    println!("length {}, pending {:?}", descriptor.len, descriptor.write);
}
// ANCHOR_END: all
