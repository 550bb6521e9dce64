//! A descriptor says what is still to be written, so anybody can write it.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

struct Descriptor {
    len: usize,
    write: Option<Write>,
}

struct Write {
    index: usize,
    old: u64,
    new: u64,
}

struct Vector {
    current: AtomicPtr<Descriptor>,
    slots: [AtomicU64; 8],
}

impl Vector {
    fn current(&self) -> &Descriptor {
        // SAFETY: both descriptors of this program live to the end of `main`.
        unsafe { &*self.current.load(Ordering::Acquire) }
    }

    fn complete_write(&self, descriptor: &Descriptor) {
        let Some(write) = &descriptor.write else { return };
        // If it fails, another thread has done it.
        let _ = self.slots[write.index].compare_exchange(
            write.old,
            write.new,
            Ordering::Release,
            Ordering::Relaxed,
        );
    }

    fn get(&self, index: usize) -> Option<u64> {
        let descriptor = self.current();
        self.complete_write(descriptor);
        (index < descriptor.len).then(|| self.slots[index].load(Ordering::Acquire))
    }
}

fn main() {
    let mut empty = Descriptor { len: 0, write: None };
    let mut pushed = Descriptor { len: 1, write: Some(Write { index: 0, old: 0, new: 7 }) };
    let (empty, pushed) = (&raw mut empty, &raw mut pushed);
    let vector = Vector { current: AtomicPtr::new(empty), slots: [const { AtomicU64::new(0) }; 8] };
    println!("before the push: {:?}", vector.get(0));

    // Thread A exchanges the descriptors: this is the push. Then it is stopped.
    let exchanged =
        vector.current.compare_exchange(empty, pushed, Ordering::Release, Ordering::Relaxed);
    assert!(exchanged.is_ok());
    println!("the slot itself: {}", vector.slots[0].load(Ordering::Relaxed));
    // Thread B finds the write, and does it.
    println!("B gets:          {:?}", vector.get(0));
    // Thread A wakes, and finds it done.
    vector.complete_write(vector.current());
    println!("A went on:       {:?}", vector.get(0));
}
// ANCHOR_END: all
