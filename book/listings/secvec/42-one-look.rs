//! A get that finds a mark, asks the length, and does not look at the slot again.
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
    slot: Wide,
}

impl Vector {
    // ANCHOR: get
    /// What a get of index 0 makes of a slot that it has seen a moment ago.
    fn get_from(&self, seen: Pair) -> Option<u32> {
        if is_live(seen.stamp) {
            return Some(seen.word);
        }
        // Marked: popped, or wanted by a pop that may fail.
        (self.top.load().word > 0).then_some(seen.word)
    }
    // ANCHOR_END: get
}

fn main() {
    let vector = Vector { top: Wide::new(1, 1), slot: Wide::new(5, written(1)) };
    // ANCHOR: run
    // A pop marks the slot and takes the 5.
    let mark = Pair { word: 5, stamp: written(1) + 1 };
    assert!(vector.slot.exchange(vector.slot.load(), mark));
    assert!(vector.top.exchange(vector.top.load(), Pair { word: 0, stamp: 2 }));
    // Now a get looks at the slot, and is stopped.
    let seen = vector.slot.load();
    // A push of 8.
    assert!(vector.top.exchange(vector.top.load(), Pair { word: 1, stamp: 3 }));
    assert!(vector.slot.exchange(mark, Pair { word: 8, stamp: written(3) }));
    // The get goes on.
    println!("popped 5, pushed 8; get(0) = {:?}", vector.get_from(seen));
    // ANCHOR_END: run
}
// ANCHOR_END: all
