//! A reused cell, and a slot that cannot tell one write from the next.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU32, Ordering};

fn main() {
    let (cell, slot) = (AtomicU32::new(0), AtomicU32::new(0));
    let write = |old: u32, new: u32| {
        slot.compare_exchange(old, new, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    };

    // Thread A announces 7 for this slot. A helper has seen what the slot holds, and is stopped.
    cell.store(7, Ordering::Release);
    let seen = slot.load(Ordering::Acquire);
    // A's push is done. The 7 is popped, and A pushes 0.
    assert!(write(0, 7));
    cell.store(0, Ordering::Release);
    assert!(write(7, 0));
    // A announces 9, which goes to another slot.
    cell.store(9, Ordering::Release);
    println!("the slot holds {}, pushed by A", slot.load(Ordering::Acquire));
    // The helper reads the cell, and does what it came for.
    let late = write(seen, cell.load(Ordering::Acquire));
    println!("the slot holds {}, pushed for another index", slot.load(Ordering::Acquire));
    assert!(late);
}
// ANCHOR_END: all
