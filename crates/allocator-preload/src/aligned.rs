//! Blocks with a wish for alignment.

use core::ffi::{c_int, c_void};

use allocator::Heap;
use libc::{EINVAL, ENOMEM};

use crate::errno::{fail, keep};
use crate::plain::or_no_memory;
use crate::{ALIGN, HEAP, layout};

/// Put a block of `size` bytes, aligned to `align`, where `place` points. 0, or `EINVAL`: `align` is not a power
/// of two that is a multiple of a pointer's size; or `ENOMEM`: there is no memory for it. What `place` points to
/// is only written for 0; `errno` is never.
///
/// # Safety
///
/// `place` is valid for writing a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_memalign(
    place: *mut *mut c_void,
    align: usize,
    size: usize,
) -> c_int {
    if !align.is_power_of_two() || align < size_of::<*mut c_void>() {
        return EINVAL;
    }
    let Some(layout) = layout(size, align.max(ALIGN)) else { return ENOMEM };
    // SAFETY: the size is not 0.
    let block = keep(|| unsafe { HEAP.allocate(layout) });
    if block.is_null() {
        return ENOMEM;
    }
    // SAFETY: the caller's promise.
    unsafe { *place = block.cast() };
    0
}

/// A block of `size` bytes, aligned to `align`. Null and `EINVAL`: that is not a power of two; null and `ENOMEM`:
/// there is no memory for it. `size` need not be a multiple of `align`.
///
/// # Safety
///
/// None is needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aligned_alloc(align: usize, size: usize) -> *mut c_void {
    aligned(align, size)
}

/// [`aligned_alloc`], by its old name.
///
/// # Safety
///
/// None is needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memalign(align: usize, size: usize) -> *mut c_void {
    aligned(align, size)
}

/// A block that is aligned to a page of the system.
///
/// # Safety
///
/// None is needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn valloc(size: usize) -> *mut c_void {
    aligned(page(), size)
}

/// A block of whole pages of the system, at least one.
///
/// # Safety
///
/// None is needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pvalloc(size: usize) -> *mut c_void {
    match size.max(1).checked_next_multiple_of(page()) {
        Some(size) => aligned(page(), size),
        None => fail(ENOMEM),
    }
}

fn aligned(align: usize, size: usize) -> *mut c_void {
    if !align.is_power_of_two() {
        return fail(EINVAL);
    }
    let Some(layout) = layout(size, align.max(ALIGN)) else { return fail(ENOMEM) };
    // SAFETY: the size is not 0.
    or_no_memory(unsafe { HEAP.allocate(layout) })
}

fn page() -> usize {
    // SAFETY: a question that changes nothing.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(page).unwrap_or(4096)
}
