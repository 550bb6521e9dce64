//! Measuring in rounds (`src/rounds.rs` says why), by the command line of criterion.
//!
//! In each round every contestant of every work has one short turn; the contestants of a work
//! follow each other, in an order that is shuffled anew for each round.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::random::Random;
use crate::rounds::{self, Rounds};

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
    /// Does it once, with everything new, and says how many nanoseconds an operation took.
    pub(crate) run: fn(Size) -> f64,
}

/// Nanoseconds an operation, from the first thread's first one to the last thread's last. `work` is
/// given the number of its thread and how many operations to do: at first `warm`, which do not
/// count, for what caches and memory allocators have to learn.
pub(crate) fn race(size: Size, warm: u64, work: impl Fn(u64, u64) + Sync) -> f64 {
    let time = start_together(size.threads, |it| work(it, warm), |it| work(it, size.operations));
    time.as_nanos() as f64 / (size.operations * size.threads) as f64
}

fn start_together(
    threads: u64,
    prepare: impl Fn(u64) + Sync,
    work: impl Fn(u64) + Sync,
) -> Duration {
    let threads = threads as usize;
    let processors = thread::available_parallelism().map_or(1, usize::from);
    // Waiting is spinning, or a thread that sleeps would start late; but not where it keeps another
    // thread from its processor.
    let wait = if threads > processors { thread::yield_now } else { hint::spin_loop };
    let ready = AtomicUsize::new(0);
    let one = |thread| {
        prepare(thread as u64);
        // Nothing but the start of the clock depends on it.
        ready.fetch_add(1, Ordering::Relaxed);
        while ready.load(Ordering::Relaxed) < threads {
            wait();
        }
        let start = Instant::now();
        work(thread as u64);
        (start, Instant::now())
    };
    let times: Vec<(Instant, Instant)> = thread::scope(|scope| {
        let one = &one;
        let threads: Vec<_> = (0..threads).map(|it| scope.spawn(move || one(it))).collect();
        threads.into_iter().filter_map(|it| it.join().ok()).collect()
    });
    assert_eq!(times.len(), threads, "a thread panicked");
    let start = times.iter().map(|it| it.0).min();
    let end = times.iter().map(|it| it.1).max();
    start.zip(end).map_or(Duration::ZERO, |(start, end)| end - start)
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
                "--sample-size" => options.rounds = value()?.parse()?,
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

    /// Nanoseconds an operation, of each contestant, in one round.
    fn round(&self, random: &mut Random) -> Vec<f64> {
        let mut order: Vec<usize> = (0..self.contestants.len()).collect();
        random.shuffle(&mut order);
        let mut times = vec![0.0; order.len()];
        for at in order {
            let contestant = &self.contestants[at];
            times[at] = (contestant.run)(self.size);
        }
        times
    }
}

/// The program of a piece.
pub(crate) fn main(piece: &str, references: &[&str], works: Vec<Work>) -> Result<()> {
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
    let times = measure(&works, &options);
    print!("{}", report(piece, &works, &times));
    save(piece, references, &works, times, options.filters.is_empty())
}

/// For each work and contestant the times by round.
fn measure(works: &[Work], options: &Options) -> Vec<Vec<Vec<f64>>> {
    let mut times: Vec<Vec<Vec<f64>>> =
        works.iter().map(|it| vec![Vec::new(); it.contestants.len()]).collect();
    let contestants: usize = works.iter().map(|it| it.contestants.len()).sum();
    let limit = options.limit.saturating_mul(contestants as u32);
    let mut random = Random::new(0);
    let start = Instant::now();
    for round in 1..=options.rounds {
        if round > FEWEST && start.elapsed() > limit {
            break;
        }
        println!("Benchmarking round {round} of {}", options.rounds);
        for (work, times) in works.iter().zip(&mut times) {
            let round = work.round(&mut random);
            times.iter_mut().zip(round).for_each(|(times, time)| times.push(time));
        }
    }
    times
}

/// A line for each contestant, in the form of criterion's: the least time, the median, the most.
fn report(piece: &str, works: &[Work], times: &[Vec<Vec<f64>>]) -> String {
    let mut out = String::new();
    for (work, times) in works.iter().zip(times) {
        for (contestant, times) in work.contestants.iter().zip(times) {
            let mut times = times.clone();
            times.sort_by(f64::total_cmp);
            let (Some(least), Some(most)) = (times.first(), times.last()) else { continue };
            let median = times[times.len() / 2];
            let name = work.full(piece, contestant);
            // Writing to a String does not fail.
            let _ = writeln!(out, "{name:<60} time:   [{least:.2} ns {median:.2} ns {most:.2} ns]");
        }
    }
    out
}

/// Leave the times for `cargo run -p comparison`. What was not measured now stays as it was, unless
/// all was.
fn save(
    piece: &str,
    references: &[&str],
    works: &[Work],
    times: Vec<Vec<Vec<f64>>>,
    all: bool,
) -> Result<()> {
    let file = rounds::folder().join(format!("{piece}{}", rounds::SUFFIX));
    let mut rounds = if all || !file.exists() { Rounds::default() } else { Rounds::read(&file)? };
    rounds.references = references.iter().map(|&it| it.to_owned()).collect();
    for (work, times) in works.iter().zip(times) {
        let names = work.contestants.iter().map(|it| it.name.to_owned());
        let contestants: BTreeMap<String, Vec<f64>> = names.zip(times).collect();
        rounds.works.insert(work.name.clone(), contestants);
    }
    std::fs::create_dir_all(rounds::folder())
        .and_then(|()| std::fs::write(&file, serde_json::to_string(&rounds)? + "\n"))
        .with_context(|| format!("cannot write {}", file.display()))
}
