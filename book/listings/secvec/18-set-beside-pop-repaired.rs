//! A set makes a new descriptor, as a push does, so that a pop that has looked must look again.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

struct Vector {
    /// The length. The address is what an exchange compares: each change has one of its own.
    current: AtomicPtr<usize>,
    slots: [AtomicU64; 8],
}

impl Vector {
    fn exchange(&self, old: *mut usize, new: &mut usize) -> bool {
        self.current.compare_exchange(old, new, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }
}

fn main() {
    let (mut first, mut by_set, mut by_pop) = (1, 1, 0);
    let vector =
        Vector { current: AtomicPtr::new(&raw mut first), slots: [const { AtomicU64::new(5) }; 8] };

    // Thread A pops: it loads the descriptor and the last element, and is stopped.
    let seen = vector.current.load(Ordering::Acquire);
    let last = vector.slots[0].load(Ordering::Acquire);
    // Thread B sets that element: a new descriptor with the same length, then the write.
    let old = vector.current.load(Ordering::Acquire);
    assert!(vector.exchange(old, &mut by_set));
    vector.slots[0].store(6, Ordering::Release);
    // Thread A goes on.
    let done = vector.exchange(seen, &mut by_pop);
    println!("A would have popped {last}: {}", if done { "done" } else { "refused" });
    assert!(!done);
    // It looks again.
    let seen = vector.current.load(Ordering::Acquire);
    let last = vector.slots[0].load(Ordering::Acquire);
    assert!(vector.exchange(seen, &mut by_pop));
    println!("A popped {last}");
}
// ANCHOR_END: all
