//! Exercise 3: longer where it is.
//!
//! A block is made longer or shorter without being moved, if that is possible.

use crate::arena::Arena;

/// Make the used block at `at` a block of `len` words, a multiple of 4 and not 0. What it no longer needs is free,
/// and one with a free block behind it; what it needs more comes from there. `false`: that is not long
/// enough, or not free, and nothing has changed.
pub fn resize(arena: &mut Arena, at: usize, len: usize) -> bool {
    todo!("make the block at {at} of {} words one of {len} words", arena.len(at))
}
