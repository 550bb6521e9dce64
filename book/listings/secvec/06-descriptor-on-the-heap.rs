//! The heap has no frames: what is put there stays until somebody frees it.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicPtr, Ordering};

struct Descriptor {
    len: usize,
    write: Option<u64>,
}

struct Vector {
    current: AtomicPtr<Descriptor>,
}

impl Vector {
    fn new() -> Self {
        let descriptor = Box::new(Descriptor { len: 0, write: None });
        // The box gives its memory up. From here on nobody frees it by himself.
        Self { current: AtomicPtr::new(Box::into_raw(descriptor)) }
    }
}

impl Drop for Vector {
    fn drop(&mut self) {
        // SAFETY: from `Box::into_raw`, once, and `&mut self` says that nobody else uses it.
        drop(unsafe { Box::from_raw(*self.current.get_mut()) });
    }
}

fn main() {
    let vector = Vector::new();
    // SAFETY: it is freed when the vector is dropped, not before.
    let descriptor = unsafe { &*vector.current.load(Ordering::Acquire) };
    println!("length {}, pending {:?}", descriptor.len, descriptor.write);
}
// ANCHOR_END: all
