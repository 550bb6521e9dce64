//! Segments that nobody uses, kept for the next one who needs one: the addresses, not the memory.

use super::cover;
use super::os::{self, Mapping};
use super::segment::SIZE;
use super::usage;
use crate::lock::Lock;
use crate::watch;

/// How many to keep.
const KEPT: usize = 16;

pub(crate) struct Pool {
    kept: [Mapping; KEPT],
    count: usize,
}

impl Pool {
    /// Keep none of them.
    #[cfg(unix)]
    pub(crate) fn forget(&mut self) {
        self.count = 0;
    }
}

// SAFETY: mappings are the process's, not a thread's.
unsafe impl Send for Pool {}

pub(crate) static POOL: Lock<Pool> = Lock::new(Pool { kept: [Mapping::NONE; KEPT], count: 0 });

/// A segment's memory. All of it is zeros, but for a stale header in the first slice.
pub(crate) fn take() -> Option<Mapping> {
    take_kept().or_else(|| {
        let mapping = os::map(SIZE, SIZE, 0);
        if mapping.start.is_null() {
            return None;
        }
        if !cover::add(mapping.start) {
            // SAFETY: mapped above, and nobody knows of it.
            unsafe { os::unmap(mapping) };
            return None;
        }
        usage::add(&usage::MAPPED, SIZE);
        Some(mapping)
    })
}

fn take_kept() -> Option<Mapping> {
    POOL.with(|pool| {
        pool.count = pool.count.checked_sub(1)?;
        pool.kept.get(pool.count).copied()
    })
}

/// Give a segment's memory back.
///
/// # Safety
///
/// It came from [`take`], and nobody uses it.
pub(crate) unsafe fn give(mapping: Mapping) {
    watch::open(mapping.start, SIZE);
    // SAFETY: the caller's promise.
    let zeros = unsafe { os::purge(mapping.start, SIZE) };
    let kept = zeros
        && POOL.with(|pool| {
            let place = pool.kept.get_mut(pool.count);
            let room = place.is_some();
            if let Some(place) = place {
                *place = mapping;
                pool.count += 1;
            }
            room
        });
    if !kept {
        // SAFETY: the caller's promise.
        unsafe { unmap(mapping) };
    }
}

/// Keep none: whoever is short of addresses can have these.
pub(crate) fn empty() {
    while let Some(mapping) = take_kept() {
        // SAFETY: it was kept, so nobody uses it, and is not any more.
        unsafe { unmap(mapping) };
    }
}

/// # Safety
///
/// A segment's memory, which nobody uses and the pool does not keep.
unsafe fn unmap(mapping: Mapping) {
    usage::sub(&usage::MAPPED, SIZE);
    cover::remove(mapping.start);
    // SAFETY: the caller's promise.
    unsafe { os::unmap(mapping) };
}
