//! Exercise 2: together again.
//!
//! A block that is freed becomes one with its free neighbours: on no side, on either, or on both.

use crate::arena::{AFTER_FREE, Arena, FREE};

/// Free the used block at `at`. Where the free block begins that it is a part of now.
pub fn release(arena: &mut Arena, at: usize) -> usize {
    let (mut at, mut end) = (at, at + arena.len(at));
    if arena.has(at, AFTER_FREE) {
        // There is a footer in front: the header says so.
        at -= arena.words[at - 1];
    }
    if let Some(next) = arena.words.get(end)
        && next & FREE != 0
    {
        end += arena.len(end);
    }
    // Before it there is nothing free: that would have been a neighbour of a free block.
    arena.words[at] = (end - at) | FREE;
    arena.words[end - 1] = end - at;
    if let Some(next) = arena.words.get_mut(end) {
        *next |= AFTER_FREE;
    }
    at
}
