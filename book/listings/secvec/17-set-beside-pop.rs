//! A set that stores straight into the slot is lost to a pop that has looked already.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

struct Vector {
    len: AtomicUsize,
    slots: [AtomicU64; 8],
}

impl Vector {
    fn set(&self, index: usize, value: u64) -> Result<u64, ()> {
        if index < self.len.load(Ordering::Acquire) {
            Ok(self.slots[index].swap(value, Ordering::AcqRel))
        } else {
            Err(())
        }
    }
}

fn main() {
    let vector = Vector { len: AtomicUsize::new(1), slots: [const { AtomicU64::new(5) }; 8] };

    // Thread A pops: it reads the length and the last element, and is stopped.
    let len = vector.len.load(Ordering::Acquire);
    let last = vector.slots[len - 1].load(Ordering::Acquire);
    // Thread B sets that element, and succeeds.
    let set = vector.set(0, 6);
    // Thread A goes on: the length is the same, so its exchange succeeds.
    let exchange = vector.len.compare_exchange(len, len - 1, Ordering::AcqRel, Ordering::Relaxed);
    assert!(exchange.is_ok());

    println!("B replaced {set:?} by 6; after that, A popped {last}");
    // If the set came first, the pop must return 6. If it came second, it must fail.
    assert_eq!((set, last), (Ok(5), 5));
}
// ANCHOR_END: all
