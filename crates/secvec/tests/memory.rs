//! Memory: how much there is, counted by an allocator, and that all of it comes back.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};
use std::thread;

use secvec::SecVec;

/// The system's allocator, and how many of its blocks are in use.
struct Counting;

static LIVE: AtomicIsize = AtomicIsize::new(0);

// SAFETY: the system's allocator does it all.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's word.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
        // SAFETY: the caller's word.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn live() -> isize {
    LIVE.load(Ordering::Relaxed)
}

/// How many more blocks `work` leaves in use than there were before it.
fn left_by<R>(work: impl FnOnce() -> R) -> (R, isize) {
    let before = live();
    let result = work();
    (result, live() - before)
}

// One test: another beside it would be counted too.
#[test]
fn garbage_is_bounded_and_everything_comes_back() {
    const ROUNDS: u32 = if cfg!(miri) { 50 } else { 50_000 };

    let (empty, left) = left_by(SecVec::<u32>::new);
    assert_eq!(left, 0, "an empty vector allocates nothing");
    drop(empty);

    let (numbers, left) = left_by(|| {
        let numbers = SecVec::new();
        for i in 0..ROUNDS {
            numbers.push(i);
            numbers.set(0, i + 1).unwrap();
            numbers.pop();
        }
        numbers
    });
    // A bucket, a record, its list, the current descriptor; and with R = 1, fewer than 4 to free.
    assert!(left < 4 + 4, "{left} blocks after {ROUNDS} rounds on one thread");
    let (_, left_by_drop) = left_by(|| drop(numbers));
    assert_eq!(left_by_drop, -left);

    // What a thread leaves behind in the runtime is not counted: it is there before.
    thread::scope(|scope| drop(scope.spawn(|| ())));
    let before = live();
    let numbers = SecVec::new();
    thread::scope(|scope| {
        let work = || {
            for i in 0..ROUNDS {
                numbers.push(i);
                numbers.pop();
            }
        };
        let other = scope.spawn(work);
        work();
        other.join().unwrap();
    });
    let left = live() - before;
    // A bucket, the descriptor, two records with a list each; with R = 2, fewer than 16 to free.
    assert!(left < 2 + 4 + 16, "{left} blocks after {ROUNDS} rounds on two threads");
    drop(numbers);
    assert_eq!(live(), before);

    let before = live();
    let numbers = SecVec::<u64>::with_capacity(1000);
    // Buckets of 8, 16, …, 512.
    assert_eq!(live() - before, 7);
    drop(numbers);
    assert_eq!(live(), before);
}
