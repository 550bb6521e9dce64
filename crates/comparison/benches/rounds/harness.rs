//! Measuring in rounds (`src/rounds.rs` says why), by the command line of criterion.
//!
//! In each round every contestant of every work has one short turn; the contestants of a work
//! follow each other, in an order that is shuffled anew for each round.

use std::fmt::Write;
use std::hint;
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::random::Random;
use crate::rounds::{self, Rounds, Turns, median};

/// Rounds of a whole measurement; odd, so that one of them is the median.
const ROUNDS: usize = 31;
/// Fewer are not worth a median.
const FEWEST: usize = 5;

/// One work on one number of threads.
pub(crate) struct Work {
    pub(crate) name: String,
    pub(crate) size: Size,
    pub(crate) contestants: Vec<Contestant>,
}

/// How much there is to do.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) threads: u64,
    /// Of each thread.
    pub(crate) operations: u64,
}

/// Who does the work.
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    /// Does it once, with everything new.
    pub(crate) run: fn(Size) -> Turn,
}

/// What is known of one turn.
pub(crate) struct Turn {
    /// An operation took so long.
    nanoseconds: f64,
    /// The part of their time in which the threads were ready to run and had no processor, if the
    /// system tells.
    waited: Option<f64>,
}

impl Turn {
    /// Of a work that is timed as a whole, with all that its threads do.
    pub(crate) fn timed(size: Size, work: impl FnOnce()) -> Self {
        let start = Instant::now();
        work();
        let time = start.elapsed().as_nanos() as f64;
        Self { nanoseconds: time / (size.operations * size.threads) as f64, waited: None }
    }
}

/// A turn, from the first thread's first operation to the last thread's last. `work` is given the
/// number of its thread and how many operations to do: at first `warm`, which do not count, for what
/// caches and memory allocators have to learn.
pub(crate) fn race(size: Size, warm: u64, work: impl Fn(u64, u64) + Sync) -> Turn {
    let work = &work;
    race_with(size, warm, |number| move |operations| work(number, operations))
}

/// The same for threads that keep something from one call to the next: each makes its work, which is
/// then called twice, and dropped when the time has been taken.
pub(crate) fn race_with<W: FnMut(u64)>(
    size: Size,
    warm: u64,
    begin: impl Fn(u64) -> W + Sync,
) -> Turn {
    let threads = size.threads as usize;
    // To wait is to spin, or a thread that sleeps would start late; but not where that keeps another
    // thread from its processor.
    let wait = if threads > processors() { thread::yield_now } else { hint::spin_loop };
    let arrived = AtomicUsize::new(0);
    // Nothing but the clock depends on it.
    let meet = |times| {
        arrived.fetch_add(1, Ordering::Relaxed);
        while arrived.load(Ordering::Relaxed) < times * threads {
            wait();
        }
    };
    let one = |number| {
        let mut work = begin(number);
        work(warm);
        meet(1);
        let waited = waited_so_far();
        meet(2);
        let start = Instant::now();
        work(size.operations);
        let end = Instant::now();
        let waited = waited_so_far().zip(waited).map(|(after, before)| after - before);
        (start, end, waited)
    };
    let times: Vec<(Instant, Instant, Option<Duration>)> = thread::scope(|scope| {
        let one = &one;
        let threads: Vec<_> = (0..size.threads).map(|it| scope.spawn(move || one(it))).collect();
        threads.into_iter().filter_map(|it| it.join().ok()).collect()
    });
    assert_eq!(times.len(), threads, "a thread panicked");
    let start = times.iter().map(|it| it.0).min();
    let end = times.iter().map(|it| it.1).max();
    let time = start.zip(end).map_or(Duration::ZERO, |(start, end)| end - start).as_nanos() as f64;
    let waited: Option<Duration> = times.iter().map(|it| it.2).sum();
    Turn {
        nanoseconds: time / (size.operations * size.threads) as f64,
        waited: waited.map(|it| it.as_nanos() as f64 / (time * size.threads as f64)),
    }
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// How long this thread was ready to run and had no processor. Linux tells.
fn waited_so_far() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// What was asked for on the command line.
#[derive(Debug)]
struct Options {
    /// Only say what there is.
    list: bool,
    /// `cargo bench` says so. Without it each contestant runs once to see that it does.
    measure: bool,
    rounds: usize,
    /// No round is begun after this time for each contestant of each work.
    limit: Duration,
    /// Works are measured that have a contestant with one of these in its name. There is nothing
    /// to be had from a contestant alone.
    filters: Vec<String>,
}

impl Options {
    fn read(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self {
            list: false,
            measure: false,
            rounds: ROUNDS,
            limit: Duration::MAX,
            filters: Vec::new(),
        };
        while let Some(arg) = args.next() {
            let mut value = || args.next().with_context(|| format!("{arg} needs a value"));
            match arg.as_str() {
                "--bench" => options.measure = true,
                "--list" => options.list = true,
                "--sample-size" => options.rounds = value()?.parse::<NonZero<usize>>()?.get(),
                "--measurement-time" => {
                    options.limit = Duration::try_from_secs_f64(value()?.parse()?)?;
                }
                // There are no plots, and each turn warms up as it needs to.
                "--noplot" => {}
                "--warm-up-time" => drop(value()?),
                _ if arg.starts_with('-') => bail!(
                    "`{arg}` is not known; there are --list, --sample-size ROUNDS, \
                     --measurement-time SECONDS and parts of names"
                ),
                _ => options.filters.push(arg),
            }
        }
        Ok(options)
    }

    fn choose(&self, piece: &str, work: &Work) -> bool {
        let chosen = |name: &str| self.filters.iter().any(|it| name.contains(it));
        self.filters.is_empty() || work.contestants.iter().any(|it| chosen(&work.full(piece, it)))
    }
}

impl Work {
    fn full(&self, piece: &str, contestant: &Contestant) -> String {
        format!("{piece}/{}/{}", self.name, contestant.name)
    }

    /// A turn of each contestant, put behind those of the rounds before.
    fn round(&self, random: &mut Random, turns: &mut [Turns]) {
        let mut order: Vec<usize> = (0..self.contestants.len()).collect();
        random.shuffle(&mut order);
        for at in order {
            let turn = (self.contestants[at].run)(self.size);
            turns[at].nanoseconds.push(turn.nanoseconds);
            if self.size.threads as usize <= processors() {
                turns[at].waited.extend(turn.waited);
            }
        }
    }
}

/// The program of a piece. What it measures it leaves for `cargo run -p comparison`.
pub(crate) fn main(piece: &str, references: &[&str], works: Vec<Work>) -> ExitCode {
    match run(piece, references, works) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(piece: &str, references: &[&str], works: Vec<Work>) -> Result<()> {
    let options = Options::read(std::env::args().skip(1))?;
    let works: Vec<Work> = works.into_iter().filter(|it| options.choose(piece, it)).collect();
    if options.list {
        for work in &works {
            work.contestants.iter().for_each(|it| println!("{}: benchmark", work.full(piece, it)));
        }
        return Ok(());
    }
    if !options.measure {
        for work in &works {
            let size = Size { operations: 2_000, ..work.size };
            for contestant in &work.contestants {
                println!("Testing {}", work.full(piece, contestant));
                (contestant.run)(size);
            }
        }
        return Ok(());
    }
    let file = rounds::folder().join(format!("{piece}{}", rounds::SUFFIX));
    // What is not measured now stays as it was, unless all is.
    let mut rounds = if options.filters.is_empty() || !file.exists() {
        Rounds::default()
    } else {
        Rounds::read(&file)?
    };
    let turns = measure(&works, &options);
    print!("{}", report(piece, &works, &turns));
    rounds.references = references.iter().map(|&it| it.to_owned()).collect();
    for (work, turns) in works.iter().zip(turns) {
        let names = work.contestants.iter().map(|it| it.name.to_owned());
        rounds.works.insert(work.name.clone(), names.zip(turns).collect());
    }
    std::fs::create_dir_all(rounds::folder())
        .and_then(|()| std::fs::write(&file, serde_json::to_string(&rounds)? + "\n"))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// The turns of each contestant of each work.
fn measure(works: &[Work], options: &Options) -> Vec<Vec<Turns>> {
    let none = |it: &Work| it.contestants.iter().map(|_| Turns::default()).collect();
    let mut turns: Vec<Vec<Turns>> = works.iter().map(none).collect();
    let contestants: usize = turns.iter().map(Vec::len).sum();
    let limit = options.limit.saturating_mul(contestants as u32);
    let mut random = Random::new(0);
    let start = Instant::now();
    for round in 1..=options.rounds {
        if round > FEWEST && start.elapsed() > limit {
            break;
        }
        println!("Benchmarking round {round} of {}", options.rounds);
        for (work, turns) in works.iter().zip(&mut turns) {
            work.round(&mut random, turns);
        }
    }
    turns
}

/// A line for each contestant, in the form of criterion's: the least time, the median, the most.
fn report(piece: &str, works: &[Work], turns: &[Vec<Turns>]) -> String {
    let mut out = String::new();
    for (work, turns) in works.iter().zip(turns) {
        for (contestant, turns) in work.contestants.iter().zip(turns) {
            let name = work.full(piece, contestant);
            let least = turns.nanoseconds.iter().copied().fold(f64::MAX, f64::min);
            let most = turns.nanoseconds.iter().copied().fold(0.0, f64::max);
            let median = median(&turns.nanoseconds);
            let note = turns.note().unwrap_or_default();
            // Writing to a String does not fail.
            let _ = writeln!(
                out,
                "{name:<70} time:   [{least:.2} ns {median:.2} ns {most:.2} ns] {note}"
            );
        }
    }
    out
}
