//! Storing a new pointer over the only copy of the old one.
// ANCHOR: all
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

struct Write {
    old: u64,
    new: u64,
}

struct Vector {
    slot: AtomicU64,
    pending: AtomicPtr<Option<Write>>,
}

impl Vector {
    fn complete_write(&self) {
        // SAFETY: from `Box::into_raw`, and never freed.
        let pending = unsafe { &*self.pending.load(Ordering::Acquire) };
        if let Some(write) = pending {
            let _ = self.slot.compare_exchange(
                write.old,
                write.new,
                Ordering::AcqRel,
                Ordering::Relaxed,
            );
            let none = Box::into_raw(Box::new(None));
            self.pending.store(none, Ordering::Release);
            // And the pointer that was there?
        }
    }
}

impl Drop for Vector {
    fn drop(&mut self) {
        // SAFETY: from `Box::into_raw`, and `&mut self` says that nobody else uses it.
        drop(unsafe { Box::from_raw(*self.pending.get_mut()) });
    }
}

fn main() {
    let write = Box::new(Some(Write { old: 0, new: 7 })); //~ ERROR: memory leaked
    let vector = Vector { slot: AtomicU64::new(0), pending: AtomicPtr::new(Box::into_raw(write)) };
    vector.complete_write();
    println!("the slot holds {}", vector.slot.load(Ordering::Acquire));
}
// ANCHOR_END: all
