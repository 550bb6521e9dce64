//! Exercise 3: longer where it is.
#![allow(clippy::unwrap_used)]

use allocator_exercises::arena::Arena;
use allocator_exercises::longer_where_it_is::resize;

/// Blocks of 8, 12 and 8 words, with 1, 2 and 3 written into them, and `free` words behind them.
fn three(free: usize) -> Arena {
    let mut arena = Arena::new(28 + free);
    for (value, len) in [(1, 8), (2, 12), (3, 8)] {
        let at = arena.allocate(len).unwrap();
        arena.payload(at).fill(value);
    }
    arena
}

#[test]
fn a_block_gets_shorter_and_the_rest_is_free() {
    let mut arena = three(0);
    assert!(resize(&mut arena, 8, 4));
    assert_eq!(arena.mistake(), None);
    assert_eq!((arena.len(8), arena.payload(8).to_vec()), (4, vec![2; 3]));
    assert_eq!(arena.allocate(8), Some(12));
    assert_eq!(arena.payload(20), [3; 7]);
}

#[test]
fn what_is_cut_off_is_one_with_what_is_free_behind() {
    let mut arena = three(8);
    assert!(resize(&mut arena, 20, 4));
    assert_eq!(arena.mistake(), None);
    assert_eq!(arena.allocate(12), Some(24));
}

#[test]
fn a_block_gets_longer_by_a_part_of_what_is_free_behind() {
    let mut arena = three(12);
    assert!(resize(&mut arena, 20, 12));
    assert_eq!(arena.mistake(), None);
    assert_eq!(arena.payload(20)[..7], [3; 7]);
    assert_eq!(arena.allocate(8), Some(32));
}

#[test]
fn a_block_gets_longer_by_all_of_it() {
    let mut arena = three(0);
    assert!(resize(&mut arena, 8, 4));
    assert!(resize(&mut arena, 8, 12));
    assert_eq!(arena.mistake(), None);
    assert_eq!(arena.payload(8)[..3], [2; 3]);
    assert_eq!(arena.payload(20), [3; 7]);
    assert_eq!(arena.allocate(4), None);
}

#[test]
fn the_end_of_the_arena_is_the_end() {
    let mut arena = three(4);
    assert!(resize(&mut arena, 20, 12));
    assert_eq!(arena.mistake(), None);
    assert!(!resize(&mut arena, 20, 16));
    assert!(resize(&mut arena, 20, 4));
    assert_eq!(arena.mistake(), None);
}

#[test]
fn where_it_is_not_possible_nothing_changes() {
    let mut arena = three(4);
    let before = arena.clone();
    assert!(!resize(&mut arena, 0, 12), "the block behind is in use");
    assert!(!resize(&mut arena, 20, 16), "and here there is not enough");
    assert_eq!(arena, before);
    assert!(resize(&mut arena, 8, 12), "as long as it was");
    assert_eq!(arena, before);
}

#[test]
fn a_block_after_a_free_one_still_knows_it() {
    let mut arena = three(8);
    // Where the first block was there is a free one now, 4 words of it.
    assert!(resize(&mut arena, 0, 4));
    assert!(resize(&mut arena, 8, 4));
    assert_eq!(arena.mistake(), None);
    assert!(resize(&mut arena, 8, 12));
    assert_eq!(arena.mistake(), None);
}
