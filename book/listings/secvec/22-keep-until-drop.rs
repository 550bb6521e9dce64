//! The first repair: whatever was replaced is kept, and freed with the vector.
//@ check-pass
// ANCHOR: all
use std::sync::Barrier;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::{ptr, thread};

struct Write {
    new: u64,
    /// The write that this one replaced, then the one before it, and so on.
    older: *mut Write,
}

struct Vector {
    pending: AtomicPtr<Write>,
}

impl Vector {
    fn announce(&self, new: u64) {
        let write = Box::into_raw(Box::new(Write { new, older: ptr::null_mut() }));
        let mut older = self.pending.load(Ordering::Acquire);
        loop {
            // SAFETY: from `Box::into_raw`, and nobody else has it yet.
            unsafe { (*write).older = older };
            let exchange =
                self.pending.compare_exchange(older, write, Ordering::AcqRel, Ordering::Acquire);
            match exchange {
                Ok(_) => return,
                Err(now) => older = now,
            }
        }
    }
}

impl Drop for Vector {
    fn drop(&mut self) {
        let mut kept = 0;
        let mut write = *self.pending.get_mut();
        while !write.is_null() {
            // SAFETY: from `Box::into_raw`, in the chain once, and nobody else is left.
            write = unsafe { Box::from_raw(write) }.older;
            kept += 1;
        }
        println!("{kept} writes were kept to the end");
    }
}

fn main() {
    let vector = Vector { pending: AtomicPtr::new(ptr::null_mut()) };
    vector.announce(7);
    let step = Barrier::new(2);

    thread::scope(|scope| {
        scope.spawn(|| {
            let mine = vector.pending.load(Ordering::Acquire);
            step.wait();
            step.wait();
            // SAFETY: nothing is freed before the vector is dropped.
            println!("help to write {}", unsafe { (*mine).new });
        });

        step.wait();
        for new in 0..1000 {
            vector.announce(new);
        }
        step.wait();
    });
}
// ANCHOR_END: all
