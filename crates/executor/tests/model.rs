//! Random graphs of tasks against a plain recursive function.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use common::{Counter, yield_now};
use executor::{Executor, Spawner, TaskError, block_on, sleep};
use proptest::prelude::*;
use std::pin::Pin;
use std::time::Duration;

/// What a task does, step by step.
#[derive(Clone, Debug)]
enum Step {
    Yield,
    Sleep(u8),
    /// Spawn a task, await it, and add its result.
    Await(Vec<Step>),
    /// Spawn two, and await the second first.
    AwaitBoth(Vec<Step>, Vec<Step>),
    /// Spawn a task and let it run on.
    Detach(Vec<Step>),
    /// Spawn a task, cancel it, and wait for its end, whichever it is.
    Cancel(Vec<Step>),
    /// Spawn a task and drop it.
    Drop(Vec<Step>),
    Panic,
}

/// The number of steps that were done, in this task and in those it awaited; `None`: it panicked.
fn model(steps: &[Step]) -> Option<u64> {
    let mut sum = 0;
    for step in steps {
        sum += 1;
        match step {
            Step::Await(child) => sum += model(child).unwrap_or(1_000),
            Step::AwaitBoth(one, two) => {
                sum += model(one).unwrap_or(1_000) + model(two).unwrap_or(1_000);
            }
            Step::Panic => return None,
            Step::Yield | Step::Sleep(_) | Step::Detach(_) | Step::Cancel(_) | Step::Drop(_) => {}
        }
    }
    Some(sum)
}

/// Counters for the whole graph.
#[derive(Clone, Default)]
struct Counts {
    futures: Counter,
    futures_dropped: Counter,
    outputs: Counter,
    outputs_dropped: Counter,
}

/// A result that is counted.
struct Output {
    sum: u64,
    _guard: common::CountsDrop,
}

type Boxed = Pin<Box<dyn Future<Output = Output> + Send>>;

fn run(steps: Vec<Step>, spawner: Spawner, counts: Counts) -> Boxed {
    counts.futures.count();
    let guard = counts.futures_dropped.on_drop();
    let sum_of = |result: Result<Output, TaskError>| match result {
        Ok(output) => output.sum,
        Err(TaskError::Panicked(_)) => 1_000,
        Err(error) => panic!("nobody cancelled it: {error}"),
    };
    Box::pin(async move {
        let _guard = guard;
        let spawn = |child| spawner.spawn(run(child, spawner.clone(), counts.clone()));
        let mut sum = 0;
        for step in steps {
            sum += 1;
            match step {
                Step::Yield => yield_now().await,
                Step::Sleep(tenths) => sleep(Duration::from_micros(u64::from(tenths) * 100)).await,
                Step::Await(child) => sum += sum_of(spawn(child).await),
                Step::AwaitBoth(one, two) => {
                    let (one, two) = (spawn(one), spawn(two));
                    sum += sum_of(two.await);
                    sum += sum_of(one.await);
                }
                Step::Detach(child) => spawn(child).detach(),
                Step::Cancel(child) => drop(spawn(child).cancel().await),
                Step::Drop(child) => drop(spawn(child)),
                // Without the panic hook, which would print.
                Step::Panic => std::panic::resume_unwind(Box::new("expected")),
            }
        }
        counts.outputs.count();
        Output { sum, _guard: counts.outputs_dropped.on_drop() }
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let leaf = prop_oneof![
        4 => Just(Step::Yield),
        2 => (0u8..10).prop_map(Step::Sleep),
        1 => Just(Step::Panic),
    ];
    let step = leaf.prop_recursive(4, 40, 5, |inner| {
        let child = || prop::collection::vec(inner.clone(), 0..5);
        prop_oneof![
            3 => child().prop_map(Step::Await),
            2 => (child(), child()).prop_map(|(one, two)| Step::AwaitBoth(one, two)),
            1 => child().prop_map(Step::Detach),
            1 => child().prop_map(Step::Cancel),
            1 => child().prop_map(Step::Drop),
        ]
    });
    prop::collection::vec(step, 0..6)
}

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 2, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_graph_of_tasks_does_what_the_model_does(steps in steps(), join in any::<bool>()) {
        let expected = model(&steps);
        let counts = Counts::default();
        let executor = Executor::new();
        let root = executor.spawn(run(steps, executor.spawner(), counts.clone()));
        match block_on(root) {
            Ok(output) => prop_assert_eq!(Some(output.sum), expected),
            Err(error) => prop_assert!(!error.is_cancelled() && expected.is_none()),
        }
        // Some of the detached tasks are still there.
        if join { executor.join() } else { drop(executor) }
        prop_assert_eq!(counts.futures_dropped.get(), counts.futures.get());
        prop_assert_eq!(counts.outputs_dropped.get(), counts.outputs.get());
    }
}
