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
use super::{pool, tls};
use crate::lock::Lock;

extern "C" fn before() {
    tls::end::KEY.acquire();
    for heap in Local::all() {
        heap.all.acquire();
    }
    pool::POOL.acquire();
}

/// # Safety
///
/// `before` was called, by this thread or the one that this is a copy of.
unsafe fn let_go() {
    fn release<T>(lock: &Lock<T>) {
        // SAFETY: taken in `before`.
        unsafe { lock.release() };
    }
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
