//! Real threads: wakes, spawns, cancels and ends at the same time.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use common::{Counter, Mailbox, yield_now};
use executor::{Executor, TaskError, block_on};
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicUsize,
    Ordering::{Relaxed, SeqCst},
};
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Waker};
use std::thread;

const THREADS: usize = if cfg!(miri) { 3 } else { 8 };
const ROUNDS: usize = if cfg!(miri) { 4 } else { 2_000 };

/// Ready when `count` is `goal`. The wakers go to `threads`, one channel each.
async fn counts_to(
    goal: usize,
    count: Arc<AtomicUsize>,
    threads: Vec<std::sync::mpsc::Sender<Waker>>,
) {
    poll_fn(|cx| {
        for thread in &threads {
            let _ = thread.send(cx.waker().clone());
        }
        // Relaxed: what was counted before a wake must be seen by the poll after it all the same.
        if count.load(Relaxed) == goal { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Threads that count one and wake, for each waker they get, until they have counted their share.
fn counting_threads(
    count: &Arc<AtomicUsize>,
) -> (Vec<std::sync::mpsc::Sender<Waker>>, Vec<thread::JoinHandle<()>>) {
    (0..THREADS)
        .map(|number| {
            let (sender, receiver) = channel::<Waker>();
            let count = count.clone();
            let thread = thread::spawn(move || {
                for waker in receiver.iter().take(ROUNDS) {
                    count.fetch_add(1, Relaxed);
                    if number % 2 == 0 { waker.wake_by_ref() } else { waker.wake() }
                }
                // The rest are dropped here, while others are woken.
            });
            (sender, thread)
        })
        .unzip()
}

#[test]
fn wakes_from_many_threads_to_block_on() {
    let count = Arc::new(AtomicUsize::new(0));
    let (senders, threads) = counting_threads(&count);
    block_on(counts_to(THREADS * ROUNDS, count, senders));
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn wakes_from_many_threads_to_a_task() {
    let count = Arc::new(AtomicUsize::new(0));
    let (senders, threads) = counting_threads(&count);
    let executor = Executor::new();
    let task = executor.spawn(counts_to(THREADS * ROUNDS, count, senders));
    block_on(task).unwrap();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// Wakers that outlive all else, each ended on a thread of its own. Nothing but the count orders
/// what the others did before what the last one frees.
#[test]
fn the_last_waker_frees_what_the_others_used() {
    for by_value in [true, false] {
        let kept = std::sync::Mutex::new(Vec::new());
        let keep = |waker: &Waker| {
            kept.lock().unwrap().extend((0..THREADS).map(|_| waker.clone()));
        };
        block_on(poll_fn(|cx| {
            keep(cx.waker());
            Poll::Ready(())
        }));
        let executor = Executor::new();
        let (sender, receiver) = channel();
        executor
            .spawn(poll_fn(move |cx| {
                sender.send(cx.waker().clone()).unwrap();
                Poll::Ready(())
            }))
            .detach();
        keep(&receiver.recv().unwrap());
        executor.join();
        let threads: Vec<_> = (kept.into_inner().unwrap().into_iter())
            .map(|waker| {
                thread::spawn(move || {
                    waker.wake_by_ref();
                    if by_value { waker.wake() } else { drop(waker) }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
}

#[test]
fn spawns_from_many_threads() {
    let executor = Executor::new();
    let (done, drops) = (Counter::new(), Counter::new());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for round in 0..ROUNDS {
                    let (d, guard) = (done.clone(), drops.on_drop());
                    let task = executor.spawn(async move {
                        let _guard = guard;
                        yield_now().await;
                        d.count();
                        round
                    });
                    match round % 3 {
                        0 => task.detach(),
                        _ => assert_eq!(block_on(task).unwrap(), round),
                    }
                }
            });
        }
    });
    executor.join();
    assert_eq!((done.get(), drops.get()), (THREADS * ROUNDS, THREADS * ROUNDS));
}

#[test]
fn cancels_against_completion() {
    let executor = Executor::new();
    let (drops, outputs) = (Counter::new(), Counter::new());
    for round in 0..ROUNDS {
        let (guard, output) = (drops.on_drop(), outputs.on_drop());
        let mut task = executor.spawn(async move {
            let _guard = guard;
            yield_now().await;
            output
        });
        if round % 2 == 0 {
            thread::yield_now();
        }
        match round % 3 {
            0 => drop(task),
            1 => {
                task.cancel();
                match block_on(task) {
                    Ok(_) | Err(TaskError::Cancelled) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            _ => task.detach(),
        }
    }
    executor.join();
    assert_eq!((drops.get(), outputs.get()), (ROUNDS, ROUNDS));
}

/// A dropped `Task` cancels, and the executor may complete the task before the drop is over.
#[test]
fn a_dropped_task_wakes_nobody() {
    let executor = Executor::new();
    let woken = Arc::new(Counter::new());
    let waker = Waker::from(woken.clone());
    for _ in 0..ROUNDS {
        // Asleep or about to be, the executor comes to the drop at its worst moments.
        block_on(executor.spawn(async {})).unwrap();
        let mut task = executor.spawn(pending::<()>());
        assert!(pin!(&mut task).poll(&mut Context::from_waker(&waker)).is_pending());
        drop(task);
    }
    executor.join();
    assert_eq!((woken.get(), Arc::strong_count(&woken)), (0, 2));
}

#[test]
fn an_executor_ends_while_threads_spawn_and_wake() {
    for _ in 0..ROUNDS.div_ceil(20) {
        let executor = Executor::new();
        let (spawned, dropped) = (Arc::new(AtomicUsize::new(0)), Counter::new());
        let (sender, wakers) = channel::<Waker>();
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                let (spawner, spawned, dropped) =
                    (executor.spawner(), spawned.clone(), dropped.clone());
                let sender = sender.clone();
                thread::spawn(move || {
                    for _ in 0..4 {
                        let (guard, sender) = (dropped.on_drop(), sender.clone());
                        spawned.fetch_add(1, SeqCst);
                        spawner
                            .spawn(async move {
                                let _guard = guard;
                                poll_fn(|cx| {
                                    let _ = sender.send(cx.waker().clone());
                                    Poll::Ready(())
                                })
                                .await;
                                pending::<()>().await;
                            })
                            .detach();
                    }
                })
            })
            .collect();
        drop(sender);
        let waking = thread::spawn(move || wakers.into_iter().for_each(Waker::wake));
        drop(executor);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        waking.join().unwrap();
        assert_eq!(dropped.get(), spawned.load(SeqCst));
    }
}

#[test]
fn tasks_of_two_executors_wake_each_other() {
    let (one, two) = (Executor::new(), Executor::new());
    let (there, back) = (Mailbox::default(), Mailbox::default());
    let rounds = ROUNDS.min(200);
    let (t, b) = (there.clone(), back.clone());
    let ping = one.spawn(async move {
        let mut value = 0;
        for _ in 0..rounds {
            t.put(value);
            value = b.take().await;
        }
        value
    });
    let pong = two.spawn(async move {
        for _ in 0..rounds {
            back.put(there.take().await + 1);
        }
    });
    let both = one.spawn(async move {
        pong.await.unwrap();
        ping.await.unwrap()
    });
    assert_eq!(block_on(both).unwrap(), rounds);
}
