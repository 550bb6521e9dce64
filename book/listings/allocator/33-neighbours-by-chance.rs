//! Two threads get blocks side by side: each write of one takes the line from the other.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

// ANCHOR: allocate
/// How much of the arena is given out.
static GIVEN: AtomicUsize = AtomicUsize::new(0);

/// Where in the arena a block of 8 bytes begins.
fn allocate() -> usize {
    GIVEN.fetch_add(8, Relaxed)
}
// ANCHOR_END: allocate

// ANCHOR: main
fn main() {
    let blocks = [(); 2].map(|()| thread::spawn(|| [allocate(), allocate()]).join());
    for (thread, blocks) in blocks.into_iter().flatten().enumerate() {
        println!("thread {thread}: cache lines {:?}", blocks.map(|place| place / 64));
    }
}
// ANCHOR_END: main
// ANCHOR_END: all
