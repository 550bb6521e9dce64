//! Memory: how much there is, counted by an allocator, and that all of it comes back.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::thread;

use secvec::SecVec;

/// The system's allocator, and how many blocks each thread took more than it gave back.
struct Counting;

thread_local! {
    static TAKEN: Cell<isize> = const { Cell::new(0) };
}

// SAFETY: the system's allocator does it all.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.set(TAKEN.get() + 1);
        // SAFETY: the caller's word.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        TAKEN.set(TAKEN.get() - 1);
        // SAFETY: the caller's word.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many blocks `work` took on this thread more than it gave back.
fn taken_by<R>(work: impl FnOnce() -> R) -> (R, isize) {
    let before = TAKEN.get();
    let result = work();
    (result, TAKEN.get() - before)
}

const ROUNDS: u32 = if cfg!(miri) { 20 } else { 50_000 };

#[test]
fn an_empty_vector_allocates_nothing() {
    assert_eq!(taken_by(|| drop(SecVec::<u32>::new())).1, 0);
    let (_empty, taken) = taken_by(SecVec::<u32>::new);
    assert_eq!(taken, 0);
}

#[test]
fn reserving_allocates_buckets_and_nothing_else() {
    let (numbers, taken) = taken_by(|| SecVec::<u64>::with_capacity(1000));
    // Of 8, 16, …, 512 slots.
    assert_eq!(taken, 7);
    assert_eq!(taken_by(|| drop(numbers)).1, -7);
}

#[test]
fn on_one_thread_fewer_than_four_descriptors_wait() {
    let (numbers, taken) = taken_by(|| {
        let numbers = SecVec::new();
        for i in 0..ROUNDS {
            numbers.push(i);
            numbers.set(0, i + 1).unwrap();
            numbers.pop();
        }
        numbers
    });
    // A bucket, a record, its list, the current descriptor; and with R = 1, fewer than 4 to free.
    assert!(taken < 4 + 4, "{taken} blocks after {ROUNDS} rounds");
    assert_eq!(taken_by(|| drop(numbers)).1, -taken);
}

#[test]
fn on_two_threads_fewer_than_sixteen_descriptors_wait() {
    let numbers = SecVec::new();
    let work = || {
        let push_and_pop = || {
            for i in 0..ROUNDS {
                numbers.push(i);
                numbers.pop();
            }
        };
        taken_by(push_and_pop).1
    };
    let taken: isize = thread::scope(|scope| {
        [scope.spawn(work), scope.spawn(work)].map(|thread| thread.join().unwrap()).iter().sum()
    });
    // A bucket, the descriptor, two records with a list each; with R = 2, fewer than 16 to free.
    assert!(taken < 2 + 4 + 16, "{taken} blocks after {ROUNDS} rounds");
    assert_eq!(taken_by(|| drop(numbers)).1, -taken);
}
