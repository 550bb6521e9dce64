//! One life of a task after the other, with its polls, drops and places counted.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]
#![allow(clippy::waker_clone_wake, reason = "a wake by value is not a wake by reference")]

mod common;

use common::{Counter, Gate, one_worker, poll_once, yield_now};
use executor::{Executor, TaskError, block_on};
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

/// Counts its polls and its drops while it waits for a gate.
async fn counted(gate: Gate, polls: Counter, drops: Counter) {
    let _guard = drops.on_drop();
    let mut wait = pin!(gate.wait());
    poll_fn(|cx| {
        polls.count();
        wait.as_mut().poll(cx)
    })
    .await;
}

/// Returns when the executor has run everything that was scheduled before.
fn settle(executor: &Executor) {
    block_on(executor.spawn(yield_now())).unwrap();
}

/// An executor that its own task drops has nobody to join its thread. Miri wants all threads to have
/// ended when the program does.
fn let_detached_threads_end() {
    if cfg!(miri) {
        thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn ready_at_once_is_polled_once_and_dropped_once() {
    let (polls, futures, outputs) = (Counter::new(), Counter::new(), Counter::new());
    let executor = one_worker();
    let (p, guard, output) = (polls.clone(), futures.on_drop(), outputs.on_drop());
    let task = executor.spawn(async move {
        let _guard = guard;
        poll_fn(|_| {
            p.count();
            Poll::Ready(())
        })
        .await;
        output
    });
    let output = block_on(task).unwrap();
    assert_eq!((polls.get(), futures.get(), outputs.get()), (1, 1, 0));
    drop(output);
    assert_eq!(outputs.get(), 1);
}

#[test]
fn a_wake_is_one_poll() {
    let (gate, polls, drops) = (Gate::new(), Counter::new(), Counter::new());
    let executor = one_worker();
    let task = executor.spawn(counted(gate.clone(), polls.clone(), drops.clone()));
    settle(&executor);
    assert_eq!((polls.get(), drops.get(), task.is_finished()), (1, 0, false));
    gate.take_waker().unwrap().wake_by_ref();
    settle(&executor);
    assert_eq!((polls.get(), drops.get(), task.is_finished()), (2, 0, false));
    gate.open();
    block_on(task).unwrap();
    assert_eq!((polls.get(), drops.get()), (3, 1));
}

#[test]
fn wakes_before_the_poll_are_one_poll() {
    let (gate, polls, drops) = (Gate::new(), Counter::new(), Counter::new());
    let executor = one_worker();
    let task = executor.spawn(counted(gate.clone(), polls.clone(), drops));
    settle(&executor);
    // On the executor's thread, so that the other task cannot run in between.
    let g = gate.clone();
    let waking = executor.spawn(async move {
        let waker = g.take_waker().unwrap();
        waker.wake_by_ref();
        waker.clone().wake();
        waker.wake();
    });
    block_on(waking).unwrap();
    settle(&executor);
    assert_eq!(polls.get(), 2);
    gate.open();
    block_on(task).unwrap();
}

#[test]
fn cancelled_before_its_first_poll_it_has_none() {
    let (gate, polls, drops) = (Gate::new(), Counter::new(), Counter::new());
    let executor = one_worker();
    let (go, wait) = channel::<()>();
    let busy = executor.spawn(async move { wait.recv().unwrap() });
    // The thread is in `busy`, or will be before it comes here.
    let mut task = executor.spawn(counted(gate, polls.clone(), drops.clone()));
    task.cancel();
    assert!(!task.is_finished());
    go.send(()).unwrap();
    assert!(block_on(task).unwrap_err().is_cancelled());
    // An `async fn` that was never polled has made no guard.
    assert_eq!((polls.get(), drops.get()), (0, 0));
    block_on(busy).unwrap();
}

#[test]
fn cancelled_while_it_waits_it_is_not_polled_again() {
    let (gate, polls, drops) = (Gate::new(), Counter::new(), Counter::new());
    let executor = one_worker();
    let mut task = executor.spawn(counted(gate.clone(), polls.clone(), drops.clone()));
    settle(&executor);
    assert!(block_on(async { task.cancel().await }).unwrap_err().is_cancelled());
    assert_eq!((polls.get(), drops.get()), (1, 1));
    assert!(task.is_finished());
}

#[test]
fn cancelled_while_it_runs_it_ends_after_the_poll() {
    let drops = Counter::new();
    let guard = drops.on_drop();
    let executor = one_worker();
    let (go, wait) = channel::<()>();
    let (tell, running) = channel();
    let mut task = executor.spawn(async move {
        let _guard = guard;
        tell.send(()).unwrap();
        wait.recv().unwrap();
        pending::<()>().await;
    });
    running.recv().unwrap();
    task.cancel();
    assert_eq!(drops.get(), 0);
    go.send(()).unwrap();
    assert!(block_on(task).unwrap_err().is_cancelled());
    assert_eq!(drops.get(), 1);
}

#[test]
fn cancelled_too_late_it_has_its_output() {
    let executor = one_worker();
    let mut task = executor.spawn(async { 7 });
    settle(&executor);
    assert!(task.is_finished());
    task.cancel();
    assert_eq!(block_on(task).unwrap(), 7);
}

#[test]
fn dropping_the_task_cancels() {
    let (gate, polls, drops) = (Gate::new(), Counter::new(), Counter::new());
    let executor = one_worker();
    let task = executor.spawn(counted(gate.clone(), polls.clone(), drops.clone()));
    settle(&executor);
    drop(task);
    settle(&executor);
    assert_eq!((polls.get(), drops.get()), (1, 1));
}

#[test]
fn dropping_the_task_wakes_nobody_and_keeps_no_waker() {
    let executor = one_worker();
    let mut task = executor.spawn(pending::<()>());
    let woken = Arc::new(Counter::new());
    let waker = Waker::from(woken.clone());
    let poll = pin!(&mut task).poll(&mut Context::from_waker(&waker));
    assert!(poll.is_pending());
    assert_eq!(Arc::strong_count(&woken), 3);
    drop(task);
    settle(&executor);
    assert_eq!((woken.get(), Arc::strong_count(&woken)), (0, 2));
}

#[test]
fn a_detached_task_runs_on() {
    let (gate, polls, drops) = (Gate::new(), Counter::new(), Counter::new());
    let executor = one_worker();
    executor.spawn(counted(gate.clone(), polls.clone(), drops.clone())).detach();
    settle(&executor);
    gate.open();
    executor.join();
    assert_eq!((polls.get(), drops.get()), (2, 1));
}

#[test]
fn an_output_that_nobody_wants_is_dropped_once() {
    for ends_first in [false, true] {
        for detach in [false, true] {
            let outputs = Counter::new();
            let output = outputs.on_drop();
            let gate = Gate::new();
            let executor = one_worker();
            let g = gate.clone();
            let task = executor.spawn(async move {
                g.wait().await;
                output
            });
            if ends_first {
                gate.open();
                settle(&executor);
                settle(&executor);
                assert!(task.is_finished());
                assert_eq!(outputs.get(), 0);
            }
            if detach {
                task.detach()
            } else {
                drop(task)
            }
            gate.open();
            executor.join();
            assert_eq!(outputs.get(), 1, "ends first: {ends_first}, detached: {detach}");
        }
    }
}

#[test]
fn futures_are_dropped_on_the_executors_thread() {
    struct TellsThread(Arc<Mutex<Vec<thread::ThreadId>>>);
    impl Drop for TellsThread {
        fn drop(&mut self) {
            self.0.lock().unwrap().push(thread::current().id());
        }
    }
    let dropped = Arc::new(Mutex::new(Vec::new()));
    let executor = one_worker();
    let thread = block_on(executor.spawn(async { thread::current().id() })).unwrap();
    let guards: Vec<_> = (0..4).map(|_| TellsThread(dropped.clone())).collect();
    let mut tasks = Vec::new();
    for guard in guards {
        tasks.push(executor.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        }));
    }
    settle(&executor);
    drop(tasks.pop());
    tasks[0].cancel();
    tasks.pop().unwrap().detach();
    // One dropped, one cancelled, one detached, one left: all end with the executor at the latest.
    drop(executor);
    assert_eq!(*dropped.lock().unwrap(), [thread; 4]);
}

#[test]
fn a_task_awaits_a_task() {
    let executor = one_worker();
    let gate = Gate::new();
    let g = gate.clone();
    let inner = executor.spawn(async move {
        g.wait().await;
        "through two"
    });
    let outer = executor.spawn(async move { inner.await.unwrap() });
    settle(&executor);
    assert!(!outer.is_finished());
    gate.open();
    assert_eq!(block_on(outer).unwrap(), "through two");
}

#[test]
fn the_last_waker_that_polled_is_the_one_woken() {
    let executor = one_worker();
    let gate = Gate::new();
    let g = gate.clone();
    let mut task = executor.spawn(async move { g.wait().await });
    let (first, second) = (Arc::new(Counter::new()), Arc::new(Counter::new()));
    for woken in [&first, &second] {
        let waker = Waker::from(woken.clone());
        assert!(pin!(&mut task).poll(&mut Context::from_waker(&waker)).is_pending());
    }
    gate.open();
    settle(&executor);
    settle(&executor);
    assert_eq!((first.get(), second.get()), (0, 1));
    assert!(poll_once(&mut task).is_ready());
}

#[test]
#[should_panic = "polled after it had given its result"]
fn a_result_is_given_once() {
    let executor = one_worker();
    let mut task = executor.spawn(async {});
    block_on(&mut task).unwrap();
    let _ = poll_once(&mut task);
}

#[test]
fn tasks_run_in_the_order_of_their_wakes() {
    let order = Arc::new(Mutex::new(Vec::new()));
    let executor = one_worker();
    let (spawner, list) = (executor.spawner(), order.clone());
    // All of them on the worker, none from outside.
    let first = async move {
        for number in 0..5 {
            let list = list.clone();
            let task = async move {
                list.lock().unwrap().push(number);
                yield_now().await;
                list.lock().unwrap().push(number + 10);
            };
            spawner.spawn(task).detach();
        }
    };
    executor.spawn(first).detach();
    executor.join();
    assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
}

#[test]
fn join_waits_for_the_tasks_of_tasks() {
    let done = Counter::new();
    let executor = one_worker();
    let (spawner, d) = (executor.spawner(), done.clone());
    executor
        .spawn(async move {
            yield_now().await;
            let s = spawner.clone();
            spawner
                .spawn(async move {
                    yield_now().await;
                    s.spawn(async move { d.count() }).detach();
                })
                .detach();
        })
        .detach();
    executor.join();
    assert_eq!(done.get(), 1);
}

#[test]
fn spawning_after_the_end_cancels() {
    let executor = one_worker();
    let spawner = executor.spawner();
    executor.join();
    let drops = Counter::new();
    let guard = drops.on_drop();
    let task = spawner.spawn(async move {
        let _guard = guard;
    });
    assert!(task.is_finished());
    assert_eq!(drops.get(), 1);
    assert!(block_on(task).unwrap_err().is_cancelled());
}

#[test]
fn a_task_may_own_its_executor() {
    let executor = Arc::new(one_worker());
    let drops = Counter::new();
    let (tell, told) = channel();
    let (guard, inner) = (drops.on_drop(), executor.clone());
    let other = executor.spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    executor.spawn(async move { tell.send(Arc::into_inner(inner).is_some()).unwrap() }).detach();
    // Whichever of the two is the last drops the executor.
    let mine_was_last = Arc::into_inner(executor).is_some();
    assert_eq!(told.recv().ok(), Some(!mine_was_last));
    assert!(block_on(other).unwrap_err().is_cancelled());
    assert_eq!(drops.get(), 1);
    let_detached_threads_end();
}

#[test]
fn an_executor_that_is_dropped_runs_no_more_of_its_batch() {
    let executor = one_worker();
    let (go, wait) = channel::<()>();
    // While this one blocks, the others gather behind it.
    executor.spawn(async move { wait.recv().unwrap() }).detach();
    let slot = Arc::new(Mutex::new(None::<Executor>));
    let s = slot.clone();
    executor.spawn(async move { drop(s.lock().unwrap().take().unwrap()) }).detach();
    let polls = Counter::new();
    let [first, second] =
        [polls.clone(), polls.clone()].map(|polls| executor.spawn(async move { polls.count() }));
    *slot.lock().unwrap() = Some(executor);
    go.send(()).unwrap();
    assert!(block_on(first).unwrap_err().is_cancelled());
    assert!(block_on(second).unwrap_err().is_cancelled());
    assert_eq!(polls.get(), 0);
    let_detached_threads_end();
}

#[test]
fn a_task_that_joins_its_own_executor_panics_instead_of_waiting() {
    let executor = one_worker();
    let slot = Arc::new(Mutex::new(None::<Executor>));
    let (s, gate) = (slot.clone(), Gate::new());
    let g = gate.clone();
    let task = executor.spawn(async move {
        g.wait().await;
        s.lock().unwrap().take().unwrap().join();
    });
    *slot.lock().unwrap() = Some(executor);
    gate.open();
    match block_on(task) {
        Err(TaskError::Panicked(payload)) => {
            assert!(payload.message().unwrap().starts_with("a task cannot wait"));
        }
        other => panic!("{other:?}"),
    }
    let_detached_threads_end();
}

#[test]
fn block_on_may_be_nested() {
    let executor = one_worker();
    let gate = Gate::new();
    let g = gate.clone();
    let task = executor.spawn(async move {
        yield_now().await;
        g.open();
    });
    let sum = block_on(async {
        let inner = block_on(async {
            yield_now().await;
            gate.wait().await;
            40
        });
        task.await.unwrap();
        inner + 2
    });
    assert_eq!(sum, 42);
}
