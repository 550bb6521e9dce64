//! Neighbours in memory are neighbours in a cache line, and a processor takes a whole line.
//@ check-pass
// ANCHOR: all
use std::mem::offset_of;
use std::sync::atomic::{AtomicPtr, AtomicU64};

/// What a processor takes at a time from another one's cache.
const LINE: usize = 64;

/// `current` changes with every push. The buckets do not, and every `get` reads them.
#[repr(C)]
struct Together {
    current: AtomicPtr<u64>,
    buckets: [AtomicPtr<AtomicU64>; 60],
}

/// Two lines, because a processor may fetch the neighbour of a line as well.
#[repr(align(128))]
struct Padded<T>(T);

#[repr(C)]
struct Apart {
    current: Padded<AtomicPtr<u64>>,
    buckets: Padded<[AtomicPtr<AtomicU64>; 60]>,
}

fn main() {
    let line = |offset: usize| offset / LINE;
    let (current, buckets) = (offset_of!(Together, current), offset_of!(Together, buckets));
    println!("together: `current` in line {}, bucket 0 in line {}", line(current), line(buckets));
    let (current, buckets) = (offset_of!(Apart, current), offset_of!(Apart, buckets));
    println!("apart:    `current` in line {}, bucket 0 in line {}", line(current), line(buckets));
}
// ANCHOR_END: all
