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
    let fits = |block: &&Range<usize>| place_in(block, size, align).is_some();
    // Of several that are equally short, `min_by_key` gives the first.
    let block = free.iter().filter(fits).min_by_key(|block| block.len())?;
    place_in(block, size, align)
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
    use Request::{Allocate, Release};
    // Two holes: 24 bytes, and 8. First fit takes 8 from the larger one, and 24 are nowhere.
    vec![
        Allocate(0, 24),
        Allocate(1, 8),
        Allocate(2, 8),
        Allocate(3, 24),
        Release(0),
        Release(2),
        Allocate(4, 8),
        Allocate(5, 24),
    ]
}

/// Requests to an arena of 64 bytes that first fit serves to the end and best fit does not.
#[must_use]
pub fn better_with_first_fit() -> Vec<Request> {
    use Request::{Allocate, Release};
    // Two holes: 24 bytes, and 16. Best fit cuts the 16 into 10 and 6, then has 14 of the 24 for 14, and
    // nothing for 16. First fit has 10 and 14 in the first hole, and keeps the second.
    vec![
        Allocate(0, 24),
        Allocate(1, 8),
        Allocate(2, 16),
        Allocate(3, 16),
        Release(0),
        Release(2),
        Allocate(4, 10),
        Allocate(5, 14),
        Allocate(6, 16),
    ]
}
