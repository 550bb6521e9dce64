//! A late helper marks the current descriptor's write as done, which is another push's.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

struct Descriptor {
    len: usize,
    index: usize,
    new: u64,
    pending: AtomicBool,
}

struct Vector {
    /// Every descriptor that there will be. None is freed: this is not about memory.
    descriptors: [Descriptor; 2],
    current: AtomicUsize,
    slots: [AtomicU64; 2],
}

impl Vector {
    fn current(&self) -> &Descriptor {
        &self.descriptors[self.current.load(Ordering::Acquire)]
    }

    // ANCHOR: complete
    fn complete_write(&self, helped: &Descriptor) {
        let slot = &self.slots[helped.index];
        let _ = slot.compare_exchange(0, helped.new, Ordering::Release, Ordering::Relaxed);
        self.current().pending.store(false, Ordering::Release);
    }
    // ANCHOR_END: complete

    fn last(&self) -> u64 {
        let current = self.current();
        if current.pending.load(Ordering::Acquire) {
            self.complete_write(current);
        }
        self.slots[current.len - 1].load(Ordering::Acquire)
    }
}

fn pushed(index: usize, new: u64) -> Descriptor {
    Descriptor { len: index + 1, index, new, pending: AtomicBool::new(true) }
}

fn main() {
    let vector = Vector {
        descriptors: [pushed(0, 10), pushed(1, 20)],
        current: AtomicUsize::new(0),
        slots: [const { AtomicU64::new(0) }; 2],
    };
    // ANCHOR: run
    // A has pushed 10. A helper finds its write pending, and is stopped.
    let helped = vector.current();
    assert!(helped.pending.load(Ordering::Acquire));
    // A completes its write. B pushes 20, and is stopped before it writes.
    vector.complete_write(&vector.descriptors[0]);
    vector.current.store(1, Ordering::Release);
    // The helper goes on.
    vector.complete_write(helped);
    // ANCHOR_END: run

    let last = vector.last();
    println!("pushed 10 and 20; the last element is {last}");
    assert_eq!(last, 0);
}
// ANCHOR_END: all
