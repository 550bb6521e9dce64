//! A bucket that is published without Release: its pointer is seen, and its zeros are not.
// ANCHOR: all
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::thread;

type Slots = [AtomicU64; 8];

fn main() {
    let bucket = AtomicPtr::<Slots>::new(ptr::null_mut());

    thread::scope(|scope| {
        scope.spawn(|| {
            let mut found = bucket.load(Ordering::Acquire);
            while found.is_null() {
                thread::yield_now();
                found = bucket.load(Ordering::Acquire);
            }
            // SAFETY: it is freed at the end.
            let slots = unsafe { &*found };
            println!("slot 0: {}", slots[0].load(Ordering::Relaxed)); //~ ERROR: Data race
        });

        // ANCHOR: publish
        let fresh = Box::into_raw(Box::new(MaybeUninit::<Slots>::uninit())).cast::<Slots>();
        // The zeros are written as any memory is: not atomically.
        // SAFETY: the box has room for them.
        unsafe { fresh.write([const { AtomicU64::new(0) }; 8]) };
        bucket.store(fresh, Ordering::Relaxed);
        // ANCHOR_END: publish
    });
    // SAFETY: from `Box::into_raw`, and the other thread is gone.
    drop(unsafe { Box::from_raw(bucket.into_inner()) });
}
// ANCHOR_END: all
