//! What an allocator keeps inside blocks that are free: pointers to other free blocks.
//!
//! All of it goes through these functions, because to a tool that watches the program a free block is
//! out of bounds for everybody: here is the place to tell it that this access is meant.

use crate::watch::{self, Meant};

/// The pointer that was written to a free block.
///
/// # Safety
///
/// `place` is inside a free block, aligned for a pointer, and [`write`] was the last to write there.
#[inline(always)]
pub(crate) unsafe fn read(place: *const *mut u8) -> *mut u8 {
    let _meant = Meant::new();
    // SAFETY: the caller's promise.
    unsafe { watch::load(place) }
}

/// Keep a pointer in a free block.
///
/// # Safety
///
/// `place` is inside a free block, valid for writes of a pointer, and aligned for one.
#[inline(always)]
pub(crate) unsafe fn write(place: *mut *mut u8, link: *mut u8) {
    let _meant = Meant::new();
    // SAFETY: the caller's promise.
    unsafe { watch::store(place, link) };
}

/// The header of a block, which may stand where a larger free block was.
///
/// # Safety
///
/// `place` is aligned, and valid for reads; [`write_header`] was the last to write there.
#[inline(always)]
pub(crate) unsafe fn read_header(place: *const u32) -> u32 {
    let _meant = Meant::new();
    // SAFETY: the caller's promise.
    unsafe { watch::load_header(place) }
}

/// [`read_header`] by anybody, while whoever has the books may be writing to it.
///
/// # Safety
///
/// As for [`read_header`].
#[inline(always)]
pub(crate) unsafe fn read_shared_header(place: *const u32) -> u32 {
    let _meant = Meant::new();
    // SAFETY: the caller's promise; `write_header` is a `store_header`.
    unsafe { watch::load_shared_header(place) }
}

/// Keep the header of a block.
///
/// # Safety
///
/// `place` is aligned, and valid for writes.
#[inline(always)]
pub(crate) unsafe fn write_header(place: *mut u32, header: u32) {
    let _meant = Meant::new();
    // SAFETY: the caller's promise.
    unsafe { watch::store_header(place, header) };
}
