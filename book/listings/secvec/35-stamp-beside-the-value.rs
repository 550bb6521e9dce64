//! A stamp in a word of its own: to look at it, and then to change the value, are two steps.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU64, Ordering};

struct Slot {
    value: AtomicU64,
    stamp: AtomicU64,
}

impl Slot {
    /// The first step.
    fn is_older_than(&self, stamp: u64) -> bool {
        self.stamp.load(Ordering::Acquire) < stamp
    }

    /// The second. True if it changed the value.
    fn write(&self, old: u64, new: u64, stamp: u64) -> bool {
        let done = self.value.compare_exchange(old, new, Ordering::AcqRel, Ordering::Relaxed);
        self.stamp.fetch_max(stamp, Ordering::AcqRel);
        done.is_ok()
    }
}

fn main() {
    let slot = Slot { value: AtomicU64::new(0), stamp: AtomicU64::new(0) };
    // A helper finds that write 1, of 7 over 0, is still to be done, and is stopped.
    assert!(slot.is_older_than(1));
    // Others do it, pop the 7, and push 0 again: write 3.
    assert!(slot.write(0, 7, 1));
    assert!(slot.write(7, 0, 3));
    // The helper goes on.
    let late = slot.write(0, 7, 1);
    let (value, stamp) = (slot.value.into_inner(), slot.stamp.into_inner());
    println!("value {value}, stamp {stamp}: the value of write 1 with the stamp of write 3");
    assert!(late);
}
// ANCHOR_END: all
