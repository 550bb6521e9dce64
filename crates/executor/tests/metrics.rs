//! What an executor tells of itself.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use common::{Gate, one_worker, yield_now};
use executor::{Executor, Timeline, block_on, sleep};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

#[test]
fn every_poll_and_every_task_is_counted() {
    let executor = one_worker();
    let gate = Gate::new();
    let waits = gate.clone();
    let task = executor.spawn(async move { waits.wait().await });
    block_on(executor.spawn(async {
        for _ in 0..10 {
            yield_now().await;
        }
    }))
    .unwrap();
    let blocking = executor.spawn_blocking(|| 7);
    assert_eq!(block_on(blocking).unwrap(), 7);
    // The worker counts after it has told whoever awaits.
    while executor.metrics().live() != 1 {
        thread::yield_now();
    }
    let metrics = executor.metrics();
    assert_eq!((metrics.spawned, metrics.ended, metrics.polls()), (3, 2, 12));
    assert_eq!((metrics.injected, metrics.workers[0].queued), ([0; 3], [0; 3]));
    assert_eq!(metrics.workers[0].poll_times, None);
    gate.open();
    block_on(task).unwrap();
    assert_eq!(executor.metrics().polls(), 13);
    let spawner = executor.spawner();
    executor.join();
    assert_eq!((spawner.metrics().live(), spawner.metrics().ended), (0, 3));
}

#[test]
fn what_waits_is_counted_where_it_waits() {
    let executor = one_worker();
    let (go, held) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    let spawner = executor.spawner();
    let busy = executor.spawn(async move {
        for _ in 0..3 {
            spawner.spawn(async {}).detach();
        }
        tell.send(()).unwrap();
        let _ = held.recv();
    });
    told.recv().unwrap();
    for _ in 0..5 {
        executor.spawn_with(executor::Priority::Low, async {}).detach();
    }
    let metrics = executor.metrics();
    assert_eq!(metrics.workers[0].queued, [0, 3, 0]);
    assert_eq!(metrics.injected, [0, 0, 5]);
    drop(go);
    block_on(busy).unwrap();
    let spawner = executor.spawner();
    executor.join();
    assert_eq!(spawner.metrics().injected, [0; 3]);
    assert_eq!(spawner.metrics().workers[0].queued, [0; 3]);
}

/// Two tasks keep two workers busy; what the first has left behind is stolen by the second.
#[test]
fn steals_are_counted() {
    let executor = Executor::builder().workers(2).build().unwrap();
    let spawner = executor.spawner();
    let (tell, told) = mpsc::channel();
    let task = executor.spawn(async move {
        spawner.spawn(async move { tell.send(()).unwrap() }).detach();
        // Until another worker has taken it.
        told.recv().unwrap();
    });
    block_on(task).unwrap();
    let metrics = executor.metrics();
    let steals: usize = metrics.workers.iter().map(|worker| worker.steals).sum();
    let stolen: usize = metrics.workers.iter().map(|worker| worker.stolen).sum();
    assert_eq!((steals, stolen), (1, 1));
}

#[test]
fn poll_times_are_in_their_classes() {
    let executor = Executor::builder().workers(1).poll_times(true).build().unwrap();
    block_on(executor.spawn(async { thread::sleep(Duration::from_millis(3)) })).unwrap();
    for _ in 0..9 {
        block_on(executor.spawn(async {})).unwrap();
    }
    let spawner = executor.spawner();
    // The worker counts after it has told whoever awaits.
    executor.join();
    let metrics = spawner.metrics();
    let times = metrics.workers[0].poll_times.clone().unwrap();
    assert_eq!(times.count(), 10);
    assert!(times.quantile(1.0).unwrap() > Duration::from_millis(3));
}

#[test]
fn a_timeline_has_each_poll_and_no_two_at_once_on_a_worker() {
    let timeline = Timeline::new();
    let executor = Executor::builder().workers(2).timeline(&timeline).build().unwrap();
    for _ in 0..10 {
        executor.spawn(async { yield_now().await }).detach();
    }
    // From its first poll on, so that all have to wait for it.
    // Miri counts five microseconds for a step of the program, and waits in no time.
    let wait = Duration::from_millis(if cfg!(miri) { 5_000 } else { 5 });
    executor.spawn(async move { sleep(wait).await }).detach();
    executor.join();
    let trace = timeline.chrome_trace();
    let polls = trace.matches("\"poll\"").count();
    assert_eq!(polls, 2 * 10 + 2, "{trace}");
    assert!(trace.contains("\"sleep\""), "{trace}");
    for worker in 0..2 {
        let mut ends = 0.0;
        for line in trace.lines().filter(|line| line.contains(&format!("\"tid\":{worker},"))) {
            let number = |name: &str| -> f64 {
                let from = line.split(&format!("\"{name}\":")).nth(1).unwrap();
                from.split(',').next().unwrap().parse().unwrap()
            };
            assert!(number("ts") >= ends, "{line}");
            ends = number("ts") + number("dur") - 0.002;
        }
    }
    let svg = timeline.svg(600);
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"), "{svg}");
    assert!(svg.matches("<rect").count() > polls, "{svg}");
}

#[test]
fn a_timeline_ends_where_it_may() {
    let timeline = Timeline::with_capacity(5);
    let executor = Executor::builder().workers(1).timeline(&timeline).build().unwrap();
    for _ in 0..100 {
        executor.spawn(async {}).detach();
    }
    executor.join();
    assert_eq!(timeline.chrome_trace().matches("\"ph\"").count(), 5);
}
