//! Tasks that are spawned, awaited, cancelled, forgotten, that sleep, panic, block, borrow and wake each other, until the
//! time is up. At the end every future must have been dropped once, no task may be left, and what is resident is compared
//! with what was at the start.
//!
//! `cargo xtask soak executor` builds this, follows it and sums up. By hand:
//! `cargo run --release -p executor --example soak -- --seconds 60 --seed 1`
//!
//! A history is a task's life; it overlaps if its future was dropped by another thread than the one that spawned it. A call is
//! a poll. Every second, and at the end, a line says how far it is.

use executor::{Executor, Spawner, TaskError, block_on, sleep, timeout};
use std::future::{pending, poll_fn};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::Poll;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// Threads that spawn from outside.
const CREW: u64 = 3;

/// What is resident at the end may be so much more than at the start: the C library keeps some for its own.
const GROWTH_KIB: u64 = 2 << 10;

static MADE: AtomicU64 = AtomicU64::new(0);
static DROPPED: AtomicU64 = AtomicU64::new(0);
static ELSEWHERE: AtomicU64 = AtomicU64::new(0);
static POLLS: AtomicU64 = AtomicU64::new(0);

/// In each future: counted when it is made and when it is dropped.
struct Life(ThreadId);

impl Life {
    fn new() -> Self {
        MADE.fetch_add(1, Relaxed);
        Self(thread::current().id())
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Relaxed);
        ELSEWHERE.fetch_add(u64::from(self.0 != thread::current().id()), Relaxed);
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

async fn yield_now(times: u64) {
    let mut left = times;
    poll_fn(|cx| {
        POLLS.fetch_add(1, Relaxed);
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// One thing that a user does. Wrong results end the program with a panic.
fn act(executor: &Executor, random: &mut Random) {
    let (life, number) = (Life::new(), random.below(1000));
    match random.below(12) {
        0 | 1 => {
            let task = executor.spawn(async move {
                let _life = life;
                yield_now(number % 4).await;
                number
            });
            assert!(matches!(block_on(task), Ok(it) if it == number));
        }
        2 => executor
            .spawn(async move {
                let _life = life;
                yield_now(number % 3).await;
            })
            .detach(),
        3 => drop(executor.spawn(async move {
            let _life = life;
            yield_now(number % 3).await;
        })),
        4 => {
            let mut task = executor.spawn(async move {
                let _life = life;
                pending::<()>().await;
            });
            assert!(matches!(block_on(task.cancel()), Err(TaskError::Cancelled)));
        }
        5 => {
            // Cancelled while it runs, or before, or after.
            let mut task = executor.spawn(async move {
                let _life = life;
                yield_now(number % 8).await;
                number
            });
            match block_on(task.cancel()) {
                Ok(it) => assert_eq!(it, number),
                Err(error) => assert!(error.is_cancelled()),
            }
        }
        6 => executor
            .spawn(async move {
                let _life = life;
                sleep(Duration::from_micros(number)).await;
            })
            .detach(),
        7 => {
            // A timeout that never comes, as most are.
            let task = executor.spawn(async move {
                let _life = life;
                timeout(Duration::from_secs(3600), yield_now(2)).await.is_ok()
            });
            assert!(matches!(block_on(task), Ok(true)));
        }
        8 => {
            let call = executor.spawn_blocking(move || {
                let _life = life;
                number
            });
            assert!(matches!(block_on(call), Ok(it) if it == number));
        }
        9 => {
            let task = executor.spawn(async move {
                let _life = life;
                yield_now(1).await;
                std::panic::resume_unwind(Box::new(number))
            });
            let result: Result<(), _> = block_on(task);
            assert!(matches!(result, Err(TaskError::Panicked(_))));
        }
        10 => {
            let spawner = executor.spawner();
            let task = executor.spawn(async move {
                let _life = life;
                family(spawner, 3).await
            });
            assert!(matches!(block_on(task), Ok(8)));
        }
        _ => {
            let mut numbers = [0; 4];
            executor.scope(|scope| {
                for (at, place) in numbers.iter_mut().enumerate() {
                    let life = Life::new();
                    scope
                        .spawn(async move {
                            let _life = life;
                            yield_now(1).await;
                            *place = at + 1;
                        })
                        .detach();
                }
            });
            drop(life);
            assert_eq!(numbers, [1, 2, 3, 4]);
        }
    }
}

/// A tree of tasks: how many leaves it has.
fn family(spawner: Spawner, depth: u32) -> std::pin::Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        if depth == 0 {
            return 1;
        }
        let child = |spawner: &Spawner| {
            let (inner, life) = (spawner.clone(), Life::new());
            spawner.spawn(async move {
                let _life = life;
                family(inner, depth - 1).await
            })
        };
        let (one, two) = (child(&spawner), child(&spawner));
        one.await.unwrap_or(0) + two.await.unwrap_or(0)
    })
}

/// What is resident, in KiB, where the system says it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn tell(what: &str, at_start: Option<u64>) {
    let [histories, overlapping, calls] = [&DROPPED, &ELSEWHERE, &POLLS].map(|it| it.load(Relaxed));
    print!("{what}: histories={histories} overlapping={overlapping} calls={calls}");
    if let Some(now) = resident() {
        print!(" resident_kib={now}");
    }
    if let Some(start) = at_start {
        print!(" resident_kib_at_start={start}");
    }
    println!();
}

/// The value after `name` among the arguments.
fn argument(name: &str, otherwise: u64) -> Option<u64> {
    let mut args = std::env::args().skip_while(|arg| arg != name);
    if args.next().is_none() {
        return Some(otherwise);
    }
    args.next()?.parse().ok()
}

/// Executors, one after the other, each for about a second. How many futures were not dropped, or what else is wrong.
fn rounds(seed: u64, end: Instant) -> Result<(), String> {
    let mut seed = seed;
    while Instant::now() < end {
        let until = (Instant::now() + Duration::from_secs(1)).min(end);
        let executor = Executor::builder().workers(2).build().map_err(|error| error.to_string())?;
        thread::scope(|scope| {
            for _ in 0..CREW {
                seed += 1;
                let (executor, mut random) =
                    (&executor, Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1));
                scope.spawn(move || {
                    while Instant::now() < until {
                        act(executor, &mut random);
                    }
                });
            }
        });
        let spawner = executor.spawner();
        // Each of the ways to end in turn.
        match seed % 3 {
            0 => executor.join(),
            1 => drop(executor),
            _ => {
                let left = executor.shutdown(Instant::now() + Duration::from_secs(5));
                if left.tasks != 0 {
                    return Err(format!("{left:?} after five seconds"));
                }
            }
        }
        let metrics = spawner.metrics();
        let (made, dropped) = (MADE.load(Relaxed), DROPPED.load(Relaxed));
        if made != dropped || metrics.live() != 0 {
            return Err(format!("{made} futures made, {dropped} dropped; {metrics:?}"));
        }
        tell("soak", None);
    }
    Ok(())
}

fn main() -> ExitCode {
    let (Some(seconds), Some(seed)) = (argument("--seconds", 10), argument("--seed", 1)) else {
        eprintln!("Usage: soak [--seconds N] [--seed S]");
        return ExitCode::from(2);
    };
    let begin = Instant::now();
    // Until all that is allocated once is there.
    let warm = begin + Duration::from_secs(seconds).min(Duration::from_secs(5)) / 2;
    if let Err(found) = rounds(seed, warm) {
        println!("{found}");
        return ExitCode::FAILURE;
    }
    let start = resident();
    if let Err(found) = rounds(seed + 1_000_000, begin + Duration::from_secs(seconds)) {
        println!("{found}");
        return ExitCode::FAILURE;
    }
    tell("soak end", start);
    let grown = resident().zip(start).map_or(0, |(now, then)| now.saturating_sub(then));
    if grown > GROWTH_KIB {
        println!("{grown} KiB more are resident than at the start");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
