//! Memory: how much there is, counted by an allocator, and that all of it comes back.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Barrier;
use std::thread;

use secvec::{OwnedSecVec, SecVec};

fn count() {
    TAKEN.set(TAKEN.get() + 1);
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
}

/// The system's allocator, and how many blocks each thread took more than it gave back.
struct Counting;

thread_local! {
    static TAKEN: Cell<isize> = const { Cell::new(0) };
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: the system's allocator does it all.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's word.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's word.
        unsafe { System.alloc_zeroed(layout) }
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

/// Each operation once, on a vector of two to eight elements.
fn all_operations(numbers: &SecVec<u64>, i: u32) {
    let i = u64::from(i);
    numbers.push(i);
    numbers.push(i);
    numbers.set(0, i).unwrap();
    numbers.compare_exchange(1, i, i + 1);
    numbers.update(0, |value| value + 1);
    numbers.extend_from_slice(&[i, i, i]);
    assert!(numbers.get(4).is_some() && numbers.get(1_000_000).is_none());
    assert!(numbers.iter().count() + numbers.len() > 0);
    for _ in 0..5 {
        numbers.pop();
    }
}

/// Allocations, not blocks: what is taken and given back counts too.
fn allocations_of(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

#[test]
fn no_operation_allocates_but_a_snapshot() {
    let numbers = SecVec::new();
    // A bucket of the vector; and the place where this thread lays several elements ready.
    assert_eq!(allocations_of(|| all_operations(&numbers, 0)), 1 + 2);
    let steady = || (0..ROUNDS).for_each(|i| all_operations(&numbers, i));
    assert_eq!(allocations_of(steady), 0);
    numbers.push(1);
    assert!(allocations_of(|| drop(numbers.snapshot())) > 0);
}

/// A pop that has to prepare something prepares no room for a push.
#[test]
fn a_pop_makes_no_bucket() {
    let numbers = SecVec::from_iter(0..8_u64);
    let capacity = numbers.capacity();
    assert_eq!(capacity, numbers.len());
    for value in 0..200 {
        numbers.set(7, value).unwrap();
    }
    assert_eq!(allocations_of(|| assert_eq!(numbers.pop(), Some(199))), 0);
    assert_eq!(numbers.capacity(), capacity);
}

#[test]
fn no_operation_allocates_where_threads_meet() {
    let numbers = SecVec::new();
    numbers.reserve(100);
    let work = || {
        all_operations(&numbers, 0);
        allocations_of(|| (0..ROUNDS).for_each(|i| all_operations(&numbers, i)))
    };
    let taken: usize = thread::scope(|scope| {
        [scope.spawn(work), scope.spawn(work)].map(|thread| thread.join().unwrap()).iter().sum()
    });
    assert_eq!(taken, 0);
}

#[test]
fn a_thread_beyond_the_first_six_has_a_cell_of_its_own_to_allocate() {
    let numbers = SecVec::<u64>::with_capacity(100);
    let threads = 8;
    let (ready, done) = (Barrier::new(threads), Barrier::new(threads));
    let taken: usize = thread::scope(|scope| {
        let work = || {
            ready.wait();
            let taken = allocations_of(|| assert!(numbers.push(1) < threads));
            // Nobody ends before all have pushed: a number that is given back is used again.
            done.wait();
            taken
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    // Whoever comes first makes cells for all; two may do it at once, and one of them in vain. This
    // thread and the other tests' may have numbers too, so it is at least two threads that need one.
    assert!((1..=threads).contains(&taken), "{taken}");
    assert_eq!(numbers.len(), threads);
}

#[test]
fn owned_elements_use_nodes_again() {
    let names = OwnedSecVec::new();
    let round = |i: u32| {
        names.push(i);
        names.push(i);
        drop(names.set(0, i));
        assert_eq!(names.get(1).map(|it| *it), Some(i));
        drop((names.pop(), names.pop()));
    };
    // A bucket of slots, and one of nodes.
    assert_eq!(allocations_of(|| round(0)), 2);
    assert_eq!(allocations_of(|| (0..ROUNDS).for_each(round)), 0);
}

/// The numbers of the nodes need a place, which may be that of the elements.
#[test]
fn owned_elements_that_are_appended_allocate_once_at_most() {
    fn allocations<T: Send + Clone>(element: T) -> usize {
        let vector = OwnedSecVec::new();
        let round = || {
            let elements = vec![element.clone(); 4];
            let allocations = allocations_of(|| assert_eq!(vector.append(elements), 0..4));
            (0..4).for_each(|_| drop(vector.pop()));
            allocations
        };
        // Buckets, and the place where this thread lays several elements ready.
        round();
        (0..10).map(|_| round()).max().unwrap()
    }
    assert_eq!(allocations(7_u8), 1);
    // As large as a number, and at addresses where none may stand.
    assert_eq!(allocations([7_u8; 8]), 1);
    assert!(allocations(7_u64) <= 1);
    assert!(allocations(String::new()) <= 1);
}

#[test]
fn all_memory_comes_back() {
    let (numbers, taken) = taken_by(|| {
        let numbers = SecVec::new();
        for i in 0..ROUNDS {
            numbers.push(i);
            numbers.extend_from_slice(&[i]);
        }
        numbers
    });
    assert!(taken > 0);
    assert_eq!(taken_by(|| drop(numbers)).1, -taken);
    let (names, taken) = taken_by(|| OwnedSecVec::from_iter((0..ROUNDS).map(|it| it.to_string())));
    assert!(taken > ROUNDS as isize);
    assert_eq!(taken_by(|| drop(names)).1, -taken);
}
