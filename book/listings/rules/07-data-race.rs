//! Two threads add to one number, and nothing orders them.
// ANCHOR: all
use std::thread;

static mut HITS: u32 = 0;

fn hit() {
    unsafe { HITS += 1 } //~ ERROR: Data race detected
}

fn main() {
    let other = thread::spawn(hit);
    hit();
    other.join().unwrap();
    println!("{}", unsafe { HITS });
}
// ANCHOR_END: all
