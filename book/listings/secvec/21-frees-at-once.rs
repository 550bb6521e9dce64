//! Freeing what was replaced, while another thread stands between its load and its use.
// ANCHOR: all
use std::sync::Barrier;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread;

struct Write {
    new: u64,
}

fn main() {
    let write = Box::into_raw(Box::new(Some(Write { new: 7 })));
    let pending = AtomicPtr::new(write);
    // Not part of the vector: it makes this run go the way that any run could.
    let step = Barrier::new(2);

    thread::scope(|scope| {
        scope.spawn(|| {
            let mine = pending.load(Ordering::Acquire);
            step.wait();
            step.wait();
            let write = unsafe { &*mine }; //~ ERROR: use-after-free
            if let Some(write) = write {
                println!("help to write {}", write.new);
            }
        });

        step.wait();
        let none = Box::into_raw(Box::new(None));
        let old = pending.swap(none, Ordering::AcqRel);
        drop(unsafe { Box::from_raw(old) });
        step.wait();
    });
    drop(unsafe { Box::from_raw(pending.into_inner()) });
}
// ANCHOR_END: all
