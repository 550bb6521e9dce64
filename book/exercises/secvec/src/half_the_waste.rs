//! Exercise 1: half the waste.
//!
//! Buckets that double may have room for nearly twice as many elements as there are. So let each size
//! come twice: 8, 8, 16, 16, 32, 32, … slots.

/// Where `index` is: the number of its bucket, and the slot in that. Without a loop.
#[must_use]
pub fn place(index: usize) -> (usize, usize) {
    todo!("find the bucket and the slot of {index}")
}

/// How many slots the buckets that hold `len` elements have together. Without a loop.
#[must_use]
pub fn capacity(len: usize) -> usize {
    todo!("count the slots of the buckets for {len} elements")
}
