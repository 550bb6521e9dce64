//! A push that has a hazard on its own descriptor before anybody can see it.
//@ check-pass
// ANCHOR: all
use std::sync::Barrier;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::{ptr, thread};

struct Descriptor {
    len: usize,
    write: u64,
}

static HAZARD: AtomicPtr<Descriptor> = AtomicPtr::new(ptr::null_mut());

fn main() {
    let current = AtomicPtr::new(ptr::null_mut());
    let step = Barrier::new(2);

    thread::scope(|scope| {
        // ANCHOR: publish
        scope.spawn(|| {
            let mine = Box::into_raw(Box::new(Descriptor { len: 1, write: 7 }));
            // Before anybody can see it. The exchange below makes this store visible to whoever
            // sees `mine`, so no fence is needed.
            HAZARD.store(mine, Ordering::Release);
            let null = ptr::null_mut();
            let published =
                current.compare_exchange(null, mine, Ordering::Release, Ordering::Relaxed);
            assert!(published.is_ok());
            step.wait();
            step.wait();
            // It made the descriptor itself, a moment ago. What could have happened to it?
            // SAFETY: it has been in the hazard since before it was published.
            println!("complete the write of {}", unsafe { (*mine).write });
            HAZARD.store(ptr::null_mut(), Ordering::Release);
        });
        // ANCHOR_END: publish

        // Another thread helps, pops, and has a descriptor to free.
        step.wait();
        let next = Box::into_raw(Box::new(Descriptor { len: 0, write: 0 }));
        let old = current.swap(next, Ordering::AcqRel);
        let mut retired = vec![old];
        scan(&mut retired);
        println!("helped; {} waiting to be freed", retired.len());
        step.wait();
        while !retired.is_empty() {
            thread::yield_now();
            scan(&mut retired);
        }
    });
    // SAFETY: from `Box::into_raw`, and the threads are gone.
    let last = unsafe { Box::from_raw(current.into_inner()) };
    println!("length {}, last write {}", last.len, last.write);
}

fn scan(retired: &mut Vec<*mut Descriptor>) {
    // Acquire: pairs with both Releases to the hazard.
    let hazard = HAZARD.load(Ordering::Acquire);
    retired.retain(|&descriptor| {
        if descriptor != hazard {
            // SAFETY: from `Box::into_raw`, replaced, retired once, and in no hazard.
            drop(unsafe { Box::from_raw(descriptor) });
        }
        descriptor == hazard
    });
}
// ANCHOR_END: all
