//! A number for each thread.

/// The number of the calling thread: 1 for the first that asks, and so on.
///
/// The thread-local has no destructor and a constant to begin with, so asking allocates nothing, also while
/// a thread begins or ends, where the target has thread-locals of its own.
#[cfg(feature = "std")]
pub(super) fn number() -> u32 {
    use core::cell::Cell;
    // Not of `crate::sync`: loom's atomics cannot be static, and the numbers are no protocol.
    use core::sync::atomic::{AtomicU32, Ordering};

    static NEXT: AtomicU32 = AtomicU32::new(1);
    std::thread_local! {
        static NUMBER: Cell<u32> = const { Cell::new(0) };
    }
    let number = NUMBER.try_with(|number| {
        if number.get() == 0 {
            // Relaxed: all that counts is that no two get the same.
            number.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        number.get()
    });
    number.unwrap_or(0)
}

/// Nothing is known of threads.
#[cfg(not(feature = "std"))]
pub(super) fn number() -> u32 {
    0
}
