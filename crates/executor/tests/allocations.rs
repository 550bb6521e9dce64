//! What is allocated, and what is not.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use executor::{Executor, block_on, sleep};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    /// Less than nothing, if it frees what other threads allocated.
    static BYTES: Cell<isize> = const { Cell::new(0) };
}

// SAFETY: it does what `System` does.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        BYTES.set(BYTES.get() + layout.size().cast_signed());
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.set(BYTES.get() - layout.size().cast_signed());
        // SAFETY: the caller's promise; it came from `System`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often this thread allocates in `f`.
fn allocations<R>(f: impl FnOnce() -> R) -> (usize, R) {
    let before = COUNT.get();
    let result = f();
    (COUNT.get() - before, result)
}

#[test]
fn a_task_is_one_allocation() {
    let executor = Executor::new();
    let (count, task) = allocations(|| executor.spawn(async { [7_u64; 100] }));
    assert_eq!(count, 1);
    // Its output is in the same one.
    assert_eq!(block_on(task).unwrap(), [7; 100]);
    let (count, ()) = allocations(|| executor.spawn(pending::<()>()).detach());
    assert_eq!(count, 1);
}

#[test]
fn block_on_is_one_allocation_a_thread() {
    let in_a_thread = || {
        let first = allocations(|| block_on(async { 7 }));
        let second = allocations(|| block_on(async { 8 }));
        // One that outlives its `block_on` is not used again.
        let kept = block_on(poll_fn(|cx| Poll::Ready(cx.waker().clone())));
        let third = allocations(|| block_on(async { 9 }));
        drop(kept);
        let inner = allocations(|| block_on(async { block_on(async { 10 }) }));
        (first, second, third, inner)
    };
    let seen = std::thread::spawn(in_a_thread).join().unwrap();
    assert_eq!(seen, ((1, 7), (0, 8), (1, 9), (1, 10)));
}

#[test]
fn a_wake_is_none() {
    let executor = Executor::new();
    let mut polls = 0;
    // Counted on the executor's thread, where the wakes and the polls are.
    let task = executor.spawn(poll_fn(move |cx| {
        polls += 1;
        let (count, ()) = allocations(|| {
            let clone = cx.waker().clone();
            cx.waker().wake_by_ref();
            clone.wake();
        });
        if polls == 10 || count > 0 { Poll::Ready(count) } else { Poll::Pending }
    }));
    assert_eq!(block_on(task).unwrap(), 0);
}

#[test]
fn a_timer_that_is_not_due_is_none() {
    let executor = Executor::new();
    executor.spawn(sleep(Duration::from_secs(1 << 40))).detach();
    let (mut polls, mut before) = (0, 0);
    // The executor looks after the timer between any two of these polls.
    let task = executor.spawn(poll_fn(move |cx| {
        if polls == 0 {
            before = COUNT.get();
        }
        polls += 1;
        cx.waker().wake_by_ref();
        if polls == 10 { Poll::Ready(COUNT.get() - before) } else { Poll::Pending }
    }));
    assert_eq!(block_on(task).unwrap(), 0);
}

#[test]
fn timers_give_their_memory_back() {
    let count = if cfg!(miri) { 300 } else { 300_000 };
    block_on(poll_fn(|cx| {
        let before = BYTES.get();
        for _ in 0..3 {
            let mut sleeps: Vec<_> = (0..count)
                .map(|number| sleep(Duration::from_secs(3_600 + number * 7919 % 100_000)))
                .collect();
            for sleep in &mut sleeps {
                assert!(Pin::new(sleep).poll(cx).is_pending());
            }
            assert!(BYTES.get() - before > 80 * count.cast_signed() as isize);
            // First every other one.
            let mut number = 0;
            sleeps.retain(|_| {
                number += 1;
                number % 2 == 0
            });
            drop(sleeps);
            // What the wheel keeps: 256 entries and its levels.
            assert!(BYTES.get() - before < 20_000);
        }
        Poll::Ready(())
    }));
}
