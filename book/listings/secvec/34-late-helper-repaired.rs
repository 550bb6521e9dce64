//! A slot whose stamp only grows: who comes late finds another one.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

// ANCHOR: wide
/// Two words that change together. Here they have 32 bits each, so that one atomic holds both.
struct Wide(AtomicU64);

#[derive(Clone, Copy, Debug, PartialEq)]
struct Pair {
    word: u32,
    stamp: u32,
}

impl Wide {
    const fn new(word: u32, stamp: u32) -> Self {
        Self(AtomicU64::new((stamp as u64) << 32 | word as u64))
    }

    fn load(&self) -> Pair {
        let both = self.0.load(Ordering::Acquire);
        Pair { word: both as u32, stamp: (both >> 32) as u32 }
    }

    fn exchange(&self, seen: Pair, new: Pair) -> bool {
        let [seen, new] = [seen, new].map(|it| u64::from(it.stamp) << 32 | u64::from(it.word));
        self.0.compare_exchange(seen, new, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }
}
// ANCHOR_END: wide

fn main() {
    let (cell, slot) = (AtomicU32::new(0), Wide::new(0, 0));

    // ANCHOR: run
    // Thread A announces 7 for this slot. A helper has seen what the slot holds, and is stopped.
    cell.store(7, Ordering::Release);
    let seen = slot.load();
    // A's push is done. The 7 is popped, and A pushes 0.
    assert!(slot.exchange(Pair { word: 0, stamp: 0 }, Pair { word: 7, stamp: 1 }));
    cell.store(0, Ordering::Release);
    assert!(slot.exchange(Pair { word: 7, stamp: 1 }, Pair { word: 0, stamp: 3 }));
    // A announces 9, which goes to another slot.
    cell.store(9, Ordering::Release);
    println!("{:?}, pushed by A", slot.load());
    // The helper reads the cell, and tries what it came for.
    let late = slot.exchange(seen, Pair { word: cell.load(Ordering::Acquire), stamp: 1 });
    println!("{:?}, and the helper {}", slot.load(), if late { "wrote" } else { "failed" });
    assert!(!late);
    // ANCHOR_END: run
}
// ANCHOR_END: all
