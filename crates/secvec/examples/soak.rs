//! Random histories of threads, each checked for an order that explains it, until the time is up.
//!
//! `cargo xtask soak secvec` builds this with debug assertions, follows it and sums up. By hand:
//! `cargo run --release -p secvec --example soak -- --seconds 60 --seed 1`
//!
//! Each history has a seed of its own, which gives the programs of its threads and where they stop,
//! between operations and inside of them. Those of an even seed are about `SecVec`, those of an odd one
//! about `OwnedSecVec`. A seed does not give the schedule of the machine, so `--replay`
//! runs the history of one seed again and again. The first that nothing explains is printed, and the
//! exit code is 1.
//!
//! Every second, and at the end, a line says how far it is: `soak: histories=.. calls=..` and so on.
#![allow(clippy::unwrap_used)]

// One of them is enough here.
#[allow(dead_code)]
#[path = "../tests/common/broken.rs"]
mod broken;
#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/common/ours.rs"]
mod ours;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use broken::Broken;
use common::checker::check;
use common::history::record;
use common::plan::{Pauses, Plan};
use common::subject::Subject;
use ours::Boxes;
use secvec::SecVec;

const USAGE: &str = "\
Usage: soak [--seconds N] [--seed S] [--stops KIND] [--crews N] [--replay SEED] [--broken]
  --seconds N    for so long; 10 if not given
  --seed S       the histories have the seeds S, S + 1, ..; 0 if not given
  --stops KIND   how threads are stopped at random: none, spin, yield, sleep, or any of these
  --crews N      so many histories at a time; as many as there are processors for, if not given
  --replay SEED  only the history of this seed, again and again
  --broken       a vector that is broken on purpose, to see what is said then";

/// How many histories are run before they are checked.
const BATCH: u64 = 500;

/// A batch takes a fraction of a second. If none ends in this time, the threads stand still.
const STANDSTILL: Duration = Duration::from_secs(60);

/// What was typed.
struct Options {
    seconds: u64,
    seed: u64,
    stops: (String, Pauses),
    crews: usize,
    replay: Option<u64>,
    broken: bool,
}

impl Options {
    fn read(args: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let processors = thread::available_parallelism().map_or(1, |it| it.get());
        let mut options = Self {
            seconds: 10,
            seed: 0,
            stops: ("any".to_owned(), Pauses::Any),
            // Half of the histories have two threads, and a crew that checks needs one processor.
            crews: (processors / 2).max(1),
            replay: None,
            broken: false,
        };
        let mut args = args.into_iter();
        while let Some(name) = args.next() {
            if name == "--broken" {
                options.broken = true;
                continue;
            }
            let value =
                args.next().ok_or_else(|| format!("{name}: unknown, or without a value"))?;
            let number = || value.parse::<u64>().map_err(|_| format!("{name}: {value}: no number"));
            match &name[..] {
                "--seconds" => options.seconds = number()?,
                "--seed" => options.seed = number()?,
                "--crews" => options.crews = number()?.max(1) as usize,
                "--replay" => options.replay = Some(number()?),
                "--stops" => {
                    let pauses = match &value[..] {
                        "none" => Pauses::None,
                        "spin" => Pauses::Spin,
                        "yield" => Pauses::Yield,
                        "sleep" => Pauses::Sleep,
                        "any" => Pauses::Any,
                        _ => return Err(format!("{name}: {value}: no such kind")),
                    };
                    options.stops = (value, pauses);
                }
                _ => return Err(format!("{name}: unknown")),
            }
        }
        Ok(options)
    }
}

/// What is known so far.
#[derive(Default)]
struct Board {
    /// How many seeds were given out.
    begun: AtomicU64,
    histories: AtomicU64,
    /// Of these, those in which calls ran at the same time.
    overlapping: AtomicU64,
    calls: AtomicU64,
    over: AtomicBool,
    /// The seed, and what is to be said.
    violation: Mutex<Option<(u64, String)>>,
}

impl Board {
    fn line(&self) -> String {
        // Relaxed, here and below: they are only counted.
        let [histories, overlapping, calls] = [&self.histories, &self.overlapping, &self.calls]
            .map(|count| count.load(Ordering::Relaxed));
        let line = format!("histories={histories} overlapping={overlapping} calls={calls}");
        match resident() {
            Some(kib) => format!("{line} resident_kib={kib}"),
            None => line,
        }
    }

    /// Record and check batch after batch.
    fn crew(&self, options: &Options, ended: &mpsc::Sender<()>) {
        while !self.over.load(Ordering::Relaxed) {
            let begun = options.seed.wrapping_add(self.begun.fetch_add(BATCH, Ordering::Relaxed));
            let seeds: Vec<u64> =
                (0..BATCH).map(|i| options.replay.unwrap_or(begun.wrapping_add(i))).collect();
            let (even, odd): (Vec<u64>, Vec<u64>) =
                seeds.iter().partition(|seed| seed.is_multiple_of(2));
            if options.broken {
                self.batch::<Broken<broken::PopInTwoSteps>>(options, &seeds);
            } else {
                self.batch::<SecVec<u32>>(options, &even);
                self.batch::<Boxes>(options, &odd);
            }
            // The other end is there until all crews have ended.
            let _ = ended.send(());
        }
    }

    fn batch<S: Subject>(&self, options: &Options, seeds: &[u64]) {
        let plan = |&seed: &u64| Plan::new::<S>(seed, options.stops.1);
        let plans: Vec<Plan> = seeds.iter().map(plan).collect();
        for history in record::<S>(&plans) {
            self.histories.fetch_add(1, Ordering::Relaxed);
            self.overlapping.fetch_add(history.overlaps().into(), Ordering::Relaxed);
            self.calls.fetch_add(history.calls() as u64, Ordering::Relaxed);
            if let Err(violation) = check(&history) {
                let said = format!("{}: {violation}", std::any::type_name::<S>());
                self.violation.lock().unwrap().get_or_insert((history.seed, said));
                self.over.store(true, Ordering::Relaxed);
                break;
            }
        }
    }
}

/// What this process holds in memory, where the system says so.
fn resident() -> Option<u64> {
    // In KiB, while `statm` counts pages of a size that it does not tell.
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn soak(options: &Options) -> ExitCode {
    let board = Board::default();
    let end = Instant::now() + Duration::from_secs(options.seconds);
    // What the first batches need is there to stay, so memory counts from then on.
    let mut at_start = None;
    thread::scope(|scope| {
        let (ended, batches) = mpsc::channel();
        for _ in 0..options.crews {
            let (ended, board) = (ended.clone(), &board);
            scope.spawn(move || board.crew(options, &ended));
        }
        drop(ended);
        let mut count = 0;
        let mut last_batch = Instant::now();
        let mut next_line = Instant::now();
        // Until all crews have ended: they do so at the batch after the end.
        loop {
            board.over.fetch_or(Instant::now() >= end, Ordering::Relaxed);
            match batches.recv_timeout(Duration::from_millis(200)) {
                Ok(()) => {
                    count += 1;
                    last_batch = Instant::now();
                    if count == 4 * options.crews {
                        at_start = resident();
                    }
                }
                Err(RecvTimeoutError::Timeout) if last_batch.elapsed() > STANDSTILL => {
                    println!("soak end: {}", board.line());
                    println!("no history has ended for {STANDSTILL:?}: the threads stand still");
                    let begun = board.begun.load(Ordering::Relaxed);
                    println!("the seeds are below {}", options.seed.wrapping_add(begun));
                    // They cannot be joined.
                    std::process::exit(1);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if Instant::now() >= next_line {
                println!("soak: {}", board.line());
                next_line = Instant::now() + Duration::from_secs(1);
            }
        }
    });
    let at_start = at_start.map(|kib| format!(" resident_kib_at_start={kib}")).unwrap_or_default();
    println!("soak end: {}{at_start}", board.line());
    match board.violation.into_inner().unwrap() {
        None => ExitCode::SUCCESS,
        Some((seed, said)) => {
            println!("{said}");
            let broken = if options.broken { " --broken" } else { "" };
            println!("again: soak --replay {seed} --stops {}{broken}", options.stops.0);
            ExitCode::FAILURE
        }
    }
}

fn main() -> ExitCode {
    match Options::read(std::env::args().skip(1)) {
        Ok(options) => soak(&options),
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}
