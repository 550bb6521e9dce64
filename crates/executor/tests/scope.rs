//! Tasks that borrow.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use common::{Counter, Gate, yield_now};
use executor::{Executor, TaskError, block_on};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

fn pool() -> Executor {
    Executor::builder().workers(2).build().unwrap()
}

#[test]
fn tasks_change_what_the_caller_has() {
    let executor = pool();
    let mut numbers = [0; 20];
    executor.scope(|scope| {
        for (at, number) in numbers.iter_mut().enumerate() {
            let task = async move {
                yield_now().await;
                *number = at;
            };
            scope.spawn(task).detach();
        }
    });
    assert!(numbers.iter().copied().eq(0..20));
}

#[test]
fn a_task_spawns_in_its_scope_and_its_output_borrows() {
    let executor = pool();
    let text = "tea and cake".to_owned();
    let words = Mutex::new(Vec::new());
    let first = executor.scope(|scope| {
        let outer = scope.spawn(async {
            for word in text.split(' ') {
                let words = &words;
                scope.spawn(async move { words.lock().unwrap().push(word) }).detach();
            }
            text.split(' ').next().unwrap()
        });
        block_on(outer).unwrap()
    });
    assert_eq!(first, "tea");
    let mut words = words.into_inner().unwrap();
    words.sort_unstable();
    assert_eq!(words, ["and", "cake", "tea"]);
}

#[test]
fn it_waits_also_if_its_function_panics() {
    let executor = pool();
    let gate = Gate::new();
    let done = AtomicUsize::new(0);
    let panics = || {
        executor.scope(|scope| {
            let (done, gate) = (&done, &gate);
            scope
                .spawn(async move {
                    gate.wait().await;
                    done.store(7, SeqCst);
                })
                .detach();
            // Nobody but the panic goes on from here.
            executor.spawner().spawn(open(gate.clone())).detach();
            panic!("no tea");
        })
    };
    let payload = catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"no tea"));
    assert_eq!(done.load(SeqCst), 7);
}

async fn open(gate: Gate) {
    for _ in 0..10 {
        yield_now().await;
    }
    gate.open();
}

#[test]
fn a_panic_in_a_task_is_its_own() {
    let executor = pool();
    let drops = Counter::new();
    executor.scope(|scope| {
        let guard = drops.on_drop();
        let task = scope.spawn(async move {
            let _guard = guard;
            panic!("no cake");
        });
        let result: Result<(), _> = block_on(task);
        assert!(matches!(result, Err(TaskError::Panicked(_))));
        scope.spawn(async { panic!("and nobody asks") }).detach();
    });
    assert_eq!(drops.get(), 1);
}

#[test]
fn dropping_a_handle_cancels_and_the_scope_waits_for_the_drop() {
    let executor = pool();
    let drops = Counter::new();
    let borrowed = 7;
    executor.scope(|scope| {
        for _ in 0..10 {
            let (guard, borrowed) = (drops.on_drop(), &borrowed);
            drop(scope.spawn(async move {
                let _guard = guard;
                std::future::pending::<()>().await;
                *borrowed
            }));
        }
    });
    assert_eq!(drops.get(), 10);
}

/// The handle is leaked, with the output in it; what matters is that the scope ends, and not too early.
#[test]
#[cfg_attr(miri, ignore = "what is forgotten is leaked, and Miri minds")]
fn a_forgotten_handle_keeps_nobody_waiting() {
    let executor = pool();
    let done = AtomicUsize::new(0);
    executor.scope(|scope| {
        for _ in 0..10 {
            let done = &done;
            std::mem::forget(scope.spawn(async move {
                yield_now().await;
                done.fetch_add(1, SeqCst)
            }));
        }
    });
    assert_eq!(done.load(SeqCst), 10);
}

/// An output that nobody takes is dropped while what it borrows is there.
#[test]
fn an_output_that_borrows_is_dropped_in_time() {
    struct Writes<'a>(&'a AtomicUsize);
    impl Drop for Writes<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    let executor = pool();
    for _ in 0..if cfg!(miri) { 3 } else { 500 } {
        let writes = Box::new(AtomicUsize::new(0));
        executor.scope(|scope| {
            let writes = &*writes;
            scope.spawn(async move { Writes(writes) }).detach();
            drop(scope.spawn(async move { Writes(writes) }));
        });
        let count = writes.load(SeqCst);
        assert!(count == 1 || count == 2, "{count}");
    }
}

#[test]
#[should_panic(expected = "a task cannot wait for tasks")]
fn a_task_cannot_wait_for_a_scope() {
    use std::sync::Arc;
    let executor = Arc::new(pool());
    let inner = executor.clone();
    let task = executor.spawn(async move {
        let result = catch_unwind(AssertUnwindSafe(|| inner.scope(|_| ())));
        // Not to be dropped here: the last one would join this very thread.
        (result.err(), inner)
    });
    let (payload, inner) = block_on(task).unwrap();
    drop(inner);
    std::panic::resume_unwind(payload.unwrap());
}
