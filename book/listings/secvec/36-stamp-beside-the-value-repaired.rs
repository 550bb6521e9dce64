//! The stamp in the same word as the value: one exchange looks at both and changes both.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU64, Ordering};

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

fn main() {
    let slot = Wide::new(0, 0);
    // A helper finds that write 1, of 7 over 0, is still to be done, and is stopped.
    let seen = slot.load();
    assert!(seen.stamp < 1);
    // Others do it, pop the 7, and push 0 again: write 3.
    assert!(slot.exchange(seen, Pair { word: 7, stamp: 1 }));
    assert!(slot.exchange(Pair { word: 7, stamp: 1 }, Pair { word: 0, stamp: 3 }));
    // The helper goes on.
    let late = slot.exchange(seen, Pair { word: 7, stamp: 1 });
    println!("{:?}", slot.load());
    assert!(!late);
}
// ANCHOR_END: all
