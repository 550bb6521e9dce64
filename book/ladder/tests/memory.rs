//! Memory, counted by an allocator: `leaky` loses two blocks with each push and one with each pop,
//! `hazard` gives all of it back, and few blocks wait.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::thread;

use ladder::{hazard, leaky};

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
fn leaky_loses_three_blocks_a_round() {
    let ((), taken) = taken_by(|| {
        let vector = leaky::Vector::new();
        for i in 0..ROUNDS {
            vector.push(i.into());
            vector.pop();
        }
    });
    // A push has a descriptor and a write, a pop a descriptor. The bucket is freed.
    assert_eq!(taken, 3 * ROUNDS as isize);
}

#[test]
fn on_one_thread_fewer_than_four_descriptors_wait_in_hazard() {
    let (vector, taken) = taken_by(|| {
        let vector = hazard::Vector::<u64>::new();
        for i in 0..ROUNDS {
            vector.push(i.into());
            vector.set(0, u64::from(i) + 1);
            vector.pop();
        }
        vector
    });
    // A bucket, a record, its list, the current descriptor; and with R = 1, fewer than 4 to free.
    assert!(taken < 4 + 4, "{taken} blocks after {ROUNDS} rounds");
    assert_eq!(taken_by(|| drop(vector)).1, -taken);
}

#[test]
fn on_two_threads_fewer_than_sixteen_descriptors_wait_in_hazard() {
    let vector = hazard::Vector::<u32>::new();
    let work = || {
        let push_and_pop = || {
            for i in 0..ROUNDS {
                vector.push(i);
                vector.pop();
            }
        };
        taken_by(push_and_pop).1
    };
    let taken: isize = thread::scope(|scope| {
        [scope.spawn(work), scope.spawn(work)].map(|thread| thread.join().unwrap()).iter().sum()
    });
    // A bucket, the descriptor, two records with a list each; with R = 2, fewer than 16 to free.
    assert!(taken < 2 + 4 + 16, "{taken} blocks after {ROUNDS} rounds");
    assert_eq!(taken_by(|| drop(vector)).1, -taken);
}
