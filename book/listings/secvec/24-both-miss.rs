//! Acquire and Release are not enough: each of two threads may miss the other's store.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Store, then look: what a reader does with its hazard and the place, and what a thread that frees
/// does with the place and the hazard.
fn store_then_look(mine: &AtomicBool, theirs: &AtomicBool) -> bool {
    mine.store(true, Ordering::Release);
    theirs.load(Ordering::Acquire)
}

fn main() {
    let mut both_missed = false;
    for _ in 0..200 {
        let (hazard, replaced) = (AtomicBool::new(false), AtomicBool::new(false));
        let (reader_sees, scan_sees) = thread::scope(|scope| {
            let reader = scope.spawn(|| store_then_look(&hazard, &replaced));
            let scan = store_then_look(&replaced, &hazard);
            (reader.join().unwrap(), scan)
        });
        both_missed |= !reader_sees && !scan_sees;
    }
    assert!(both_missed);
    println!("both missed the other: {both_missed}");
}
// ANCHOR_END: all
