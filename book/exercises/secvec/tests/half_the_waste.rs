//! Exercise 1: half the waste.

use secvec_exercises::half_the_waste::{capacity, place};

fn size(bucket: usize) -> usize {
    8 << (bucket / 2)
}

#[test]
fn every_index_has_the_next_place() {
    let (mut bucket, mut slot) = (0, 0);
    for index in 0..100_000 {
        assert_eq!(place(index), (bucket, slot), "index {index}");
        slot += 1;
        if slot == size(bucket) {
            (bucket, slot) = (bucket + 1, 0);
        }
    }
}

#[test]
fn the_ends_of_the_first_buckets() {
    assert_eq!([0, 7, 8, 15].map(place), [(0, 0), (0, 7), (1, 0), (1, 7)]);
    assert_eq!([16, 31, 32, 47].map(place), [(2, 0), (2, 15), (3, 0), (3, 15)]);
    assert_eq!([48, 80, 111, 112].map(place), [(4, 0), (5, 0), (5, 31), (6, 0)]);
}

#[test]
fn large_indices_have_a_place_too() {
    assert_eq!(place((1 << 40) - 16), (72, 0));
    assert_eq!(place((3 << 39) - 16), (73, 0));
    assert_eq!(place((1 << 41) - 17), (73, (1 << 39) - 1));
}

#[test]
fn the_capacity_is_that_of_the_buckets_in_use() {
    let mut expected = 0;
    let mut bucket = 0;
    for len in 0..10_000 {
        while expected < len {
            expected += size(bucket);
            bucket += 1;
        }
        assert_eq!(capacity(len), expected, "{len} elements");
    }
}

#[test]
fn at_most_half_as_much_again_is_unused() {
    for len in 16..10_000 {
        assert!(capacity(len) <= len + len / 2 + 8, "{len} elements");
    }
}
