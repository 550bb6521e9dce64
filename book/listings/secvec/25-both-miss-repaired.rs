//! With a SeqCst fence between the store and the load, one of the two sees the other.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::thread;

// ANCHOR: store
/// Store, then look: what a reader does with its hazard and the place, and what a thread that frees
/// does with the place and the hazard.
fn store_then_look(mine: &AtomicBool, theirs: &AtomicBool) -> bool {
    mine.store(true, Ordering::Release);
    fence(Ordering::SeqCst);
    theirs.load(Ordering::Acquire)
}
// ANCHOR_END: store

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
    assert!(!both_missed);
    println!("both missed the other: {both_missed}");
}
// ANCHOR_END: all
