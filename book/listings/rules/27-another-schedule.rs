//! The same race where it must show: the main thread waits for the flag. A relaxed flag orders
//! nothing but itself.
// ANCHOR: all
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

static mut MESSAGE: u32 = 0;
static READY: AtomicBool = AtomicBool::new(false);

fn main() {
    let writer = thread::spawn(|| {
        unsafe { MESSAGE = 7 };
        READY.store(true, Relaxed);
    });
    while !READY.load(Relaxed) {
        thread::yield_now();
    }
    println!("{}", unsafe { MESSAGE }); //~ ERROR: Data race detected
    writer.join().unwrap();
}
// ANCHOR_END: all
