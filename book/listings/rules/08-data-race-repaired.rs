//! An atomic addition cannot race with another.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static HITS: AtomicU32 = AtomicU32::new(0);

fn hit() {
    HITS.fetch_add(1, Relaxed);
}

fn main() {
    let other = thread::spawn(hit);
    hit();
    other.join().unwrap();
    println!("{}", HITS.load(Relaxed));
}
// ANCHOR_END: all
