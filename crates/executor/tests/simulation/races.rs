//! What may come first or second does, and both are right.

use super::common::{Counter, Gate, yield_now};
use super::{ms, seeds};
use executor::{Simulation, TaskError, sleep, timeout};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

/// Both come up, unless there are few seeds.
fn assert_both(seen: &BTreeSet<bool>) {
    assert!(cfg!(miri) || seen.len() == 2, "only {seen:?}");
}

#[test]
fn cancellation_against_completion() {
    let mut seen = BTreeSet::new();
    for seed in seeds(1_000) {
        let (futures, outputs) = (Counter::new(), Counter::new());
        let (future, output) = (futures.on_drop(), outputs.on_drop());
        let simulation = Simulation::new(seed);
        let mut task = simulation.spawn(async move {
            let _future = future;
            sleep(ms(10)).await;
            output
        });
        let result = simulation.block_on(async {
            sleep(ms(10)).await;
            task.cancel();
            task.await
        });
        assert_eq!(simulation.elapsed(), ms(10));
        assert_eq!(futures.get(), 1);
        match result.unwrap() {
            Ok(output) => {
                assert_eq!(outputs.get(), 0);
                drop(output);
                seen.insert(true);
            }
            Err(TaskError::Cancelled) => {
                seen.insert(false);
            }
            Err(error) => panic!("{error}"),
        }
        assert_eq!(outputs.get(), 1);
    }
    assert_both(&seen);
}

#[test]
fn the_drop_of_a_handle_against_completion() {
    let mut seen = BTreeSet::new();
    for seed in seeds(1_000) {
        let (done, drops) = (Counter::new(), Counter::new());
        let (d, guard) = (done.clone(), drops.on_drop());
        let simulation = Simulation::new(seed);
        let task = simulation.spawn(async move {
            yield_now().await;
            d.count();
            guard
        });
        simulation
            .block_on(async {
                yield_now().await;
                drop(task);
            })
            .unwrap();
        simulation.run().unwrap();
        assert_eq!(drops.get(), 1);
        seen.insert(done.get() == 1);
    }
    assert_both(&seen);
}

#[test]
fn two_who_cancel_the_same_task() {
    for seed in seeds(200) {
        let drops = Counter::new();
        let guard = drops.on_drop();
        let simulation = Simulation::new(seed);
        let spawner = simulation.spawner();
        // The outer task goes, and with it the handle of the inner one, at the time at which that is woken.
        let gate = Gate::new();
        let g = gate.clone();
        let mut outer = simulation.spawn(async move {
            let inner = spawner.spawn(async move {
                let _guard = guard;
                g.wait().await;
            });
            inner.await
        });
        let result = simulation.block_on(async {
            sleep(ms(1)).await;
            gate.open();
            outer.cancel().await
        });
        assert!(result.unwrap().unwrap_err().is_cancelled());
        simulation.run().unwrap();
        assert_eq!(drops.get(), 1);
    }
}

#[test]
fn a_timeout_against_what_it_waits_for() {
    let mut seen = BTreeSet::new();
    for seed in seeds(1_000) {
        let simulation = Simulation::new(seed);
        let gate = Gate::new();
        let g = gate.clone();
        let opener = simulation.spawn(async move {
            sleep(ms(10)).await;
            g.open();
        });
        let waits = async { timeout(ms(10), gate.wait()).await.is_ok() };
        seen.insert(simulation.block_on(waits).unwrap());
        // What is ready at the deadline is in time, whoever was woken first.
        let both = async { timeout(ms(10), sleep(ms(10))).await.is_ok() };
        assert!(simulation.block_on(both).unwrap());
        simulation.block_on(opener).unwrap().unwrap();
        assert_eq!(simulation.elapsed(), ms(20));
    }
    assert_both(&seen);
}

#[test]
fn a_timer_that_is_reset_to_the_past_fires_now() {
    let simulation = Simulation::new(0);
    let start = simulation.now();
    let result = simulation.block_on(async {
        sleep(ms(10)).await;
        let mut alarm = sleep(ms(10));
        poll_fn(|cx| {
            assert!(Pin::new(&mut alarm).poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        alarm.reset(start);
        // Nobody else wakes it.
        let mut polls = 0;
        poll_fn(|cx| {
            polls += 1;
            if polls == 2 { Pin::new(&mut alarm).poll(cx) } else { Poll::Pending }
        })
        .await;
    });
    result.unwrap();
    assert_eq!(simulation.elapsed(), ms(10));
}

#[test]
fn a_timer_is_reset_or_fires() {
    let mut seen = BTreeSet::new();
    for seed in seeds(1_000) {
        let simulation = Simulation::new(seed);
        let (spawner, start) = (simulation.spawner(), simulation.now());
        let alarm = Rc::new(RefCell::new(None));
        let a = alarm.clone();
        let waits = simulation.spawn(async move {
            *a.borrow_mut() = Some(sleep(ms(10)));
            poll_fn(|cx| {
                let mut sleep = a.borrow_mut();
                Pin::new(sleep.as_mut().unwrap()).poll(cx)
            })
            .await;
            spawner.now() - start
        });
        let result = simulation.block_on(async {
            yield_now().await;
            sleep(ms(10)).await;
            if let Some(sleep) = alarm.borrow_mut().as_mut() {
                sleep.reset(start + ms(30));
            }
            waits.await
        });
        let woken = result.unwrap().unwrap();
        assert!([ms(10), ms(30)].contains(&woken), "{woken:?}");
        seen.insert(woken == ms(10));
    }
    assert_both(&seen);
}
