//! A get that looks at the slot alone, beside a pop that leaves the slot as it is.
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
    /// Elements, each with the number of the change that wrote it; 0: never written.
    slots: [Wide; 2],
}

impl Vector {
    // ANCHOR: pop
    fn pop(&self) -> Option<u32> {
        loop {
            let top = self.top.load();
            let last = top.word.checked_sub(1)?;
            let found = self.slots[last as usize].load();
            if self.top.exchange(top, Pair { word: last, stamp: top.stamp + 1 }) {
                return Some(found.word);
            }
        }
    }

    /// One load, of memory that hardly ever changes.
    fn get(&self, index: usize) -> Option<u32> {
        let seen = self.slots[index].load();
        (seen.stamp > 0).then_some(seen.word)
    }
    // ANCHOR_END: pop
}

fn main() {
    let vector = Vector { top: Wide::new(2, 2), slots: [Wide::new(5, 1), Wide::new(7, 2)] };
    println!("popped {:?}", vector.pop());
    println!("element 0 is {:?}, element 1 is {:?}", vector.get(0), vector.get(1));
    assert_eq!(vector.get(1), Some(7));
}
// ANCHOR_END: all
