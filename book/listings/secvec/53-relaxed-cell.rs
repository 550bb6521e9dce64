//! A cell that is used again without Release: the new element is seen, and the old write is not.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

fn main() {
    let mut wrong = false;
    for _ in 0..300 {
        let (cell, slot) = (AtomicU64::new(7), AtomicU64::new(0));
        // ANCHOR: pair
        wrong |= thread::scope(|scope| {
            // The owner of the cell completes its push of 7, and announces 9, for another slot.
            scope.spawn(|| {
                let _ = slot.compare_exchange(0, 7, Ordering::AcqRel, Ordering::Relaxed);
                cell.store(9, Ordering::Relaxed);
            });
            // A get finds the slot not written, reads the cell, and looks at the slot again.
            let get = scope.spawn(|| {
                let seen = slot.load(Ordering::Acquire);
                let word = cell.load(Ordering::Acquire);
                let unchanged = slot.load(Ordering::Acquire) == seen;
                seen == 0 && unchanged && word == 9
            });
            get.join().unwrap()
        });
        // ANCHOR_END: pair
    }
    println!("a get gave 9 for the element 7: {wrong}");
    assert!(wrong);
}
// ANCHOR_END: all
