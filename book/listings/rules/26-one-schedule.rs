//! A race that this schedule does not show: without preemption the main thread asks first.
//@ check-pass
//@ compile-flags: -Zmiri-preemption-rate=0
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
    if READY.load(Relaxed) {
        println!("{}", unsafe { MESSAGE });
    } else {
        println!("not ready");
    }
    writer.join().unwrap();
}
// ANCHOR_END: all
