//! Two looks at a pointer that agree, and the second one is followed.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicPtr, Ordering};

/// What others do while the reader sleeps: replace the value, and free it, until the new one gets the
/// address of the old one.
fn replace_until_the_address_is_back(place: &AtomicPtr<u64>, address: usize) {
    loop {
        let old = place.load(Ordering::Acquire);
        // SAFETY: from `Box::into_raw`, and in no hazard yet: the reader has only looked.
        drop(unsafe { Box::from_raw(old) });
        place.store(Box::into_raw(Box::new(8)), Ordering::Release);
        if place.load(Ordering::Relaxed).addr() == address {
            return;
        }
    }
}

fn main() {
    let place = AtomicPtr::new(Box::into_raw(Box::new(7)));
    // ANCHOR: look
    // The reader looks, and is stopped before it writes its hazard.
    let guess = place.load(Ordering::Relaxed);
    replace_until_the_address_is_back(&place, guess.addr());
    // It writes its hazard, and looks again: the same address.
    let now = place.load(Ordering::Acquire);
    assert_eq!(now, guess);
    // SAFETY: it was in the place after the hazard held its address.
    println!("read {}", unsafe { *now });
    // ANCHOR_END: look
    // SAFETY: from `Box::into_raw`, and nobody else is left.
    drop(unsafe { Box::from_raw(place.into_inner()) });
}
// ANCHOR_END: all
