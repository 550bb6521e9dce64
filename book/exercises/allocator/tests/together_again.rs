//! Exercise 2: together again.
#![allow(clippy::unwrap_used)]

use allocator_exercises::arena::Arena;
use allocator_exercises::together_again::release;

/// Five blocks of 8 words fill an arena; their owners write what looks like headers and footers.
fn full() -> Arena {
    let mut arena = Arena::new(40);
    for number in 0..5 {
        let at = arena.allocate(8).unwrap();
        assert_eq!(at, number * 8);
        arena.payload(at).fill(if number % 2 == 0 { 8 } else { 9 });
    }
    arena
}

/// Free blocks in this order; at each step it is said where the free block begins.
fn steps(order: &[(usize, usize)]) {
    let mut arena = full();
    for &(at, begins) in order {
        assert_eq!(release(&mut arena, at), begins, "the block at {at}");
        assert_eq!(arena.mistake(), None, "after the block at {at}");
    }
}

#[test]
fn neither_neighbour_is_free() {
    steps(&[(16, 16), (0, 0), (32, 32)]);
}

#[test]
fn the_one_before_is_free() {
    steps(&[(8, 8), (16, 8), (24, 8)]);
}

#[test]
fn the_one_behind_is_free() {
    steps(&[(24, 24), (16, 16), (8, 8)]);
}

#[test]
fn both_are_free() {
    steps(&[(8, 8), (24, 24), (16, 8)]);
}

#[test]
fn at_the_ends_of_the_arena() {
    steps(&[(0, 0), (8, 0), (32, 32), (24, 24), (16, 0)]);
}

#[test]
fn what_owners_wrote_stays() {
    let mut arena = full();
    release(&mut arena, 16);
    release(&mut arena, 0);
    assert_eq!(arena.payload(8), [9; 7]);
    assert_eq!(arena.payload(24), [9; 7]);
    assert_eq!(arena.payload(32), [8; 7]);
}

#[test]
fn in_whatever_order_the_arena_is_whole_in_the_end() {
    let mut orders = vec![vec![]];
    for _ in 0..5 {
        let longer = |order: Vec<usize>| {
            let rest: Vec<usize> = (0..5).filter(|it| !order.contains(it)).collect();
            rest.into_iter().map(move |it| [&order[..], &[it]].concat())
        };
        orders = orders.into_iter().flat_map(longer).collect();
    }
    assert_eq!(orders.len(), 120);
    for order in orders {
        let mut arena = full();
        for &number in &order {
            release(&mut arena, number * 8);
            assert_eq!(arena.mistake(), None, "{order:?}");
        }
        assert_eq!(arena.len(0), 40, "{order:?}");
    }
}
