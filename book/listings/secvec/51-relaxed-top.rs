//! An exchange of `top` without Release: the push is seen, and its element is not.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

fn main() {
    let mut wrong = false;
    for _ in 0..100 {
        let (cell, top) = (AtomicU64::new(0), AtomicU64::new(0));
        // ANCHOR: pair
        wrong |= thread::scope(|scope| {
            // A push announces 7, and then itself.
            scope.spawn(|| {
                cell.store(7, Ordering::Release);
                let _ = top.compare_exchange(0, 1, Ordering::Relaxed, Ordering::Relaxed);
            });
            // A helper that finds the push writes what it finds in the cell.
            let helper = scope.spawn(|| {
                let pending = top.load(Ordering::Acquire) == 1;
                let word = cell.load(Ordering::Acquire);
                pending && word != 7
            });
            helper.join().unwrap()
        });
        // ANCHOR_END: pair
    }
    println!("a helper wrote something else than 7: {wrong}");
    assert!(wrong);
}
// ANCHOR_END: all
