//! A set that exchanges the slot, beside a pop that does not mark it.
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

struct Vector {
    /// The length, and how often it has changed.
    top: Wide,
    /// Elements, each with a stamp that grows.
    slots: [Wide; 2],
}

impl Vector {
    // ANCHOR: set
    fn set(&self, index: usize, word: u32) -> u32 {
        let slot = &self.slots[index];
        loop {
            let seen = slot.load();
            if slot.exchange(seen, Pair { word, stamp: seen.stamp + 1 }) {
                return seen.word;
            }
        }
    }
    // ANCHOR_END: set
}

fn main() {
    let vector = Vector { top: Wide::new(1, 1), slots: [Wide::new(5, 1), Wide::new(0, 0)] };
    // ANCHOR: run
    // Thread A pops: it reads `top` and the slot, and is stopped.
    let top = vector.top.load();
    let found = vector.slots[0].load();
    // Thread B sets that element.
    println!("B: set(0, 6) took out {}", vector.set(0, 6));
    // A goes on. `top` has not changed, so its exchange succeeds.
    assert!(vector.top.exchange(top, Pair { word: 0, stamp: top.stamp + 1 }));
    println!("A: pop() = {}", found.word);
    // ANCHOR_END: run
}
// ANCHOR_END: all
