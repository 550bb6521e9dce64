//! A thread that uses its cell again while its last push is still to be written.
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

// ANCHOR: vector
struct Vector {
    /// The length, and the thread whose push is still to be written (0: none), in one word; and how
    /// many changes there were.
    top: Wide,
    /// What each thread pushes. Number 0 is nobody's.
    cells: [AtomicU32; 3],
    /// Each with the number of the change that wrote it.
    slots: [Wide; 4],
}

impl Vector {
    fn complete(&self, top: Pair) {
        let (len, thread) = (top.word / 8, top.word % 8);
        if thread == 0 {
            return;
        }
        let slot = &self.slots[len as usize - 1];
        loop {
            let seen = slot.load();
            if seen.stamp >= top.stamp {
                return;
            }
            let word = self.cells[thread as usize].load(Ordering::Acquire);
            if slot.exchange(seen, Pair { word, stamp: top.stamp }) {
                return;
            }
        }
    }
    // ANCHOR_END: vector

    // ANCHOR: push
    fn push(&self, thread: u32, value: u32) {
        self.cells[thread as usize].store(value, Ordering::Release);
        loop {
            let top = self.top.load();
            self.complete(top);
            let len = top.word / 8;
            if self.top.exchange(top, Pair { word: (len + 1) * 8 + thread, stamp: top.stamp + 1 }) {
                return;
            }
        }
    }
    // ANCHOR_END: push

    fn show(&self) {
        let slots: Vec<_> = self.slots.iter().map(|slot| slot.load().word).collect();
        let (top, cells) = (self.top.load(), &self.cells[1..]);
        println!("length {}, cells {cells:?}, slots {slots:?}", top.word / 8);
    }
}

fn main() {
    let vector = Vector {
        top: Wide::new(0, 0),
        cells: [const { AtomicU32::new(0) }; 3],
        slots: [const { Wide::new(0, 0) }; 4],
    };
    vector.push(1, 7);
    vector.push(1, 9);
    vector.complete(vector.top.load());
    vector.show();
    assert_eq!(vector.slots[0].load().word, 9);
}
// ANCHOR_END: all
