//! Runs that a seed decides: that they repeat, that they differ, and what they find.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
mod graph;
mod model;
mod plan;
mod races;

use common::{Counter, Gate, yield_now};
use executor::{
    Simulation, SimulationError, SimulationSpawner, Sleep, block_on, interval, sleep, timeout,
};
use plan::{How, Note, Plan};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashSet};
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

const DAY: Duration = Duration::from_secs(86_400);

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// So many seeds.
fn seeds(count: u64) -> std::ops::Range<u64> {
    0..if cfg!(miri) { count.div_ceil(200) } else { count }
}

/// Some tasks that yield now and then.
fn trace_of_yields(seed: u64) -> Vec<u32> {
    let simulation = Simulation::new(seed);
    assert_eq!(simulation.seed(), seed);
    for count in 1..6 {
        let task = async move {
            for _ in 0..count {
                yield_now().await;
            }
        };
        simulation.spawn(task).detach();
    }
    simulation.run().unwrap();
    simulation.trace()
}

#[test]
fn the_same_seed_gives_the_same_trace_and_another_one_another() {
    let traces: HashSet<_> = seeds(1_000).map(trace_of_yields).collect();
    for (seed, trace) in seeds(1_000).map(|seed| (seed, trace_of_yields(seed))) {
        assert!(traces.contains(&trace), "{seed}");
        // Each is polled once more than it yields.
        for number in 0..5 {
            let polls = trace.iter().filter(|it| **it == number).count();
            assert_eq!(polls, number as usize + 2);
        }
    }
    // Of 75 thousand millions.
    assert_eq!(traces.len(), seeds(1_000).count());
}

#[test]
fn each_order_of_three_tasks_comes_up() {
    let mut orders = BTreeSet::new();
    for seed in 0..100 {
        let simulation = Simulation::new(seed);
        (0..3).for_each(|_| simulation.spawn(async {}).detach());
        simulation.run().unwrap();
        orders.insert(simulation.trace());
    }
    assert_eq!(orders.len(), 6, "{orders:?}");
}

#[test]
fn a_wake_counts_once_and_a_task_that_waits_is_not_polled() {
    let (simulation, gate) = (Simulation::new(3), Gate::new());
    let polls = Counter::new();
    let (p, g) = (polls.clone(), gate.clone());
    let task = simulation.spawn(async move {
        let mut wait = pin!(g.wait());
        poll_fn(|cx| {
            p.count();
            wait.as_mut().poll(cx)
        })
        .await;
    });
    simulation
        .block_on(async {
            sleep(ms(1)).await;
            assert_eq!(polls.get(), 1);
            let waker = gate.take_waker().unwrap();
            waker.wake_by_ref();
            waker.wake_by_ref();
            waker.wake();
            sleep(ms(1)).await;
            assert_eq!(polls.get(), 2);
            gate.open();
            task.await.unwrap();
            assert_eq!(polls.get(), 3);
        })
        .unwrap();
}

#[test]
fn days_pass_in_no_time_and_in_order() {
    for seed in seeds(100) {
        let simulation = Simulation::new(seed);
        let (spawner, start) = (simulation.spawner(), simulation.now());
        let woken = Rc::new(RefCell::new(Vec::new()));
        for days in [5, 2, 8, 2, 1] {
            let (woken, spawner) = (woken.clone(), spawner.clone());
            let task = async move {
                sleep(days * DAY).await;
                assert_eq!(spawner.now(), start + days * DAY);
                woken.borrow_mut().push(days);
            };
            simulation.spawn(task).detach();
        }
        let ticks = async {
            let mut ticks = interval(DAY / 2);
            for tick in 0..8 {
                assert_eq!(ticks.tick().await, start + tick * DAY / 2);
                assert_eq!(spawner.now(), start + tick * DAY / 2);
            }
            timeout(DAY, pending::<()>()).await.unwrap_err();
            timeout(2 * DAY, sleep(DAY)).await.unwrap();
        };
        simulation.block_on(ticks).unwrap();
        assert_eq!(simulation.elapsed(), 7 * DAY / 2 + 2 * DAY);
        simulation.run().unwrap();
        assert_eq!(simulation.elapsed(), 8 * DAY);
        assert_eq!(*woken.borrow(), [1, 2, 2, 5, 8]);
    }
}

/// Wakes another waker, as combinators do.
struct Wraps(Waker);

impl Wake for Wraps {
    fn wake(self: Arc<Self>) {
        self.0.wake_by_ref();
    }
}

#[test]
fn a_waker_of_others_around_ours_knows_the_virtual_time() {
    let simulation = Simulation::new(4);
    let wrapped = async {
        let mut sleep = sleep(DAY);
        poll_fn(|cx| {
            let waker = Arc::new(Wraps(cx.waker().clone())).into();
            Pin::new(&mut sleep).poll(&mut Context::from_waker(&waker))
        })
        .await;
    };
    simulation.block_on(wrapped).unwrap();
    assert_eq!(simulation.elapsed(), DAY);
}

/// An update is lost if one task begins before the other one is done.
fn two_updates(simulation: &Simulation) {
    let number = Rc::new(Cell::new(0));
    for _ in 0..2 {
        let number = number.clone();
        let update = async move {
            let read = number.get();
            yield_now().await;
            number.set(read + 1);
        };
        simulation.spawn(update).detach();
    }
    simulation.run().unwrap();
    assert_eq!(number.get(), 2, "an update was lost");
}

#[test]
fn the_seed_that_is_printed_replays_the_failure() {
    let fails = |seed| catch_unwind(|| two_updates(&Simulation::new(seed))).is_err();
    let first = (0..100).find(|seed| fails(*seed)).unwrap();
    // Some seeds do not show it.
    assert!((0..100).any(|seed| !fails(seed)));
    let failure = Simulation::explore(0..100, two_updates).unwrap_err();
    assert_eq!(failure.seed, first);
    let printed = failure.to_string();
    assert!(printed.contains("an update was lost"), "{printed}");
    let seed = printed.strip_prefix("seed ").unwrap().split(':').next().unwrap();
    let again = Simulation::explore([seed.parse().unwrap()], two_updates).unwrap_err();
    assert_eq!(again.to_string(), printed);
    assert_eq!(again.trace, failure.trace);
    Simulation::explore(0..100, |simulation| simulation.run().unwrap()).unwrap();
}

#[test]
fn a_deadlock_is_an_error_that_names_who_waits() {
    let (simulation, drops) = (Simulation::new(5), Counter::new());
    let gate = Gate::new();
    let (g, guard) = (gate.clone(), drops.on_drop());
    simulation.spawn(async {}).detach();
    let line = line!() + 1;
    let task = simulation.spawn(async move {
        let _guard = guard;
        g.wait().await;
        7
    });
    let main = drops.on_drop();
    let never = async {
        sleep(ms(20)).await;
        let _guard = main;
        pending::<()>().await;
    };
    let error = simulation.block_on(never).unwrap_err();
    // The future of `block_on` is dropped, the task stays.
    assert_eq!(drops.get(), 1);
    let SimulationError::Deadlock { seed: 5, elapsed, waiting, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(*elapsed, ms(20));
    let numbers: Vec<_> = waiting.iter().map(|task| task.number).collect();
    assert_eq!(numbers, [1, 2]);
    assert!(waiting.iter().all(|task| task.spawned_at.file() == file!()));
    assert_eq!(waiting[0].spawned_at.line(), line);
    let printed = error.to_string();
    assert!(printed.starts_with("deadlock with seed 5 after 20ms: waiting are 1 (spawned at "));
    assert!(
        matches!(simulation.run(), Err(SimulationError::Deadlock { waiting, .. }) if waiting.len() == 1)
    );
    gate.open();
    assert_eq!(simulation.block_on(task).unwrap().unwrap(), 7);
    simulation.run().unwrap();
    assert_eq!(drops.get(), 2);
}

#[test]
fn block_on_takes_what_borrows() {
    let simulation = Simulation::new(6);
    let mut text = String::from("tea");
    let length = simulation
        .block_on(async {
            sleep(ms(1)).await;
            text.push_str("pot");
            &text
        })
        .unwrap();
    assert_eq!(length, "teapot");
    // Also when it must end before it is ready, with a waker of it left.
    let gate = Gate::new();
    let borrowed = Box::new(Cell::new(0));
    let waits = async {
        let _guard = SetsOnDrop(&borrowed);
        gate.wait().await;
    };
    simulation.block_on(waits).unwrap_err();
    assert_eq!(borrowed.get(), 1);
    drop(borrowed);
    gate.open();
    simulation.run().unwrap();
}

struct SetsOnDrop<'a>(&'a Cell<u32>);

impl Drop for SetsOnDrop<'_> {
    fn drop(&mut self) {
        self.0.set(1);
    }
}

#[test]
fn a_panic_of_the_main_future_passes_through() {
    let (simulation, drops) = (Simulation::new(7), Counter::new());
    let guard = drops.on_drop();
    simulation
        .spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        })
        .detach();
    let panics = || {
        simulation.block_on(async {
            sleep(DAY).await;
            panic!("no more tea");
        })
    };
    let payload = catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"no more tea"));
    assert_eq!(drops.get(), 0);
    // Out here, the clock is that of the system again.
    assert!(sleep(ms(0)).deadline().unwrap() < simulation.now());
    drop(simulation);
    assert_eq!(drops.get(), 1);
}

#[test]
fn a_wake_from_another_thread_ends_the_run() {
    for cancels in [false, true] {
        let (simulation, gate) = (Simulation::new(8), Gate::new());
        let g = gate.clone();
        let mut task = simulation.spawn(async move { g.wait().await });
        let other = async {
            sleep(ms(1)).await;
            // It does not panic there.
            let other = thread::spawn(move || {
                if cancels {
                    task.cancel();
                } else {
                    gate.open();
                }
                task.detach();
            });
            other.join().unwrap();
            pending::<()>().await;
        };
        let error = simulation.block_on(other).unwrap_err();
        assert!(matches!(error, SimulationError::OtherThread { seed: 8, number: 0, .. }));
        assert_eq!(error.to_string(), "another thread woke task 0 (seed 8)");
        // It stays so.
        assert_eq!(simulation.run(), Err(error.clone()));
        assert_eq!(simulation.block_on(async {}), Err(error));
    }
}

#[test]
fn a_waker_may_outlive_it_anywhere() {
    let (simulation, gate) = (Simulation::new(9), Gate::new());
    let g = gate.clone();
    let task = simulation.spawn(async move { g.wait().await });
    simulation.block_on(yield_now()).unwrap();
    simulation.block_on(sleep(ms(1))).unwrap();
    assert!(gate.has_waiter());
    let error = simulation.run().unwrap_err();
    assert!(matches!(error, SimulationError::Deadlock { .. }));
    drop(simulation);
    thread::spawn(move || gate.open()).join().unwrap();
    assert!(block_on(task).unwrap_err().is_cancelled());
}

#[test]
fn what_would_sleep_panics_in_its_task() {
    let simulation = Simulation::new(10);
    let ready = simulation.spawn(async { block_on(async { 7 }) });
    let waits = simulation.spawn(async { block_on(sleep(ms(1))) });
    let result = simulation.block_on(async { (ready.await, waits.await) });
    let (ready, waits) = result.unwrap();
    assert_eq!(ready.unwrap(), 7);
    let message = waits.unwrap_err().to_string();
    assert!(message.contains("whose thread does not sleep"), "{message}");
}

#[test]
fn one_inside_another_has_its_own_time() {
    let outer = Simulation::new(11);
    let nested = async {
        sleep(ms(1)).await;
        let inner = Simulation::new(12);
        inner.block_on(async { sleep(DAY).await }).unwrap();
        assert_eq!(inner.elapsed(), DAY);
        sleep(ms(1)).await;
    };
    outer.block_on(nested).unwrap();
    assert_eq!(outer.elapsed(), ms(2));
}

/// Spawns when it is dropped.
struct SpawnsOnDrop(SimulationSpawner, Counter);

impl Drop for SpawnsOnDrop {
    fn drop(&mut self) {
        let guard = self.1.on_drop();
        let task = self.0.spawn(async move { drop(guard) });
        assert!(task.is_finished());
        assert!(block_on(task).unwrap_err().is_cancelled());
    }
}

#[test]
fn what_is_spawned_after_the_end_is_dropped_at_once() {
    let (simulation, drops) = (Simulation::new(13), Counter::new());
    let spawner = simulation.spawner();
    // One that waits, and one that was never polled.
    for polled in [true, false] {
        let guard = SpawnsOnDrop(simulation.spawner(), drops.clone());
        let task = async move {
            let _guard = guard;
            pending::<()>().await;
        };
        simulation.spawn(task).detach();
        if polled {
            simulation.block_on(async { sleep(ms(1)).await }).unwrap();
        }
    }
    assert_eq!(drops.get(), 0);
    drop(simulation);
    assert_eq!(drops.get(), 2);
    drop(SpawnsOnDrop(spawner, drops.clone()));
    assert_eq!(drops.get(), 3);
}

#[test]
fn tasks_are_dropped_in_the_order_in_which_they_were_spawned() {
    let (simulation, order) = (Simulation::new(14), Rc::new(RefCell::new(Vec::new())));
    for number in 0..20 {
        let guard = Notes(number, order.clone());
        let task = async move {
            let _guard = guard;
            if number % 2 == 0 { pending().await } else { sleep(DAY).await }
        };
        simulation.spawn(task).detach();
    }
    simulation.block_on(async { sleep(ms(1)).await }).unwrap();
    drop(simulation);
    assert_eq!(*order.borrow(), Vec::from_iter(0..20));
}

struct Notes(u32, Rc<RefCell<Vec<u32>>>);

impl Drop for Notes {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

/// A `Sleep` that has left its waker.
async fn polled() -> Sleep {
    let mut sleep = sleep(DAY);
    poll_fn(|cx| {
        assert!(Pin::new(&mut sleep).poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    sleep
}

#[test]
fn a_sleep_may_outlive_it() {
    let simulation = Simulation::new(15);
    let task = simulation.spawn(polled());
    let sleep = simulation.block_on(task).unwrap().unwrap();
    assert_eq!(sleep.deadline(), Some(simulation.now() + DAY));
    drop(simulation);
    assert!(sleep.deadline().unwrap() > Instant::now());
}

/// Random graphs of tasks that spawn, await, cancel, detach, panic, sleep, and write letters to each other: what each
/// saw, when, and how it ended, against a model that knows nothing of futures.
#[test]
fn random_graphs_against_a_model() {
    let mut seen = BTreeSet::new();
    for seed in seeds(1_000) {
        let plan = Plan::new(seed);
        let expected = model::outcome(&plan);
        let (outcome, trace) = graph::run(&plan, seed);
        assert_eq!(outcome, expected, "seed {seed}: {plan:#?}");
        // The same again, and in another order.
        assert_eq!(graph::run(&plan, seed), (outcome, trace), "seed {seed}");
        assert_eq!(graph::run(&plan, !seed).0, expected, "seed {seed}, in another order");
        for (_, note) in expected.log.iter().flatten() {
            seen.insert(match note {
                Note::Ended(How::Returned(_)) => "returned",
                Note::Ended(How::Panicked) => "panicked",
                Note::Ended(How::Dropped) => "dropped",
                Note::Saw(_, How::Returned(_)) => "saw its output",
                Note::Saw(_, How::Panicked) => "saw its panic",
                Note::Saw(_, How::Dropped) => "saw that it was cancelled",
                Note::Got(_, Some(_)) => "got a letter",
                Note::Got(_, None) => "got to know that none comes",
                Note::Elapsed(_) => "did not wait",
            });
        }
        seen.insert(if expected.stuck.is_some() { "deadlock" } else { "no deadlock" });
    }
    if !cfg!(miri) {
        assert_eq!(seen.len(), 11, "{seen:?}");
    }
}
