//! What is told to tools that watch a running program: Valgrind (feature `valgrind`) and AddressSanitizer
//! (feature `asan`). Without the features, and under Miri, nothing is left of it.
//!
//! To both, an arena is memory of the program like any other. They are told which bytes nobody may touch:
//! all of the arena at first, and a block once it is freed. [`Watched`] opens the block that is given out,
//! exactly as long as was asked for, and closes it when it comes back. [`links`](crate::links) is where an
//! allocator may touch a free block all the same.
//!
//! An overrun is seen where it leaves for bytes that nobody has: what a block was rounded up by, or free
//! memory. Into a live neighbour it is not.

#[cfg(not(all(feature = "asan", not(miri))))]
use core::sync::atomic::{AtomicU32, Ordering};

#[cfg(all(feature = "asan", not(miri)))]
mod asan;
#[cfg(all(feature = "valgrind", not(miri)))]
mod valgrind;
#[cfg(all(any(feature = "asan", feature = "valgrind"), not(miri)))]
mod watched;

#[cfg(all(any(feature = "asan", feature = "valgrind"), not(miri)))]
pub(crate) use watched::{Grounds, Watched};

/// Nobody may touch these bytes, before they are given out as a block.
#[inline(always)]
pub(crate) fn close(start: *mut u8, length: usize) {
    #[cfg(all(feature = "asan", not(miri)))]
    asan::close(start, length);
    #[cfg(all(feature = "valgrind", not(miri)))]
    valgrind::close(start, length);
    let _ = (start, length);
}

/// These bytes are memory like any other again.
#[inline(always)]
#[cfg_attr(not(any(feature = "asan", feature = "valgrind")), allow(dead_code))]
pub(crate) fn open(start: *mut u8, length: usize) {
    #[cfg(all(feature = "asan", not(miri)))]
    asan::open(start, length);
    #[cfg(all(feature = "valgrind", not(miri)))]
    valgrind::open(start, length);
    let _ = (start, length);
}

/// The memory that an arena gives blocks from: there is nobody to tell.
#[cfg(any(miri, not(any(feature = "asan", feature = "valgrind"))))]
pub(crate) struct Grounds;

#[cfg(any(miri, not(any(feature = "asan", feature = "valgrind"))))]
impl Grounds {
    pub(crate) const fn new() -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn close(&self, start: *mut u8, length: usize) {
        close(start, length);
    }
}

/// An access to a free block is meant, as long as this lives.
pub(crate) struct Meant;

impl Meant {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        #[cfg(all(feature = "valgrind", not(miri)))]
        valgrind::look_away(true);
        Self
    }
}

impl Drop for Meant {
    #[inline(always)]
    fn drop(&mut self) {
        #[cfg(all(feature = "valgrind", not(miri)))]
        valgrind::look_away(false);
    }
}

/// Accesses to these bytes, which are closed, are meant, as long as this lives.
#[cfg(feature = "hardening")]
pub(crate) struct MeantAt {
    #[cfg(all(feature = "asan", not(miri)))]
    bytes: (*mut u8, usize),
    _meant: Meant,
}

#[cfg(feature = "hardening")]
impl MeantAt {
    #[inline(always)]
    pub(crate) fn new(start: *mut u8, length: usize) -> Self {
        #[cfg(all(feature = "asan", not(miri)))]
        asan::open(start, length);
        let _ = (start, length);
        Self {
            #[cfg(all(feature = "asan", not(miri)))]
            bytes: (start, length),
            _meant: Meant::new(),
        }
    }
}

#[cfg(all(feature = "hardening", feature = "asan", not(miri)))]
impl Drop for MeantAt {
    fn drop(&mut self) {
        asan::close(self.bytes.0, self.bytes.1);
    }
}

/// Read a pointer; AddressSanitizer does not see it.
///
/// # Safety
///
/// `place` is aligned, and valid for reads of a pointer.
#[inline(always)]
pub(crate) unsafe fn load(place: *const *mut u8) -> *mut u8 {
    #[cfg(all(feature = "asan", not(miri)))]
    // SAFETY: the caller's promise.
    let pointer = unsafe { asan::load(place) };
    #[cfg(not(all(feature = "asan", not(miri))))]
    // SAFETY: the caller's promise.
    let pointer = unsafe { place.read() };
    // Of bytes that nobody may touch, Valgrind keeps no books: what was written there counts for nothing.
    #[cfg(all(feature = "valgrind", not(miri)))]
    valgrind::defined(&pointer);
    pointer
}

/// Write a pointer; AddressSanitizer does not see it.
///
/// # Safety
///
/// `place` is aligned, and valid for writes of a pointer.
#[inline(always)]
pub(crate) unsafe fn store(place: *mut *mut u8, pointer: *mut u8) {
    #[cfg(all(feature = "asan", not(miri)))]
    // SAFETY: the caller's promise.
    unsafe {
        asan::store(place, pointer);
    }
    #[cfg(not(all(feature = "asan", not(miri))))]
    // SAFETY: the caller's promise.
    unsafe {
        place.write(pointer);
    }
}

/// Read a header; AddressSanitizer does not see it.
///
/// # Safety
///
/// `place` is aligned, and valid for reads.
#[inline(always)]
pub(crate) unsafe fn load_header(place: *const u32) -> u32 {
    #[cfg(all(feature = "asan", not(miri)))]
    // SAFETY: the caller's promise.
    let header = unsafe { asan::load_header(place) };
    #[cfg(not(all(feature = "asan", not(miri))))]
    // SAFETY: the caller's promise.
    let header = unsafe { place.read() };
    // As in `load`.
    #[cfg(all(feature = "valgrind", not(miri)))]
    valgrind::defined(&header);
    header
}

/// [`load_header`], also while another thread may be writing to it.
///
/// # Safety
///
/// As for [`load_header`], and whoever writes does so by [`store_header`].
#[inline(always)]
pub(crate) unsafe fn load_shared_header(place: *const u32) -> u32 {
    #[cfg(all(feature = "asan", not(miri)))]
    // SAFETY: the caller's promise; to the compiler the instruction is no access.
    let header = unsafe { asan::load_header(place) };
    #[cfg(not(all(feature = "asan", not(miri))))]
    // SAFETY: the caller's promise: all that meet here are atomic.
    let shared = unsafe { AtomicU32::from_ptr(place.cast_mut()) };
    #[cfg(not(all(feature = "asan", not(miri))))]
    // Relaxed: pairs with the store in `store_header`; what the caller wants of it does not change.
    let header = shared.load(Ordering::Relaxed);
    // As in `load`.
    #[cfg(all(feature = "valgrind", not(miri)))]
    valgrind::defined(&header);
    header
}

/// Write a header; AddressSanitizer does not see it.
///
/// # Safety
///
/// `place` is aligned, and valid for writes.
#[inline(always)]
pub(crate) unsafe fn store_header(place: *mut u32, header: u32) {
    #[cfg(all(feature = "asan", not(miri)))]
    // SAFETY: the caller's promise.
    unsafe {
        asan::store_header(place, header);
    }
    #[cfg(not(all(feature = "asan", not(miri))))]
    // SAFETY: the caller's promise.
    let shared = unsafe { AtomicU32::from_ptr(place) };
    #[cfg(not(all(feature = "asan", not(miri))))]
    // Relaxed: pairs with the load in `load_shared_header`.
    shared.store(header, Ordering::Relaxed);
}
