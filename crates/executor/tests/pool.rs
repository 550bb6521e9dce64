//! What several workers do together.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use common::{Counter, Gate, yield_now};
use executor::{Executor, JoinHandle, Priority, TaskError, block_on, sleep};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

const MANY: usize = if cfg!(miri) { 40 } else { 10_000 };

/// Miri counts five microseconds for a step of the program, and waits in no time.
const SLOWLY: u32 = if cfg!(miri) { 200 } else { 1 };

fn pool(workers: usize) -> Executor {
    Executor::builder().workers(workers).name("pool").build().unwrap()
}

#[test]
fn every_task_runs_once_wherever_it_is_spawned() {
    for workers in [1, 2, 4] {
        let executor = pool(workers);
        let (runs, drops) = (Counter::new(), Counter::new());
        for _ in 0..MANY {
            let (runs, spawner, guard) = (runs.clone(), executor.spawner(), drops.on_drop());
            let inner = drops.on_drop();
            let task = async move {
                let _guard = guard;
                let counted = runs.clone();
                spawner
                    .spawn(async move {
                        let _inner = inner;
                        yield_now().await;
                        counted.count();
                    })
                    .detach();
                runs.count();
            };
            executor.spawn(task).detach();
        }
        executor.join();
        assert_eq!((runs.get(), drops.get()), (2 * MANY, 2 * MANY), "{workers} workers");
    }
}

#[test]
fn dropping_the_executor_drops_each_future_once_wherever_its_waker_is() {
    for workers in [1, 3] {
        let executor = pool(workers);
        let drops = Counter::new();
        let gates: Vec<Gate> = (0..MANY.min(500)).map(|_| Gate::new()).collect();
        let tasks: Vec<_> = gates
            .iter()
            .map(|gate| {
                let (gate, guard) = (gate.clone(), drops.on_drop());
                executor.spawn(async move {
                    let _guard = guard;
                    gate.wait().await;
                })
            })
            .collect();
        while !gates.iter().all(Gate::has_waiter) {
            thread::yield_now();
        }
        drop(executor);
        assert_eq!(drops.get(), gates.len());
        // A wake that comes too late does nothing.
        gates.iter().for_each(Gate::open);
        for task in tasks {
            assert!(block_on(task).unwrap_err().is_cancelled());
        }
        assert_eq!(drops.get(), gates.len());
    }
}

/// A task that blocks its worker must not hold up what it has spawned there: another worker takes it.
#[test]
fn what_waits_behind_a_task_that_blocks_is_stolen() {
    let executor = pool(2);
    for _ in 0..if cfg!(miri) { 3 } else { 200 } {
        let spawner = executor.spawner();
        let task = executor.spawn(async move {
            let (sender, receiver) = mpsc::channel();
            let inner: Vec<_> = (0..3)
                .map(|number| {
                    let sender = sender.clone();
                    spawner.spawn(async move { sender.send(number).unwrap() })
                })
                .collect();
            // Blocks this worker until the other one has run all three.
            let mut numbers: Vec<usize> = receiver.iter().take(3).collect();
            numbers.sort_unstable();
            drop(inner);
            numbers
        });
        assert_eq!(block_on(task).unwrap(), [0, 1, 2]);
    }
}

#[test]
fn a_task_that_always_wakes_itself_starves_nobody() {
    let executor = pool(1);
    let stop = Arc::new(AtomicBool::new(false));
    let own = stop.clone();
    let busy = executor.spawn(async move {
        while !own.load(SeqCst) {
            yield_now().await;
        }
    });
    // From outside, by a timer, and from another task.
    let spawner = executor.spawner();
    let others = executor.spawn(async move {
        sleep(Duration::from_millis(1)).await;
        spawner.spawn(async { 7 }).await.unwrap()
    });
    assert_eq!(block_on(others).unwrap(), 7);
    stop.store(true, SeqCst);
    block_on(busy).unwrap();
}

#[test]
fn two_tasks_that_wake_each_other_starve_nobody() {
    let executor = pool(1);
    let stop = Arc::new(AtomicBool::new(false));
    let boxes = [common::Mailbox::default(), common::Mailbox::default()];
    let tasks: Vec<_> = (0..2)
        .map(|number| {
            let (own, other) = (boxes[number].clone(), boxes[1 - number].clone());
            let stop = stop.clone();
            executor.spawn(async move {
                if number == 0 {
                    other.put(0);
                }
                loop {
                    let letter = own.take().await;
                    if stop.load(SeqCst) && letter == 0 {
                        // The other one waits: let it go.
                        other.put(1);
                        return;
                    }
                    if letter == 1 {
                        return;
                    }
                    other.put(letter);
                }
            })
        })
        .collect();
    let third = executor.spawn(async {
        for _ in 0..10 {
            yield_now().await;
        }
        7
    });
    assert_eq!(block_on(third).unwrap(), 7);
    stop.store(true, SeqCst);
    for task in tasks {
        block_on(task).unwrap();
    }
}

/// However much comes from outside, a task that is woken by another one gets its turn, and the other way round.
#[test]
fn a_flood_from_outside_starves_nobody() {
    // Miri would be long at more.
    let (flood, turns) = if cfg!(miri) { (20, 3) } else { (1_000, 100) };
    let executor = pool(1);
    let stop = Arc::new(AtomicBool::new(false));
    let flooding = {
        let (spawner, stop) = (executor.spawner(), stop.clone());
        let pending = Arc::new(AtomicUsize::new(0));
        thread::spawn(move || {
            while !stop.load(SeqCst) {
                if pending.load(SeqCst) < flood {
                    pending.fetch_add(1, SeqCst);
                    let pending = pending.clone();
                    spawner.spawn(async move { pending.fetch_sub(1, SeqCst) }).detach();
                } else {
                    thread::yield_now();
                }
            }
        })
    };
    let steady = executor.spawn(async move {
        for _ in 0..turns {
            yield_now().await;
        }
        7
    });
    assert_eq!(block_on(steady).unwrap(), 7);
    stop.store(true, SeqCst);
    flooding.join().unwrap();
    executor.join();
}

#[test]
fn priorities_come_in_order_and_none_starves() {
    let executor = pool(1);
    let order = Arc::new(Mutex::new(Vec::new()));
    let (spawner, list) = (executor.spawner(), order.clone());
    let first = executor.spawn(async move {
        // All of them are spawned before any of them runs: the one worker is here.
        for number in 0..100 {
            for (name, priority) in
                [("low", Priority::Low), ("normal", Priority::Normal), ("high", Priority::High)]
            {
                let list = list.clone();
                let task = async move { list.lock().unwrap().push((name, number)) };
                spawner.spawn_with(priority, task).detach();
            }
        }
    });
    block_on(first).unwrap();
    executor.join();
    let order = order.lock().unwrap();
    assert_eq!(order.len(), 300);
    for name in ["high", "normal", "low"] {
        let numbers: Vec<_> = order.iter().filter(|it| it.0 == name).map(|it| it.1).collect();
        assert!(numbers.is_sorted(), "{name}: {numbers:?}");
    }
    let place = |name, number| order.iter().position(|it| *it == (name, number)).unwrap();
    // Most of the urgent ones come before most of the others, but one of the others gets a turn now and then.
    assert!(place("high", 90) < place("normal", 10), "{order:?}");
    assert!(place("normal", 90) < place("low", 10), "{order:?}");
    let first = place("low", 0).min(place("normal", 0));
    assert!(first < place("high", 99), "{order:?}");
}

/// With more to do of two priorities than can ever be done, those of the third get their turns.
#[test]
fn no_two_priorities_starve_the_third() {
    let all = [Priority::Low, Priority::Normal, Priority::High];
    for third in all {
        let executor = pool(1);
        let stop = Arc::new(AtomicBool::new(false));
        let busy: Vec<_> = all
            .into_iter()
            .filter(|priority| *priority != third)
            .map(|priority| {
                let stop = stop.clone();
                executor.spawn_with(priority, async move {
                    while !stop.load(SeqCst) {
                        yield_now().await;
                    }
                })
            })
            .collect();
        let task = executor.spawn_with(third, async {
            for _ in 0..3 {
                yield_now().await;
            }
            7
        });
        assert_eq!(block_on(task).unwrap(), 7);
        stop.store(true, SeqCst);
        for task in busy {
            block_on(task).unwrap();
        }
    }
}

#[test]
fn a_handle_can_go_without_its_task() {
    let executor = pool(2);
    let gate = Gate::new();
    let inner = gate.clone();
    let done = Counter::new();
    let count = done.clone();
    let handle: JoinHandle<()> = executor
        .spawn(async move {
            inner.wait().await;
            count.count();
        })
        .into_handle();
    drop(handle);
    gate.open();
    executor.join();
    assert_eq!(done.get(), 1);
}

#[test]
fn shutdown_lets_tasks_finish_and_says_what_was_left() {
    let executor = pool(2);
    let (spawner, drops, done) = (executor.spawner(), Counter::new(), Counter::new());
    let inner = executor.spawner();
    let count = done.clone();
    executor
        .spawn(async move {
            sleep(SLOWLY * Duration::from_millis(20)).await;
            // A task may spawn what it needs to finish.
            let count = count.clone();
            inner.spawn(async move { count.count() }).await.unwrap();
        })
        .detach();
    let stuck: Vec<_> = (0..3)
        .map(|_| {
            let guard = drops.on_drop();
            executor.spawn(async move {
                let _guard = guard;
                std::future::pending::<()>().await;
            })
        })
        .collect();
    let left = executor.shutdown(Instant::now() + SLOWLY * Duration::from_millis(400));
    assert_eq!((left.tasks, left.running), (3, 0));
    assert_eq!((done.get(), drops.get()), (1, 3));
    for task in stuck {
        assert!(matches!(block_on(task), Err(TaskError::Cancelled)));
    }
    assert!(block_on(spawner.spawn(async { 7 })).unwrap_err().is_cancelled());
}

#[test]
fn shutdown_with_nothing_to_do_comes_before_its_deadline() {
    let executor = pool(2);
    block_on(executor.spawn(async {})).unwrap();
    let deadline = Instant::now() + Duration::from_secs(1 << 20);
    assert_eq!(executor.shutdown(deadline).tasks, 0);
}

#[test]
fn shutdown_does_not_wait_for_a_poll_that_does_not_return() {
    let executor = pool(2);
    let (sender, receiver) = mpsc::channel::<()>();
    let (started, wait) = mpsc::channel();
    let drops = Counter::new();
    let guard = drops.on_drop();
    executor
        .spawn(async move {
            let _guard = guard;
            started.send(()).unwrap();
            // Until the test lets go.
            let _ = receiver.recv();
        })
        .detach();
    wait.recv().unwrap();
    let left = executor.shutdown(Instant::now());
    assert_eq!((left.tasks, left.running), (1, 1));
    drop(sender);
    while drops.get() == 0 {
        thread::yield_now();
    }
    if cfg!(miri) {
        // Miri minds threads that are left when the program ends; nobody can join this one.
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn calls_that_block_run_beside_each_other_up_to_the_limit() {
    let executor = Executor::builder().workers(1).blocking_threads(3).build().unwrap();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let calls: Vec<_> = (0..12)
        .map(|number| {
            let (now, most) = (now.clone(), most.clone());
            executor.spawn_blocking(move || {
                let running = now.fetch_add(1, SeqCst) + 1;
                most.fetch_max(running, SeqCst);
                thread::sleep(Duration::from_millis(5));
                now.fetch_sub(1, SeqCst);
                number
            })
        })
        .collect();
    // The worker is free meanwhile.
    assert_eq!(block_on(executor.spawn(async { 7 })).unwrap(), 7);
    for (number, call) in calls.into_iter().enumerate() {
        assert_eq!(block_on(call).unwrap(), number);
    }
    assert!((2..=3).contains(&most.load(SeqCst)), "{most:?}");
    executor.join();
}

#[test]
fn a_call_that_has_not_begun_is_cancelled_and_one_that_panics_tells() {
    let executor = Executor::builder().workers(1).blocking_threads(1).build().unwrap();
    let (sender, receiver) = mpsc::channel::<()>();
    let first = executor.spawn_blocking(move || receiver.recv().is_err());
    let calls = Counter::new();
    let count = calls.clone();
    let mut second = executor.spawn_blocking(move || count.count());
    second.cancel();
    let third = executor.spawn_blocking(|| panic!("no tea"));
    drop(sender);
    assert!(block_on(first).unwrap());
    assert!(block_on(second).unwrap_err().is_cancelled());
    assert_eq!(block_on(third).unwrap_err().to_string(), "the task panicked: no tea");
    assert_eq!(calls.get(), 0);
}

#[test]
fn join_waits_for_calls_that_block_and_for_what_they_spawn() {
    let executor = pool(2);
    let done = Counter::new();
    let (count, spawner) = (done.clone(), executor.spawner());
    executor
        .spawn_blocking(move || {
            thread::sleep(Duration::from_millis(10));
            spawner.spawn(async move { count.count() }).detach();
        })
        .detach();
    executor.join();
    assert_eq!(done.get(), 1);
}

#[test]
fn an_executor_may_be_dropped_by_a_call_that_blocks() {
    let executor = pool(1);
    let spawner = executor.spawner();
    let call = spawner.spawn_blocking(move || drop(executor));
    block_on(call).unwrap();
    assert!(block_on(spawner.spawn(async {})).unwrap_err().is_cancelled());
}

#[test]
fn threads_have_names_and_bad_ones_are_refused() {
    let executor = pool(2);
    let name = executor.spawn(async { thread::current().name().map(str::to_owned) });
    assert!(block_on(name).unwrap().unwrap().starts_with("pool-"));
    let error = Executor::builder().name("a\0b").build().unwrap_err();
    assert!(error.to_string().contains("zero byte"), "{error}");
}
