//! A push that follows its own pointer after the exchange that made it public.
// ANCHOR: all
use std::sync::Barrier;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::{ptr, thread};

struct Descriptor {
    len: usize,
    write: u64,
}

fn main() {
    let current = AtomicPtr::new(ptr::null_mut());
    let step = Barrier::new(2);

    thread::scope(|scope| {
        scope.spawn(|| {
            let mine = Box::into_raw(Box::new(Descriptor { len: 1, write: 7 }));
            let null = ptr::null_mut();
            let published =
                current.compare_exchange(null, mine, Ordering::Release, Ordering::Relaxed);
            assert!(published.is_ok());
            step.wait();
            step.wait();
            // It made the descriptor itself, a moment ago. What could have happened to it?
            println!("complete the write of {}", unsafe { (*mine).write }); //~ ERROR: has been freed
        });

        // Another thread helps, pops, and frees what it replaced: the hazards are empty.
        step.wait();
        let next = Box::into_raw(Box::new(Descriptor { len: 0, write: 0 }));
        let old = current.swap(next, Ordering::AcqRel);
        drop(unsafe { Box::from_raw(old) });
        step.wait();
    });
    let last = unsafe { Box::from_raw(current.into_inner()) };
    println!("length {}, last write {}", last.len, last.write);
}
// ANCHOR_END: all
