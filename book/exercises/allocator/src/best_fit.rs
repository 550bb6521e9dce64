//! Exercise 1: best fit.
//!
//! The free blocks of an arena are ranges, in the order of their addresses. Two ways to choose a place.

use std::ops::Range;

/// The first place where a block of `size` bytes fits, at a multiple of `align`, which is a power of two.
#[must_use]
pub fn first_fit(free: &[Range<usize>], size: usize, align: usize) -> Option<usize> {
    free.iter().find_map(|block| place_in(block, size, align))
}

/// The first place in one free block.
#[must_use]
pub fn place_in(block: &Range<usize>, size: usize, align: usize) -> Option<usize> {
    let place = block.start.checked_next_multiple_of(align)?;
    (place.checked_add(size)? <= block.end).then_some(place)
}

/// A place in the shortest free block in which there is one; of several equally short, in the first.
#[must_use]
pub fn best_fit(free: &[Range<usize>], size: usize, align: usize) -> Option<usize> {
    todo!("{size} bytes at a multiple of {align}, in one of {} free blocks", free.len())
}

/// What a program asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// A block of so many bytes, to be known by this number.
    Allocate(u32, usize),
    /// The block of this number is freed.
    Release(u32),
}

/// Requests to an arena of 64 bytes that best fit serves to the end and first fit does not.
#[must_use]
pub fn better_with_best_fit() -> Vec<Request> {
    todo!("a sequence of requests")
}

/// Requests to an arena of 64 bytes that first fit serves to the end and best fit does not.
#[must_use]
pub fn better_with_first_fit() -> Vec<Request> {
    todo!("a sequence of requests")
}
