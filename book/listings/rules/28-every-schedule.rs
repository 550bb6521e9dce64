//! Release and Acquire: whoever sees the flag sees what was written before it.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};
use std::thread;

static mut MESSAGE: u32 = 0;
static READY: AtomicBool = AtomicBool::new(false);

fn main() {
    let writer = thread::spawn(|| {
        unsafe { MESSAGE = 7 };
        READY.store(true, Release); // pairs with the Acquire below
    });
    while !READY.load(Acquire) {
        thread::yield_now();
    }
    println!("{}", unsafe { MESSAGE });
    writer.join().unwrap();
}
// ANCHOR_END: all
