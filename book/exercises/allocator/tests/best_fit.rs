//! Exercise 1: best fit.
#![allow(clippy::single_range_in_vec_init)]

use std::collections::HashMap;
use std::ops::Range;

use allocator_exercises::best_fit::Request::{Allocate, Release};
use allocator_exercises::best_fit::{
    Request, best_fit, better_with_best_fit, better_with_first_fit, first_fit,
};

type Fit = fn(&[Range<usize>], usize, usize) -> Option<usize>;

#[test]
fn the_shortest_block_that_is_long_enough() {
    let free = [0..40, 64..96, 100..110, 128..160];
    assert_eq!(best_fit(&free, 8, 1), Some(100));
    assert_eq!(best_fit(&free, 11, 1), Some(64), "the first of two that are equally short");
    assert_eq!(best_fit(&free, 33, 1), Some(0));
    assert_eq!(best_fit(&free, 41, 1), None);
    assert_eq!(best_fit(&[], 1, 1), None);
}

#[test]
fn the_block_must_have_room_behind_the_aligned_place() {
    let free = [1..40, 50..66];
    assert_eq!(best_fit(&free, 16, 1), Some(50));
    assert_eq!(
        best_fit(&free, 16, 16),
        Some(16),
        "the shorter one has no multiple of 16 in the right place"
    );
    assert_eq!(best_fit(&free, 16, 64), None);
    assert_eq!(best_fit(&[8..usize::MAX], 8, 1 << (usize::BITS - 1)), Some(1 << (usize::BITS - 1)));
}

/// The blocks that are in use, if every request could be served.
fn serve(fit: Fit, requests: &[Request]) -> Option<HashMap<u32, Range<usize>>> {
    let mut used: HashMap<u32, Range<usize>> = HashMap::new();
    for request in requests {
        match *request {
            Allocate(number, size) => {
                assert!(size > 0 && !used.contains_key(&number), "not a request: {request:?}");
                let place = fit(&free(&used), size, 1)?;
                used.insert(number, place..place + size);
            }
            Release(number) => {
                assert!(used.remove(&number).is_some(), "it is not in use: {request:?}");
            }
        }
    }
    Some(used)
}

/// What is free of 64 bytes.
fn free(used: &HashMap<u32, Range<usize>>) -> Vec<Range<usize>> {
    let mut used: Vec<_> = used.values().cloned().collect();
    used.sort_by_key(|block| block.start);
    let mut free = Vec::new();
    let mut end = 0;
    for block in used.into_iter().chain([64..64]) {
        assert!(end <= block.start, "blocks overlap");
        if end < block.start {
            free.push(end..block.start);
        }
        end = block.end;
    }
    free
}

#[test]
fn sometimes_best_fit_is_better() {
    let requests = better_with_best_fit();
    assert!(serve(best_fit, &requests).is_some());
    assert_eq!(serve(first_fit, &requests), None);
}

#[test]
fn sometimes_first_fit_is_better() {
    let requests = better_with_first_fit();
    assert!(serve(first_fit, &requests).is_some());
    assert_eq!(serve(best_fit, &requests), None);
}
