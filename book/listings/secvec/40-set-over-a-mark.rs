//! A set that writes over the mark of a pop that may still succeed.
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

// ANCHOR: stamp
/// A slot's stamp has the number of the change of `top` that it comes from, a count of the changes
/// since, and in the last bit whether the slot is *live*: whether the element is there for sure.
fn sequence(stamp: u32) -> u32 {
    stamp >> 8
}

fn is_live(stamp: u32) -> bool {
    stamp & 1 == 1
}

const fn written(sequence: u32) -> u32 {
    sequence << 8 | 1
}
// ANCHOR_END: stamp

struct Vector {
    /// The length, and how often it has changed.
    top: Wide,
    slots: [Wide; 2],
}

impl Vector {
    /// Say in the slot that a pop has seen this `top`: with its number, and not live.
    fn mark(&self, top: Pair) -> Option<u32> {
        let slot = &self.slots[top.word as usize - 1];
        let seen = slot.load();
        // Always greater than the old stamp.
        let older = sequence(seen.stamp) < top.stamp;
        let stamp = if older { top.stamp << 8 } else { seen.stamp + 1 };
        slot.exchange(seen, Pair { word: seen.word, stamp }).then_some(seen.word)
    }

    // ANCHOR: set
    fn set(&self, index: usize, word: u32) -> u32 {
        let slot = &self.slots[index];
        loop {
            let seen = slot.load();
            // A greater stamp, and live: whoever marked the slot will see that.
            if slot.exchange(seen, Pair { word, stamp: (seen.stamp | 1) + 2 }) {
                return seen.word;
            }
        }
    }
    // ANCHOR_END: set
}

fn main() {
    let vector =
        Vector { top: Wide::new(1, 1), slots: [Wide::new(5, written(1)), Wide::new(0, 0)] };
    // ANCHOR: run
    // Thread A pops: it marks the slot, and is stopped.
    let top = vector.top.load();
    let marked = vector.mark(top);
    // Thread B sets that element.
    println!("B: set(0, 6) took out {}", vector.set(0, 6));
    // A goes on. It does not look at the slot again.
    assert!(vector.top.exchange(top, Pair { word: 0, stamp: top.stamp + 1 }));
    println!("A: pop() = {marked:?}");
    let stamp = vector.slots[0].load().stamp;
    println!("length {}, and slot 0 is live: {}", vector.top.load().word, is_live(stamp));
    // ANCHOR_END: run
}
// ANCHOR_END: all
