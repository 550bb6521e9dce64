//! Blocks without a wish for alignment.

use core::ffi::c_void;
use core::ptr;

use allocator::Heap;
use libc::ENOMEM;

use crate::errno::fail;
use crate::{ALIGN, HEAP, layout, layout_of};

/// A block of `size` bytes. Null and `ENOMEM`: there is no memory for it.
///
/// # Safety
///
/// None is needed: all functions here are `unsafe` as C declares them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    let Some(layout) = layout(size, ALIGN) else { return fail(ENOMEM) };
    // SAFETY: the size is not 0.
    or_no_memory(unsafe { HEAP.allocate(layout) })
}

/// A block for `count` elements of `size` bytes, all of them 0. Null and `ENOMEM`: there is no memory for
/// them.
///
/// # Safety
///
/// None is needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    let bytes = count.checked_mul(size);
    let Some(layout) = bytes.and_then(|bytes| layout(bytes, ALIGN)) else { return fail(ENOMEM) };
    // SAFETY: the size is not 0.
    or_no_memory(unsafe { HEAP.allocate_zeroed(layout) })
}

/// Make a block longer or shorter, where it is or elsewhere. Null and `ENOMEM`: there is no memory for it, and
/// the block is as it was. No block: a new one. A size of 0: the block is freed, and the result is null.
///
/// # Safety
///
/// `block` is null, or a live block of this library that is not used by its old address any more, unless
/// the result is null and `size` is not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    if block.is_null() {
        // SAFETY: none is needed.
        return unsafe { malloc(size) };
    }
    if size == 0 {
        // SAFETY: the caller's promise.
        unsafe { free(block) };
        return ptr::null_mut();
    }
    let block = block.cast();
    // SAFETY: the caller's promise.
    let old = unsafe { layout_of(block) };
    if layout(size, old.align()).is_none() {
        return fail(ENOMEM);
    }
    // SAFETY: the caller's promise; it is a layout that the block has, and `size` was checked.
    or_no_memory(unsafe { HEAP.reallocate(block, old, size) })
}

/// [`realloc`] for `count` elements of `size` bytes. Null and `ENOMEM` also if so many bytes cannot be counted.
///
/// # Safety
///
/// As for [`realloc`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reallocarray(
    block: *mut c_void,
    count: usize,
    size: usize,
) -> *mut c_void {
    match count.checked_mul(size) {
        // SAFETY: the caller's promise.
        Some(bytes) => unsafe { realloc(block, bytes) },
        None => fail(ENOMEM),
    }
}

/// Take a block back. Null is nothing. The error number stays what it was.
///
/// # Safety
///
/// `block` is null, or a live block of this library that nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn free(block: *mut c_void) {
    if !block.is_null() {
        // SAFETY: the caller's promise.
        unsafe { HEAP.free(block.cast()) };
    }
}

/// [`free`], by the name that old programs call it.
///
/// # Safety
///
/// As for [`free`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cfree(block: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { free(block) };
}

/// How many bytes of a block may be used: as many as were asked for, or some more. 0 for null.
///
/// # Safety
///
/// `block` is null, or a live block of this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn malloc_usable_size(block: *mut c_void) -> usize {
    if block.is_null() {
        return 0;
    }
    // SAFETY: the caller's promise.
    unsafe { HEAP.usable_size(block.cast()) }
}

#[inline(always)]
pub(crate) fn or_no_memory(block: *mut u8) -> *mut c_void {
    if block.is_null() { fail(ENOMEM) } else { block.cast() }
}
