//! A helper that comes late finds the old value again, and takes its write for undone.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU64, Ordering};

struct Write {
    old: u64,
    new: u64,
}

fn complete(slot: &AtomicU64, write: &Write) -> bool {
    slot.compare_exchange(write.old, write.new, Ordering::Release, Ordering::Relaxed).is_ok()
}

fn main() {
    let slot = AtomicU64::new(5);
    let first = Write { old: 5, new: 6 };
    let second = Write { old: 6, new: 5 };

    // Thread A sets the element to 6. A helper has found the write, and is stopped here.
    assert!(complete(&slot, &first));
    println!("A set it to 6:      {}", slot.load(Ordering::Acquire));
    // Thread A sets it back to 5, and is told that the set succeeded.
    assert!(complete(&slot, &second));
    println!("A set it to 5:      {}", slot.load(Ordering::Acquire));
    // The helper does the first write. It is long done, and should fail.
    let late = complete(&slot, &first);
    println!("a helper came late: {}", slot.load(Ordering::Acquire));
    assert!(late);
}
// ANCHOR_END: all
