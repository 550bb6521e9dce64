//! A set that finds the mark of a pop that may still succeed goes through `top`.
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
    /// The length times 8, and the thread whose write to the last slot is to be done, or 0.
    top: Wide,
    cells: [AtomicU32; 3],
    slot: Wide,
}

impl Vector {
    fn complete(&self, top: Pair) {
        let seen = self.slot.load();
        if top.word % 8 != 0 && sequence(seen.stamp) < top.stamp {
            let word = self.cells[top.word as usize % 8].load(Ordering::Acquire);
            self.slot.exchange(seen, Pair { word, stamp: written(top.stamp) });
        }
    }

    fn mark(&self, top: Pair) -> Option<u32> {
        self.complete(top);
        let seen = self.slot.load();
        let older = sequence(seen.stamp) < top.stamp;
        let stamp = if older { top.stamp << 8 } else { seen.stamp + 1 };
        self.slot.exchange(seen, Pair { word: seen.word, stamp }).then_some(seen.word)
    }

    // ANCHOR: set
    /// One try of a set of the last element.
    fn set(&self, thread: u32, word: u32) -> Option<u32> {
        let seen = self.slot.load();
        if is_live(seen.stamp) {
            let next = Pair { word, stamp: seen.stamp + 2 };
            return self.slot.exchange(seen, next).then_some(seen.word);
        }
        let top = self.top.load();
        let done = if sequence(seen.stamp) < top.stamp {
            // `top` is newer than the pop that made this mark, so that pop must look again.
            self.slot.exchange(seen, Pair { word, stamp: seen.stamp | 1 })
        } else {
            // The pop may still succeed. One of the two changes `top`, and the other one fails.
            self.cells[thread as usize].store(word, Ordering::Release);
            let next = Pair { word: top.word / 8 * 8 + thread, stamp: top.stamp + 1 };
            self.top.exchange(top, next)
        };
        done.then_some(seen.word)
    }
    // ANCHOR_END: set
}

fn main() {
    let cells = [const { AtomicU32::new(0) }; 3];
    let vector = Vector { top: Wide::new(8, 1), cells, slot: Wide::new(5, written(1)) };
    // ANCHOR: run
    // Thread A pops: it marks the slot, and is stopped.
    let top = vector.top.load();
    println!("A: marked {:?}", vector.mark(top));
    // Thread B sets that element.
    println!("B: set(0, 6) took out {:?}", vector.set(2, 6));
    // A goes on.
    let done = vector.top.exchange(top, Pair { word: 0, stamp: top.stamp + 1 });
    println!("A: {}", if done { "popped" } else { "must look again" });
    let top = vector.top.load();
    let marked = vector.mark(top);
    assert!(vector.top.exchange(top, Pair { word: 0, stamp: top.stamp + 1 }));
    println!("A: pop() = {marked:?}");
    // ANCHOR_END: run
}
// ANCHOR_END: all
