//! The spare capacity of a `Vec`, written a vector at a time.

use core::mem::MaybeUninit;

use alloc::vec::Vec;

use super::super::element::{Element, Lane};

/// The spare capacity in chunks of `N` bytes, as many as there are.
#[inline(always)]
pub(super) fn chunks<E: Element, const N: usize>(out: &mut Vec<E>) -> &mut [MaybeUninit<[u8; N]>] {
    let spare = out.spare_capacity_mut();
    let chunks = size_of_val(spare) / N;
    // SAFETY: so many chunks lie inside the slice, which is borrowed for as long; bytes need no
    // alignment, and uninitialised ones are allowed on both sides.
    unsafe { core::slice::from_raw_parts_mut(spare.as_mut_ptr().cast(), chunks) }
}

/// Make the first `bytes` of the spare capacity part of `out`.
///
/// # Safety
///
/// They are there, they were written, and any bytes are a value of `T`.
#[inline(always)]
pub(super) unsafe fn commit<T>(out: &mut Vec<T>, bytes: usize) {
    let len = out.len() + bytes / size_of::<T>();
    // SAFETY: the caller's promise, word for word.
    unsafe { out.set_len(len) }
}

/// The lanes as they are in memory: the least significant byte first, on the targets that have
/// kernels.
#[inline(always)]
pub(super) fn bytes<L: Lane>(lanes: &[L]) -> &[u8] {
    const { assert!(cfg!(target_endian = "little") || cfg!(target_arch = "aarch64")) };
    // SAFETY: a lane is an integer: so many initialised bytes, borrowed for as long.
    unsafe { core::slice::from_raw_parts(lanes.as_ptr().cast(), size_of_val(lanes)) }
}

/// An array of uninitialised bytes as an uninitialised array.
#[inline(always)]
pub(super) fn transposed<const N: usize>(
    place: &mut [MaybeUninit<u8>; N],
) -> &mut MaybeUninit<[u8; N]> {
    // SAFETY: the same size and alignment; and of both, nothing but writes is asked.
    unsafe { &mut *place.as_mut_ptr().cast() }
}
