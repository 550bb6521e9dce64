//! How much memory the process's heap has, and how much of it may lie unused.

use core::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that are handed to pages, regions' blocks and large blocks.
pub(crate) static IN_USE: AtomicUsize = AtomicUsize::new(0);

/// Bytes with memory behind them that are not.
pub(crate) static DIRTY: AtomicUsize = AtomicUsize::new(0);

/// Bytes in mappings of the system, used or not.
pub(crate) static MAPPED: AtomicUsize = AtomicUsize::new(0);

/// Bytes in regions of heaps without a thread that have memory behind them and are not given out.
pub(crate) static LEFT_BEHIND: AtomicUsize = AtomicUsize::new(0);

/// What may lie unused however little is in use, in bytes.
pub(crate) const ALLOWED: usize = 3 << 19;

/// The most that was in use.
pub(crate) static PEAK: AtomicUsize = AtomicUsize::new(0);

/// What callers asked for and have not given back.
#[cfg(feature = "requested")]
static REQUESTED: AtomicUsize = AtomicUsize::new(0);

/// Callers ask for `new` bytes instead of `old`. Counted if that is wanted, since it takes time.
#[inline(always)]
pub(crate) fn count_requested(old: usize, new: usize) {
    #[cfg(feature = "requested")]
    add(&REQUESTED, new.wrapping_sub(old));
    let _ = (old, new);
}

pub(crate) fn requested() -> Option<usize> {
    #[cfg(feature = "requested")]
    return Some(REQUESTED.load(Ordering::Relaxed));
    #[cfg(not(feature = "requested"))]
    None
}

/// Bytes come into use.
pub(crate) fn use_more(bytes: usize) {
    let in_use = IN_USE.fetch_add(bytes, Ordering::Relaxed) + bytes;
    if in_use > PEAK.load(Ordering::Relaxed) {
        PEAK.fetch_max(in_use, Ordering::Relaxed);
    }
}

/// Count, in either direction. Relaxed everywhere: these are numbers, nothing hangs on their order.
pub(crate) fn add(counter: &AtomicUsize, bytes: usize) {
    counter.fetch_add(bytes, Ordering::Relaxed);
}

pub(crate) fn sub(counter: &AtomicUsize, bytes: usize) {
    counter.fetch_sub(bytes, Ordering::Relaxed);
}

/// How many bytes of the mappings nobody uses.
pub(crate) fn unused() -> usize {
    MAPPED.load(Ordering::Relaxed).saturating_sub(IN_USE.load(Ordering::Relaxed))
}

/// How much may lie unused.
fn allowed() -> usize {
    ALLOWED + IN_USE.load(Ordering::Relaxed) / 12
}

/// Whether more lies unused than should, with so much `slack`.
pub(crate) fn too_dirty(slack: usize) -> bool {
    DIRTY.load(Ordering::Relaxed) > allowed() + slack
}

/// Whether more than half of that lies unused.
pub(crate) fn more_than_half_too_dirty(slack: usize) -> bool {
    DIRTY.load(Ordering::Relaxed) > (allowed() + slack) / 2
}
