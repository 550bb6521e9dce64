//! The thread's heap, and the end of the thread.
//!
//! The pointer to the heap is in a [`place`] that has no destructor: it can be read as long as the thread
//! runs. That the thread ends is told by something else, set up once a thread.

use core::ptr;

use super::local::{Local, NO_MORE, NOT_YET};
use super::place;

/// The calling thread's heap, [`NOT_YET`] or [`NO_MORE`].
#[inline(always)]
pub(crate) fn heap() -> *const Local {
    place::get()
}

/// The calling thread's heap, which it owns; made if it has none. `None`: it is about to end, or there is no
/// memory.
pub(crate) fn own_heap() -> Option<&'static Local> {
    let heap = heap();
    if ptr::eq(heap, &raw const NO_MORE) {
        return None;
    }
    if !ptr::eq(heap, &raw const NOT_YET) {
        // SAFETY: heaps are never unmade.
        return Some(unsafe { &*heap });
    }
    let heap = Local::take()?;
    place::set(heap);
    // From here on the thread can allocate, also for what follows.
    if end::notice(heap) {
        return Some(heap);
    }
    // Nobody would tell us of the thread's end, and the heap would be lost.
    place::set(&raw const NO_MORE);
    heap.let_go();
    None
}

/// The thread ends.
fn end_of(heap: &Local) {
    // What runs after this, destructors of others perhaps, has no heap of its own.
    place::set(&raw const NO_MORE);
    heap.abandon();
}

#[cfg(unix)]
pub(crate) mod end {
    use super::{Local, end_of};
    use crate::lock::Lock;
    use crate::thread_heap::fork;
    use core::ffi::c_void;
    use core::ptr;

    /// The key that has the heap of each thread as its value, so that POSIX calls `thread_ends` with it. (A
    /// thread-local of the standard library with a destructor would do the same, but registering it may
    /// allocate.)
    pub(crate) static KEY: Lock<Option<libc::pthread_key_t>> = Lock::new(None);

    extern "C" fn thread_ends(heap: *mut c_void) {
        // SAFETY: the value that `notice` set, and heaps are never unmade.
        end_of(unsafe { &*heap.cast_const().cast::<Local>() });
    }

    fn key() -> Option<libc::pthread_key_t> {
        KEY.with(|key| {
            if key.is_none() {
                let mut new = 0;
                // SAFETY: `new` is there to be written.
                let made = unsafe { libc::pthread_key_create(&mut new, Some(thread_ends)) } == 0;
                if made && fork::notice() {
                    *key = Some(new);
                }
            }
            *key
        })
    }

    /// See to it that `end_of` is called when the calling thread ends.
    pub(super) fn notice(heap: &'static Local) -> bool {
        let Some(key) = key() else { return false };
        // SAFETY: the key exists; it is never deleted.
        unsafe { libc::pthread_setspecific(key, ptr::from_ref(heap).cast()) == 0 }
    }
}

#[cfg(not(unix))]
mod end {
    use super::{Local, end_of};
    use core::cell::Cell;

    struct AtEnd(Cell<Option<&'static Local>>);

    impl Drop for AtEnd {
        fn drop(&mut self) {
            if let Some(heap) = self.0.get() {
                end_of(heap);
            }
        }
    }

    std::thread_local! {
        static AT_END: AtEnd = const { AtEnd(Cell::new(None)) };
    }

    /// See to it that `end_of` is called when the calling thread ends.
    pub(super) fn notice(heap: &'static Local) -> bool {
        AT_END.try_with(|at_end| at_end.0.set(Some(heap))).is_ok()
    }
}
