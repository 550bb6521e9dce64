//! Exercise 1: half the waste.
//!
//! Buckets that double may have room for nearly twice as many elements as there are. So let each size
//! come twice: 8, 8, 16, 16, 32, 32, … slots.

/// The slots of the first two buckets. Two buckets of one size are one step of doubling.
const FIRST: usize = 16;

/// Where `index` is: the number of its bucket, and the slot in that. Without a loop.
#[must_use]
pub fn place(index: usize) -> (usize, usize) {
    let position = index + FIRST;
    let highest = position.ilog2();
    // The bit below the highest one says which of the two buckets of that size it is.
    let size = 1 << (highest - 1);
    let second = usize::from(position & size != 0);
    let doublings = (highest - FIRST.ilog2()) as usize;
    (2 * doublings + second, position & (size - 1))
}

/// How many slots the buckets that hold `len` elements have together. Without a loop.
#[must_use]
pub fn capacity(len: usize) -> usize {
    let Some(last) = len.checked_sub(1) else { return 0 };
    let (bucket, slot) = place(last);
    let size = (FIRST / 2) << (bucket / 2);
    last - slot + size
}
