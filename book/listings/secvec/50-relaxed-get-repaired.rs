//! A get that is Acquire: with the element comes what was done before it.
//@ check-pass
// ANCHOR: all
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Not atomic, and shared.
struct Letter(UnsafeCell<&'static str>);

// SAFETY: it is written before the slot, and read after the slot was seen.
unsafe impl Sync for Letter {}

fn main() {
    let letter = Letter(UnsafeCell::new(""));
    let slot = AtomicU64::new(0);
    let (letter, slot) = (&letter, &slot);

    thread::scope(|scope| {
        scope.spawn(move || {
            // SAFETY: nobody reads it before the slot says so.
            unsafe { *letter.0.get() = "hello" };
            slot.store(1, Ordering::Release);
        });
        // ANCHOR: get
        scope.spawn(move || {
            while slot.load(Ordering::Acquire) == 0 {
                thread::yield_now();
            }
            // SAFETY: the writer came first.
            println!("{}", unsafe { *letter.0.get() });
        });
        // ANCHOR_END: get
    });
}
// ANCHOR_END: all
