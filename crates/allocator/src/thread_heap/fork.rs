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
use super::{pool, tls};

/// In the child, before anything else runs there.
extern "C" fn in_child() {
    // SAFETY: the child has one thread, and that one was not in here but in `fork`. Another key will be made.
    unsafe { tls::end::KEY.break_after_fork(|key| *key = None) };
    // SAFETY: as above.
    unsafe { pool::POOL.break_after_fork(pool::Pool::forget) };
    for heap in Local::all() {
        // A list of segments can be walked at any moment. If it was being changed, its heap is busy.
        // SAFETY: as above.
        unsafe { heap.all.break_after_fork(|_| ()) };
        if !core::ptr::eq(heap, tls::heap()) {
            heap.orphan_after_fork();
        }
    }
}

/// Have `in_child` called in every child of `fork`. Whether that worked.
pub(crate) fn notice() -> bool {
    // SAFETY: the function is safe to be called after a fork; Miri has none.
    cfg!(miri) || unsafe { libc::pthread_atfork(None, None, Some(in_child)) } == 0
}
