//! Reading all elements twice, until both times they have the same stamps.
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
    let slots = [Wide::new(4, 1), Wide::new(6, 2)];
    let set = |index: usize, word: u32| {
        let seen = slots[index].load();
        assert!(slots[index].exchange(seen, Pair { word, stamp: seen.stamp + 1 }));
    };

    // ANCHOR: run
    let mut passes = [[Pair { word: 0, stamp: 0 }; 2]; 2];
    for pass in &mut passes {
        pass[0] = slots[0].load();
        // Between the two looks of each pass ..
        set(0, 3);
        set(1, 7);
        pass[1] = slots[1].load();
        // .. and before the next pass. It is never [4, 7].
        set(1, 6);
        set(0, 4);
    }
    let equal = passes[0] == passes[1];
    println!("first:  {:?}", passes[0]);
    println!("second: {:?}", passes[1]);
    println!("{}", if equal { "the same, so it is taken" } else { "look again" });
    assert!(!equal);
    // ANCHOR_END: run
}
// ANCHOR_END: all
