//! Memory from the system: whole pages, aligned as asked, all zeros; and pages given back.

use core::ptr;

/// The unit in which memory can be given back, in bytes: the largest page that a system has on this processor. (Less
/// would be wrong: the system gives back whole pages of its own, with what else is in them.)
pub(crate) const PAGE: usize = if cfg!(any(
    miri,
    target_arch = "x86",
    target_arch = "x86_64",
    target_arch = "arm",
    target_arch = "riscv32",
    target_arch = "riscv64",
    target_arch = "s390x",
)) {
    4 << 10
} else {
    64 << 10
};

/// What [`map`] returned, to give back as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapping {
    /// Its first byte; null if there is none.
    pub(crate) start: *mut u8,
    /// Its length in bytes, whole pages.
    pub(crate) len: usize,
}

impl Mapping {
    pub(crate) const NONE: Self = Self { start: ptr::null_mut(), len: 0 };
}

pub(crate) use imp::*;

#[cfg(all(unix, not(miri)))]
mod imp {
    use super::*;

    fn map_anywhere(len: usize) -> *mut u8 {
        // SAFETY: a new private mapping, wherever the system likes; nothing that exists is touched.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANON,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED { ptr::null_mut() } else { start.cast() }
    }

    /// `len` bytes of zeros (whole pages), such that `start + offset` is a multiple of `align`, a power of
    /// two of at least a page; `offset` is a multiple of a page.
    pub(crate) fn map(len: usize, align: usize, offset: usize) -> Mapping {
        let start = map_anywhere(len);
        if start.is_null() {
            return Mapping::NONE;
        }
        if (start.addr() + offset).is_multiple_of(align) {
            return Mapping { start, len };
        }
        // Not lucky: map enough that an aligned part is inside, and give the rest back.
        // SAFETY: mapped above, and nobody knows of it.
        unsafe { unmap(Mapping { start, len }) };
        let Some(more) = len.checked_add(align) else { return Mapping::NONE };
        let start = map_anywhere(more);
        if start.is_null() {
            return Mapping::NONE;
        }
        let before = (start.addr() + offset).next_multiple_of(align) - (start.addr() + offset);
        // SAFETY: `before < align`, and `more` is `len + align`: this and the next are inside the mapping.
        let aligned = unsafe { start.add(before) };
        // SAFETY: as above.
        let end = unsafe { aligned.add(len) };
        for outer in [Mapping { start, len: before }, Mapping { start: end, len: align - before }] {
            // SAFETY: what is in front and behind, which nobody knows of.
            unsafe { unmap(outer) };
        }
        Mapping { start: aligned, len }
    }

    /// Give back a mapping, or whole pages at either end of one.
    ///
    /// # Safety
    ///
    /// The pages came from [`map`], and nobody uses them any more.
    pub(crate) unsafe fn unmap(mapping: Mapping) {
        if mapping.len != 0 {
            // SAFETY: the caller's promise. What can fail (too many mappings, when the middle of one is
            // taken out) leaves the pages mapped, which is a waste and nothing worse.
            keep_errno(|| unsafe { libc::munmap(mapping.start.cast(), mapping.len) });
        }
    }

    /// Give back the memory behind `len` bytes (whole pages) and keep the addresses. Whether they read as
    /// zeros from now on.
    ///
    /// # Safety
    ///
    /// The pages came from [`map`], and nobody needs what is in them.
    pub(crate) unsafe fn purge(start: *mut u8, len: usize) -> bool {
        // Elsewhere than on Linux the advice may be ignored.
        let promised = cfg!(any(target_os = "linux", target_os = "android"));
        // SAFETY: the caller's promise.
        let done = keep_errno(|| unsafe { libc::madvise(start.cast(), len, libc::MADV_DONTNEED) });
        done == 0 && promised
    }

    /// Call `f` and leave the thread's error number as it was: `free` must not change it (POSIX.1-2024).
    pub(crate) fn keep_errno<R>(f: impl FnOnce() -> R) -> R {
        #[cfg(target_os = "linux")]
        {
            // SAFETY: a question that changes nothing.
            let place = unsafe { libc::__errno_location() };
            // SAFETY: the place is the thread's own.
            let before = unsafe { *place };
            let result = f();
            // SAFETY: as above.
            unsafe { *place = before };
            result
        }
        #[cfg(not(target_os = "linux"))]
        f()
    }

    /// A clock that is read quickly and goes in steps of some milliseconds; it comes round after 49 days.
    pub(crate) fn milliseconds() -> u32 {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        const CLOCK: libc::clockid_t = libc::CLOCK_MONOTONIC_COARSE;
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        const CLOCK: libc::clockid_t = libc::CLOCK_MONOTONIC;
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `time` is there to be written. If the clock fails, it is always the same moment.
        unsafe { libc::clock_gettime(CLOCK, &mut time) };
        (time.tv_sec as u32).wrapping_mul(1000).wrapping_add(time.tv_nsec as u32 / 1_000_000)
    }

    /// Make a mapping longer or shorter where it is, new pages being zeros. `false`: it is as it was.
    ///
    /// # Safety
    ///
    /// `mapping` is a whole mapping of [`map`]; what is cut off is not used any more.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(crate) unsafe fn resize(mapping: Mapping, len: usize) -> bool {
        // SAFETY: the caller's promise. Without MREMAP_MAYMOVE the mapping stays where it is.
        unsafe { libc::mremap(mapping.start.cast(), mapping.len, len, 0) != libc::MAP_FAILED }
    }

    /// Move the pages of `from` to the front of `to`, which is at least as long. `false`: nothing moved.
    ///
    /// # Safety
    ///
    /// Both are whole mappings of [`map`]; nobody uses either.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(crate) unsafe fn move_pages(from: Mapping, to: Mapping) -> bool {
        let flags = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED;
        // SAFETY: the caller's promise: `to` is ours to be replaced.
        unsafe {
            libc::mremap(from.start.cast(), from.len, to.len, flags, to.start) != libc::MAP_FAILED
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(crate) unsafe fn resize(_: Mapping, _: usize) -> bool {
        false
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(crate) unsafe fn move_pages(_: Mapping, _: Mapping) -> bool {
        false
    }
}

/// Where there is no `mmap`, or none that can be aligned and purged (Miri's): the standard library's
/// allocator for the system.
#[cfg(any(not(unix), miri))]
mod imp {
    use super::*;
    use core::alloc::{GlobalAlloc, Layout};
    use std::alloc::System;

    fn layout(len: usize) -> Option<Layout> {
        Layout::from_size_align(len, super::super::segment::SIZE).ok()
    }

    pub(crate) fn map(len: usize, align: usize, offset: usize) -> Mapping {
        // Aligned more than a segment: not here.
        let possible = align <= super::super::segment::SIZE && offset.is_multiple_of(align);
        let Some(layout) = layout(len).filter(|_| possible && len != 0) else {
            return Mapping::NONE;
        };
        // SAFETY: the length is not 0.
        let start = unsafe { System.alloc_zeroed(layout) };
        if start.is_null() { Mapping::NONE } else { Mapping { start, len } }
    }

    pub(crate) unsafe fn unmap(mapping: Mapping) {
        if let Some(layout) = layout(mapping.len) {
            // SAFETY: the caller's promise: a whole mapping, with the layout of `map`.
            unsafe { System.dealloc(mapping.start, layout) };
        }
    }

    pub(crate) unsafe fn purge(_: *mut u8, _: usize) -> bool {
        false
    }

    /// Nothing is ever given back in vain here, so no time passes.
    pub(crate) fn milliseconds() -> u32 {
        0
    }

    pub(crate) unsafe fn resize(_: Mapping, _: usize) -> bool {
        false
    }

    pub(crate) unsafe fn move_pages(_: Mapping, _: Mapping) -> bool {
        false
    }
}
