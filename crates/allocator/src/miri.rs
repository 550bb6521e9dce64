//! What Miri cannot know of a block inside an arena, told to it. Outside Miri nothing is left of
//! these calls.

use core::alloc::Layout;

/// Say that the bytes of `block` mean nothing yet, so that reading what an earlier owner left is
/// reported; and that `block` is aligned as `layout` asks, which follows from its address, while
/// `-Zmiri-symbolic-alignment-check` trusts only the alignment of the arena as a whole.
///
/// # Safety
///
/// `block` is valid for writes of `layout.size()` bytes, and aligned to `layout.align()`.
#[cfg(miri)]
pub(crate) unsafe fn new_block(block: *mut u8, layout: Layout) {
    use core::mem::MaybeUninit;

    unsafe extern "Rust" {
        safe fn miri_promise_symbolic_alignment(block: *const (), align: usize);
    }
    const PIECE: usize = 4096;
    let nothing = MaybeUninit::<[u8; PIECE]>::uninit();
    for offset in (0..layout.size()).step_by(PIECE) {
        // SAFETY: `offset` is inside the block.
        let to = unsafe { block.add(offset) };
        let length = PIECE.min(layout.size() - offset);
        // SAFETY: the block goes on for `length` bytes from here, and `nothing` has as many.
        unsafe { to.copy_from_nonoverlapping(nothing.as_ptr().cast(), length) };
    }
    miri_promise_symbolic_alignment(block.cast(), layout.align());
}

#[cfg(not(miri))]
pub(crate) unsafe fn new_block(_: *mut u8, _: Layout) {}
