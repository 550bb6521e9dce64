//! Exercise 3: longer where it is.
//!
//! A block is made longer or shorter without being moved, if that is possible.

use crate::arena::{AFTER_FREE, Arena, FLAGS, FREE};

/// Make the used block at `at` a block of `len` words, a multiple of 4 and not 0. What it no longer needs is free,
/// and one with a free block behind it; what it needs more comes from there. `false`: that is not long
/// enough, or not free, and nothing has changed.
pub fn resize(arena: &mut Arena, at: usize, len: usize) -> bool {
    let next = arena.next(at).filter(|&next| arena.has(next, FREE));
    let room = arena.len(at) + next.map_or(0, |next| arena.len(next));
    if len > room {
        return false;
    }
    let end = at + room;
    arena.words[at] = len | (arena.words[at] & FLAGS);
    let left = room - len;
    if left > 0 {
        arena.words[at + len] = left | FREE;
        arena.words[end - 1] = left;
    }
    if let Some(behind) = arena.words.get_mut(end) {
        *behind = (*behind & !AFTER_FREE) | if left > 0 { AFTER_FREE } else { 0 };
    }
    true
}
