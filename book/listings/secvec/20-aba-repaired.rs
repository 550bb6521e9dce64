//! A version in the word: the old value may come back, the old word does not.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU64, Ordering};

// ANCHOR: versioned
#[derive(Clone, Copy)]
struct Versioned {
    version: u32,
    value: u32,
}

impl Versioned {
    fn word(self) -> u64 {
        u64::from(self.version) << 32 | u64::from(self.value)
    }

    fn next(self, value: u32) -> Self {
        Self { version: self.version.wrapping_add(1), value }
    }
}

struct Write {
    old: Versioned,
    new: Versioned,
}

fn complete(slot: &AtomicU64, write: &Write) -> bool {
    let (old, new) = (write.old.word(), write.new.word());
    slot.compare_exchange(old, new, Ordering::Release, Ordering::Relaxed).is_ok()
}
// ANCHOR_END: versioned

fn show(what: &str, slot: &AtomicU64) {
    let word = slot.load(Ordering::Acquire);
    println!("{what:<19} {}, version {}", word as u32, word >> 32);
}

fn main() {
    let start = Versioned { version: 0, value: 5 };
    let slot = AtomicU64::new(start.word());
    let first = Write { old: start, new: start.next(6) };
    let second = Write { old: first.new, new: first.new.next(5) };

    assert!(complete(&slot, &first));
    show("A set it to 6:", &slot);
    assert!(complete(&slot, &second));
    show("A set it to 5:", &slot);
    let late = complete(&slot, &first);
    show("a helper came late:", &slot);
    assert!(!late);
}
// ANCHOR_END: all
