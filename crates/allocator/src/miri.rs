//! What Miri cannot know of a block inside an arena, told to it. Outside Miri nothing is left of
//! these calls.

use core::alloc::Layout;
use core::ops::Range;

/// Say that the bytes of `block` mean nothing yet, so that reading what an earlier owner left is
/// reported; and that `block` is aligned as `layout` asks, which follows from its address, while
/// `-Zmiri-symbolic-alignment-check` trusts only the alignment of the arena as a whole.
///
/// # Safety
///
/// `block` is valid for writes of `layout.size()` bytes, and aligned to `layout.align()`.
#[cfg(miri)]
pub(crate) unsafe fn new_block(block: *mut u8, layout: Layout) {
    unsafe extern "Rust" {
        safe fn miri_promise_symbolic_alignment(block: *const (), align: usize);
    }
    // SAFETY: the caller's promise.
    unsafe { new_bytes(block, 0..layout.size()) };
    miri_promise_symbolic_alignment(block.cast(), layout.align());
}

/// Say that the bytes `range` of `block` mean nothing yet: those it gained by growing in place. An
/// empty range says nothing.
///
/// # Safety
///
/// The bytes `range` of `block` are inside it and valid for writes.
#[cfg(miri)]
pub(crate) unsafe fn new_bytes(block: *mut u8, range: Range<usize>) {
    use core::mem::MaybeUninit;

    const PIECE: usize = 4096;
    let nothing = MaybeUninit::<[u8; PIECE]>::uninit();
    let end = range.end;
    for offset in range.step_by(PIECE) {
        // SAFETY: `offset` is inside the block.
        let to = unsafe { block.add(offset) };
        let length = PIECE.min(end - offset);
        // SAFETY: the block goes on for `length` bytes from here, and `nothing` has as many.
        unsafe { to.copy_from_nonoverlapping(nothing.as_ptr().cast(), length) };
    }
}

#[cfg(not(miri))]
pub(crate) unsafe fn new_block(_: *mut u8, _: Layout) {}

#[cfg(not(miri))]
pub(crate) unsafe fn new_bytes(_: *mut u8, _: Range<usize>) {}
