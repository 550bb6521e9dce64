//! `fork`: the child gets a copy of all memory and of one thread.
//!
//! A lock that another thread holds at that moment would be held for ever in the child. So the thread that
//! forks takes all locks before, and both sides let go of them after.
//!
//! The heaps of the other threads become nobody's in the child, and are taken over like those of threads that
//! ended. One that was in the middle of a change of several steps (`busy`) is left as it is: what is in it is
//! lost to the child. Giving out or taking back a block on the fast path is a step or two, and whichever of
//! them is missing, the worst is a block that is never given out again.

use super::local::Local;
use super::{large, pool, tls};
use crate::lock::Lock;

extern "C" fn before() {
    tls::end::KEY.acquire();
    for heap in Local::all() {
        heap.all.acquire();
    }
    pool::POOL.acquire();
    large::LIST.acquire();
}

/// # Safety
///
/// `before` was called, by this thread or the one that this is a copy of.
unsafe fn let_go() {
    fn release<T>(lock: &Lock<T>) {
        // SAFETY: taken in `before`.
        unsafe { lock.release() };
    }
    release(&large::LIST);
    release(&pool::POOL);
    Local::all().for_each(|heap| release(&heap.all));
    release(&tls::end::KEY);
}

extern "C" fn in_parent() {
    // SAFETY: called after `before`.
    unsafe { let_go() };
}

extern "C" fn in_child() {
    // SAFETY: called after `before`.
    unsafe { let_go() };
    for heap in Local::all() {
        if !core::ptr::eq(heap, tls::heap()) {
            heap.orphan_after_fork();
        }
    }
}

/// Have the functions above called at every `fork`. Whether that worked.
pub(crate) fn notice() -> bool {
    // SAFETY: the functions are safe to be called around a fork; Miri has none.
    cfg!(miri)
        || unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) } == 0
}

#[cfg(all(test, not(miri)))]
mod tests {
    use super::*;
    use crate::{Heap, ThreadHeap};
    use core::alloc::Layout;
    use core::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    /// The exit status of a child that runs `f`.
    fn status_of_child(f: impl FnOnce() -> bool) -> i32 {
        let mut status = -1;
        // SAFETY: the child calls `f`, which allocates with this crate alone, and ends.
        unsafe {
            let child = libc::fork();
            assert!(child >= 0);
            if child == 0 {
                // One that waits for a lock that nobody holds is ended, and its status says so.
                libc::alarm(10);
                libc::_exit(i32::from(!f()));
            }
            assert_eq!(libc::waitpid(child, &mut status, 0), child);
        }
        status
    }

    /// Both in one test: they look at the same heaps.
    #[test]
    fn a_child_takes_over_what_the_threads_of_its_parent_had() {
        let layout = Layout::new::<[u64; 8]>();
        let allocate = move || {
            // SAFETY: the size is not 0.
            assert!(!unsafe { ThreadHeap::new().allocate(layout) }.is_null());
        };
        allocate();
        static HOLDS: AtomicBool = AtomicBool::new(false);
        static FORKED: AtomicBool = AtomicBool::new(false);
        let other = thread::spawn(move || {
            allocate();
            pool::POOL.with(|_| {
                HOLDS.store(true, Ordering::Release);
                // Long enough for the other thread to come to the lock.
                thread::sleep(core::time::Duration::from_millis(100));
            });
            while !FORKED.load(Ordering::Acquire) {
                thread::yield_now();
            }
        });
        while !HOLDS.load(Ordering::Acquire) {
            thread::yield_now();
        }
        let status = status_of_child(|| {
            pool::POOL.with(|_| ());
            let count = || Local::all().count();
            let before = count();
            // The heap of the thread that held the lock.
            Local::take().is_some() && count() == before
        });
        FORKED.store(true, Ordering::Release);
        assert!(other.join().is_ok());
        assert_eq!(status, 0);
    }
}
