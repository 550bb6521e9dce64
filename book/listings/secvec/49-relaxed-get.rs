//! A get that is Relaxed: the element has come, and what was done before it has not.
// ANCHOR: all
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Not atomic, and shared.
struct Letter(UnsafeCell<&'static str>);

// SAFETY: wrong, as will be seen.
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
            while slot.load(Ordering::Relaxed) == 0 {
                thread::yield_now();
            }
            // SAFETY: the writer came first.
            println!("{}", unsafe { *letter.0.get() }); //~ ERROR: Data race
        });
        // ANCHOR_END: get
    });
}
// ANCHOR_END: all
