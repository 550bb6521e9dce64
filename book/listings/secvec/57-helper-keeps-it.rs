//! A helper that writes the element, and does not pass on what came with it.
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
    let (top, slot) = (AtomicU64::new(0), AtomicU64::new(0));
    let (letter, top, slot) = (&letter, &top, &slot);

    thread::scope(|scope| {
        // C waits for the element, and reads the letter.
        scope.spawn(move || {
            while slot.load(Ordering::Acquire) == 0 {
                thread::yield_now();
            }
            // SAFETY: A wrote it before it pushed.
            println!("{}", unsafe { *letter.0.get() }); //~ ERROR: Data race
        });
        // ANCHOR: helper
        // B knows nothing of a letter. It finds A's push, and writes the slot.
        scope.spawn(move || {
            while top.load(Ordering::Acquire) == 0 {
                thread::yield_now();
            }
            let _ = slot.compare_exchange(0, 1, Ordering::Relaxed, Ordering::Relaxed);
        });
        // ANCHOR_END: helper

        // A writes the letter, and pushes. It is stopped before it writes the slot.
        // SAFETY: nobody reads it before the slot says so.
        unsafe { *letter.0.get() = "hello" };
        top.store(1, Ordering::Release);
    });
}
// ANCHOR_END: all
