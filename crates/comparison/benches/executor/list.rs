//! The works by name, with the numbers of workers.

use std::hint::black_box;

use crate::contestants::{TimerWork, Work, contestants, with_timers};
use crate::harness::{self, Contestant, Size};
use crate::works::{
    Chain, PingPong, Ring, Sleepers, SpawnInside, SpawnOutside, Timeouts, Tree, WakeAcross, Yield,
    block_again_and_again, yield_now,
};

const WORKERS: [u64; 3] = [1, 2, 4];

/// A work of so many operations, whatever the number of workers.
fn one(name: &str, workers: u64, operations: u64, contestants: Vec<Contestant>) -> harness::Work {
    let s = if workers == 1 { "" } else { "s" };
    let size = Size { threads: workers, operations: operations / workers };
    harness::Work { name: format!("{name}: {workers} worker{s}"), size, contestants }
}

fn work<W: Work>(name: &str, operations: u64) -> Vec<harness::Work> {
    WORKERS.map(|workers| one(name, workers, operations, contestants::<W>(workers))).into()
}

fn timers<W: TimerWork>(name: &str, operations: u64) -> Vec<harness::Work> {
    WORKERS.map(|workers| one(name, workers, operations, with_timers::<W>(workers))).into()
}

/// All who block on a future.
macro_rules! block_on {
    ($future:expr) => {
        vec![
            block_on!("executor", executor::block_on, $future),
            block_on!("pollster", pollster::block_on, $future),
            block_on!("futures", futures::executor::block_on, $future),
        ]
    };
    ($name:literal, $block_on:path, $future:expr) => {
        Contestant {
            name: $name,
            run: |size| block_again_and_again(size, || $block_on(black_box($future))),
        }
    };
}

/// A work without workers.
fn alone(name: &str, contestants: Vec<Contestant>) -> Vec<harness::Work> {
    let size = Size { threads: 1, operations: 200_000 };
    vec![harness::Work { name: name.to_owned(), size, contestants }]
}

/// All works.
pub(crate) fn works() -> Vec<harness::Work> {
    let all = [
        work::<SpawnOutside>("spawn 10,000 from outside", 50_000),
        work::<SpawnInside>("spawn 10,000 from a task", 50_000),
        work::<Yield>("yield, 200 tasks", 400_000),
        work::<PingPong>("ping-pong, 1,000 pairs", 20_000),
        work::<Chain>("chain of 1,000 spawns", 50_000),
        work::<Ring>("ring of 300 channels", 60_000),
        work::<Tree>("tree of tasks", 16_384),
        work::<WakeAcross>("wake from outside and back", 2_000),
        timers::<Sleepers>("100,000 sleep for 5 ms", 100_000),
        timers::<Timeouts>("timeouts, 4 tasks with 1,000", 100_000),
        alone("block_on, ready", block_on!(async { 1 })),
        alone(
            "block_on, pending once",
            block_on!(async {
                yield_now().await;
                1
            }),
        ),
    ];
    all.into_iter().flatten().collect()
}
