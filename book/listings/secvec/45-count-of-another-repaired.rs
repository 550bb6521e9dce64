//! The count of a batch stands beside the number of the state that it was announced for.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

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
    /// What the one thread that extends here announces: how many, for which state, and the elements.
    header: Wide,
    batch: [AtomicU32; 3],
    slots: [Wide; 6],
}

impl Vector {
    fn announce(&self, words: &[u32], sequence: u32) {
        for (place, &word) in self.batch.iter().zip(words) {
            place.store(word, Ordering::Release);
        }
        let next = Pair { word: words.len() as u32, stamp: sequence };
        assert!(self.header.exchange(self.header.load(), next));
    }

    // ANCHOR: complete
    /// Write the elements that the state `top` announced, those that nobody has written yet.
    fn complete(&self, top: Pair) {
        let header = self.header.load();
        if header.stamp != top.stamp {
            // The thread has gone on, so all of it is written.
            return;
        }
        let first = top.word - header.word;
        for (slot, word) in self.slots[first as usize..].iter().zip(&self.batch) {
            let seen = slot.load();
            if seen.stamp < top.stamp {
                slot.exchange(seen, Pair { word: word.load(Ordering::Acquire), stamp: top.stamp });
            }
        }
    }
    // ANCHOR_END: complete
}

fn main() {
    let vector = Vector {
        top: Wide::new(2, 2),
        header: Wide::new(0, 0),
        batch: [const { AtomicU32::new(0) }; 3],
        slots: [1, 2, 0, 0, 0, 0].map(|word| Wide::new(word, word)),
    };
    // ANCHOR: run
    // Two elements, 1 and 2. Thread A appends 7: the third change.
    vector.announce(&[7], 3);
    assert!(vector.top.exchange(vector.top.load(), Pair { word: 3, stamp: 3 }));
    // A helper has seen that state, and is stopped.
    let helped = vector.top.load();
    // A completes it, and appends 8, 9 and 10: the fourth.
    vector.complete(helped);
    vector.announce(&[8, 9, 10], 4);
    assert!(vector.top.exchange(helped, Pair { word: 6, stamp: 4 }));
    // The helper goes on. Then somebody completes the fourth.
    vector.complete(helped);
    vector.complete(vector.top.load());
    println!("{:?}", vector.slots.each_ref().map(|slot| slot.load().word));
    // ANCHOR_END: run
}
// ANCHOR_END: all
