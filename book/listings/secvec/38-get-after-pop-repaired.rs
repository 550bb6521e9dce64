//! A pop that marks the slot before it lowers the length.
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
    // ANCHOR: pop
    fn pop(&self) -> Option<u32> {
        loop {
            let top = self.top.load();
            let last = top.word.checked_sub(1)?;
            // From here on, a get of this slot asks `top`.
            let Some(word) = self.mark(top) else { continue };
            if self.top.exchange(top, Pair { word: last, stamp: top.stamp + 1 }) {
                return Some(word);
            }
        }
    }

    /// Say in the slot that a pop has seen this `top`: with its number, and not live.
    fn mark(&self, top: Pair) -> Option<u32> {
        let slot = &self.slots[top.word as usize - 1];
        let seen = slot.load();
        // Always greater than the old stamp.
        let older = sequence(seen.stamp) < top.stamp;
        let stamp = if older { top.stamp << 8 } else { seen.stamp + 1 };
        slot.exchange(seen, Pair { word: seen.word, stamp }).then_some(seen.word)
    }
    // ANCHOR_END: pop

    // ANCHOR: get
    fn get(&self, index: usize) -> Option<u32> {
        let slot = &self.slots[index];
        let mut seen = slot.load();
        // Not live: `top` says whether the element is there.
        while !is_live(seen.stamp) {
            if index >= self.top.load().word as usize {
                return None;
            }
            let now = slot.load();
            if now == seen {
                break;
            }
            seen = now;
        }
        Some(seen.word)
    }
    // ANCHOR_END: get
}

fn main() {
    let slots = [Wide::new(5, written(1)), Wide::new(7, written(2))];
    let vector = Vector { top: Wide::new(2, 2), slots };
    println!("popped {:?}", vector.pop());
    println!("element 0 is {:?}, element 1 is {:?}", vector.get(0), vector.get(1));
    assert_eq!(vector.get(1), None);
}
// ANCHOR_END: all
