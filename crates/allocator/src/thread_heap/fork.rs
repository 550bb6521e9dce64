//! `fork`: the child gets a copy of all memory and of one thread.
//!
//! A lock that another thread held at that moment would be held for ever in the child. To take all locks before
//! would avoid that, but who holds a lock while others prepare for the fork as well, and may allocate in doing
//! so, waits for ever: a handler of `pthread_atfork` that was registered before ours; a thread that flushes a
//! stream and needs memory for it, while the C library waits for it to finish. So nothing is done before. In
//! the child a lock that is held is broken, and what was under it is left behind.
//!
//! The heaps of the other threads become nobody's in the child, and are taken over like those of threads that
//! ended. One that was in the middle of a change of several steps (`busy`) is left as it is: what is in it is
//! lost to the child. Giving out or taking back a block on the fast path is a step or two, and whichever of
//! them is missing, the worst is a block that is never given out again.

use super::local::Local;
use super::{large, pool, tls};

// ANCHOR: in_child
/// In the child, before anything else runs there.
extern "C" fn in_child() {
    // SAFETY: the child has one thread, and that one was not in here but in `fork`. Another key will be made.
    unsafe { tls::end::KEY.break_after_fork(|key| *key = None) };
    // SAFETY: as above.
    unsafe { pool::POOL.break_after_fork(pool::Pool::forget) };
    // SAFETY: as above.
    unsafe { large::LIST.break_after_fork(|list| list.repair()) };
    for heap in Local::all() {
        // A list of segments can be walked at any moment. If it was being changed, its heap is busy.
        // SAFETY: as above.
        unsafe { heap.all.break_after_fork(|_| ()) };
        if !core::ptr::eq(heap, tls::heap()) {
            heap.orphan_after_fork();
        }
    }
}
// ANCHOR_END: in_child

/// Have `in_child` called in every child of `fork`. Whether that worked.
pub(crate) fn notice() -> bool {
    // SAFETY: the function is safe to be called after a fork; Miri has none.
    cfg!(miri) || unsafe { libc::pthread_atfork(None, None, Some(in_child)) } == 0
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
        let child = unsafe { libc::fork() };
        assert!(child >= 0);
        if child == 0 {
            // One that waits for a lock that nobody holds is ended, and its status says so.
            // SAFETY: nothing is asked of the caller.
            unsafe { libc::alarm(10) };
            // SAFETY: the same.
            unsafe { libc::_exit(i32::from(!f())) };
        }
        // SAFETY: the child is ours, and `status` is there to be written.
        assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
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
