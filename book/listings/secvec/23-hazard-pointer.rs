//! The second repair: who reads says so first, and who frees looks first.
//@ check-pass
// ANCHOR: all
use std::sync::Barrier;
use std::sync::atomic::{AtomicPtr, Ordering, fence};
use std::{ptr, thread};

static HAZARD: AtomicPtr<u64> = AtomicPtr::new(ptr::null_mut());

fn protect(place: &AtomicPtr<u64>) -> *mut u64 {
    loop {
        let guess = place.load(Ordering::Relaxed);
        // Release: pairs with the Acquire in `scan`.
        HAZARD.store(guess, Ordering::Release);
        // SeqCst: pairs with the fence in `scan`. Either the scan sees the hazard, or the load
        // below sees that the value was replaced.
        fence(Ordering::SeqCst);
        // Acquire: pairs with the Release that published the value.
        if place.load(Ordering::Acquire) == guess {
            return guess;
        }
    }
}

fn scan(retired: &mut Vec<*mut u64>) {
    fence(Ordering::SeqCst);
    let hazard = HAZARD.load(Ordering::Acquire);
    retired.retain(|&value| {
        if value != hazard {
            // SAFETY: from `Box::into_raw`, retired once, and in no hazard.
            drop(unsafe { Box::from_raw(value) });
        }
        value == hazard
    });
}

fn main() {
    let place = AtomicPtr::new(Box::into_raw(Box::new(7)));
    let mut retired = Vec::new();
    let step = Barrier::new(2);

    thread::scope(|scope| {
        scope.spawn(|| {
            let mine = protect(&place);
            step.wait();
            step.wait();
            // SAFETY: it has been in the hazard since before it was replaced.
            println!("the reader still reads {}", unsafe { *mine });
            HAZARD.store(ptr::null_mut(), Ordering::Release);
        });

        step.wait();
        for number in 0..1000 {
            let new = Box::into_raw(Box::new(number));
            retired.push(place.swap(new, Ordering::AcqRel));
            scan(&mut retired);
        }
        println!("1000 replaced, {} waiting to be freed", retired.len());
        step.wait();
    });
    scan(&mut retired);
    println!("the reader is gone: {} waiting", retired.len());
    // SAFETY: from `Box::into_raw`, and the threads are gone.
    drop(unsafe { Box::from_raw(place.into_inner()) });
}
// ANCHOR_END: all
