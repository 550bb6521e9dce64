//! How much memory the process's heap has, and how much of it may lie unused.

use core::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that are handed to pages, regions' blocks and large blocks.
pub(crate) static IN_USE: AtomicUsize = AtomicUsize::new(0);

/// Bytes with memory behind them that are not.
pub(crate) static DIRTY: AtomicUsize = AtomicUsize::new(0);

/// Bytes in mappings of the system, used or not.
pub(crate) static MAPPED: AtomicUsize = AtomicUsize::new(0);

/// What may lie unused however little is in use, in bytes.
const ALLOWED: usize = 1 << 20;

/// Count, in either direction. Relaxed everywhere: these are numbers, nothing hangs on their order.
pub(crate) fn add(counter: &AtomicUsize, bytes: usize) {
    counter.fetch_add(bytes, Ordering::Relaxed);
}

pub(crate) fn sub(counter: &AtomicUsize, bytes: usize) {
    counter.fetch_sub(bytes, Ordering::Relaxed);
}

/// Whether more lies unused than should.
pub(crate) fn too_dirty() -> bool {
    too_much(DIRTY.load(Ordering::Relaxed))
}

/// Whether these are more unused bytes than there should be.
pub(crate) fn too_much(dirty: usize) -> bool {
    dirty > ALLOWED + IN_USE.load(Ordering::Relaxed) / 16
}
