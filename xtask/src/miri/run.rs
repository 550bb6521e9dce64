//! Running the tests of crates under Miri, on every core.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::miri::board::Board;
use crate::miri::config::Config;
use crate::miri::plan::Unit;
use crate::miri::setup::Ready;
use crate::parse::discovery::{self, Ignored};
use crate::parse::{Outcome, Parsed, Problem, libtest, nextest};
use crate::proc::Cmd;
use crate::progress::Progress;
use crate::workspace::Package;

/// A crate under test.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) package: &'a Package,
    pub(crate) config: Config,
    /// Its ignored tests, asked for only once something was left out.
    ignored: OnceLock<Option<Vec<Ignored>>>,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(package: &'a Package, config: Config) -> Self {
        Self { package, config, ignored: OnceLock::new() }
    }
}

/// What all runs have in common.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) ready: Ready,
    pub(crate) target: Option<String>,
    /// What the user had in `MIRIFLAGS`.
    pub(crate) user_flags: String,
    /// Arguments for the test runner.
    pub(crate) args: Vec<String>,
    /// No single run takes longer.
    pub(crate) limit: Duration,
    /// How many runs there are at a time.
    pub(crate) workers: usize,
}

/// Which tests of a crate one run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Unit and integration tests.
    Tests,
    /// What is repeated with further seeds. A process for each test would take longer to start
    /// than to run, so these use the standard harness: one process for each program.
    Seeded,
    /// Examples in the documentation.
    Docs,
}

/// One run of a test runner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    pub(crate) unit: Unit,
    pub(crate) part: Part,
}

/// A job that has ended.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) job: Job,
    pub(crate) parsed: Parsed,
    pub(crate) command: Cmd,
    pub(crate) time: Duration,
}

/// The jobs of the units, crate by crate, so that one after the other is done with.
pub(crate) fn jobs(units: &[Unit]) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for &unit in units {
        let parts: &[Part] = if unit.first { &[Part::Tests, Part::Docs] } else { &[Part::Seeded] };
        jobs.extend(parts.iter().map(|&part| Job { unit, part }));
    }
    // The longest of a crate begin first. A stable sort: models and seeds stay in order.
    jobs.sort_by_key(|job| (job.unit.krate, job.part));
    jobs
}

impl Settings {
    fn miri(&self, subject: &Subject<'_>, unit: Unit, runner: &[&str]) -> Cmd {
        let mut flags: Vec<&str> = self.ready.choice.flags.clone();
        flags.extend(unit.model.flag());
        flags.extend(subject.config.flags.iter().map(String::as_str));
        let seed = format!("-Zmiri-seed={}", unit.seed);
        flags.push(&seed);
        flags.extend(self.user_flags.split_whitespace());
        let mut cmd = self.ready.toolchain.cargo().env("MIRIFLAGS", flags.join(" "));
        if let Some(ours) = subject.config.rustflags(self.target.as_deref()) {
            // Examples in the documentation are compiled with flags of their own.
            for name in ["RUSTFLAGS", "RUSTDOCFLAGS"] {
                let theirs = std::env::var(name).unwrap_or_default();
                cmd = cmd.env(name, format!("{theirs} {ours}").trim().to_owned());
            }
        }
        cmd = cmd.arg("miri").args(runner.iter().copied()).args(["-p", &subject.package.name]);
        if let Some(target) = &self.target {
            cmd = cmd.args(["--target", target]);
        }
        if !subject.config.features.is_empty() {
            cmd = cmd.arg("--features").arg(subject.config.features.join(","));
        }
        cmd
    }

    fn uses_nextest(&self, part: Part) -> bool {
        self.ready.nextest && part == Part::Tests
    }

    /// What one would type to run this job by hand.
    fn command(&self, subject: &Subject<'_>, job: Job) -> Cmd {
        let runner: &[&str] =
            if self.uses_nextest(job.part) { &["nextest", "run"] } else { &["test"] };
        let mut cmd = self.miri(subject, job.unit, runner);
        cmd = match (job.part, &subject.config.seeded_tests) {
            (Part::Docs, _) => cmd.arg("--doc"),
            (Part::Seeded, Some(tests)) => {
                cmd.args(tests.iter().flat_map(|it| ["--test", it.as_str()]))
            }
            _ => cmd.arg("--tests"),
        };
        cmd.arg("--no-fail-fast")
    }

    /// The same for a single test, where that is sure to give the same result.
    pub(crate) fn command_for(
        &self,
        subject: &Subject<'_>,
        done: &Done,
        binary: &str,
        name: &str,
    ) -> Cmd {
        if !self.uses_nextest(done.job.part) {
            // With the harness, a test's random numbers depend on the tests before it.
            return done.command.clone();
        }
        let filter = format!("binary_id(={binary}) & test(={name})");
        self.miri(subject, done.job.unit, &["nextest", "run"]).args(["--tests", "-E", &filter])
    }

    /// Compile a crate's tests, so that runs beside each other do not wait for one another.
    fn build(&self, subject: &Subject<'_>, unit: Unit) -> Result<Option<Problem>> {
        let cmd = self.miri(subject, unit, &["test"]).args(["--tests", "--no-run"]);
        let built = cmd.run()?;
        if built.success {
            return Ok(None);
        }
        let mut parser = libtest::Parser::of(&subject.package.name);
        for line in built.output.lines() {
            parser.line(line);
        }
        Ok(parser.finish(false).problems.pop())
    }

    fn run(&self, subject: &Subject<'_>, job: Job, on_test: impl FnMut()) -> Result<Done> {
        let command = self.command(subject, job);
        let mut parser = Reader::new(self.uses_nextest(job.part), &subject.package.name);
        let mut cmd = command.clone();
        if self.uses_nextest(job.part) {
            cmd = cmd
                .args(["--color", "never", "--no-tests", "pass", "--test-threads", "1"])
                .args(["--status-level", "all", "--final-status-level", "none"])
                .args(["--success-output", "never", "--failure-output", "immediate"]);
        }
        if !self.args.is_empty() {
            cmd = cmd.arg("--").args(self.args.clone());
        }
        let mut on_test = on_test;
        let finished = cmd.follow(Some(self.limit), |line| {
            if parser.line(line) {
                on_test();
            }
        })?;
        let mut parsed = parser.finish(finished.success);
        if finished.how.contains("killed after") {
            // That it has no end is no riddle then.
            parsed.problems.clear();
            let title = format!("{}: {}", subject.package.name, finished.how);
            parsed.problems.push(Problem { title, output: finished.output });
        }
        if self.uses_nextest(job.part) {
            self.explain_skipped(subject, job, &mut parsed);
        }
        if job.part == Part::Seeded
            && parsed.ran() == 0
            && parsed.failed() == 0
            && self.args.is_empty()
        {
            let title = format!("no test ran with seed {}", job.unit.seed);
            parsed.problems.push(Problem { title, output: String::new() });
        }
        let command =
            if self.args.is_empty() { command } else { command.arg("--").args(self.args.clone()) };
        Ok(Done { job, parsed, command, time: finished.time })
    }

    /// nextest says which tests it skipped, and not why. The harness knows the reasons.
    fn explain_skipped(&self, subject: &Subject<'_>, job: Job, parsed: &mut Parsed) {
        let skipped = |outcome: &Outcome| matches!(outcome, Outcome::Ignored(_));
        if !parsed.tests.iter().any(|it| skipped(&it.outcome)) {
            return;
        }
        let ignored = subject.ignored.get_or_init(|| {
            let list = self.miri(subject, job.unit, &["test"]).args(["--tests", "--no-fail-fast"]);
            let list = list.args(["--", "--list", "--format", "json", "-Z", "unstable-options"]);
            let listed = list.run().ok().filter(|it| it.success)?;
            Some(discovery::ignored(&subject.package.name, &listed.output))
        });
        let Some(ignored) = ignored else { return };
        parsed.tests.retain_mut(|test| {
            if !skipped(&test.outcome) {
                return true;
            }
            match ignored.iter().find(|it| it.binary == test.binary && it.name == test.name) {
                Some(found) => {
                    test.outcome = Outcome::Ignored(found.reason.clone());
                    true
                }
                // The user's filter left it out.
                None => false,
            }
        });
    }
}

enum Reader {
    Nextest(nextest::Parser),
    Libtest(libtest::Parser),
}

impl Reader {
    fn new(is_nextest: bool, krate: &str) -> Self {
        if is_nextest {
            Self::Nextest(nextest::Parser::default())
        } else {
            Self::Libtest(libtest::Parser::of(krate))
        }
    }

    fn line(&mut self, line: &str) -> bool {
        match self {
            Self::Nextest(parser) => parser.line(line),
            Self::Libtest(parser) => parser.line(line),
        }
    }

    fn finish(self, success: bool) -> Parsed {
        match self {
            Self::Nextest(parser) => parser.finish(success),
            Self::Libtest(parser) => parser.finish(success),
        }
    }
}

/// Run all of it. What is returned is in the order of `jobs`.
pub(crate) fn run(
    settings: &Settings,
    subjects: &[Subject<'_>],
    jobs: &[Job],
    progress: &Progress,
) -> Result<Vec<Done>> {
    let mut broken: HashMap<usize, Problem> = HashMap::new();
    let mut built: Vec<usize> = Vec::new();
    for job in jobs {
        let krate = job.unit.krate;
        if !built.contains(&krate) {
            let subject = &subjects[krate];
            progress.now(&format!("miri: compiling {}", subject.package.name));
            if let Some(problem) = settings.build(subject, job.unit)? {
                progress.say(&format!("  {}: {}", subject.package.name, problem.title));
                broken.insert(krate, problem);
            }
            built.push(krate);
        }
    }

    let board = Board::new(progress, subjects, jobs);
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<Done>)>> = Mutex::default();
    let work = || {
        loop {
            // Relaxed: only the number itself is shared; the results have a lock of their own.
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(&job) = jobs.get(index) else { break };
            let subject = &subjects[job.unit.krate];
            board.begins(index);
            let result = match broken.get(&job.unit.krate) {
                Some(problem) => Ok(Done {
                    job,
                    parsed: Parsed { problems: vec![problem.clone()], ..Parsed::default() },
                    command: settings.command(subject, job),
                    time: Duration::ZERO,
                }),
                None => settings.run(subject, job, || board.test()),
            };
            board.ends(index, result.as_ref().ok());
            results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    thread::scope(|scope| {
        for _ in 0..settings.workers.min(jobs.len()) {
            scope.spawn(work);
        }
        scope.spawn(|| board.tick());
    });
    progress.clear();
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tests => "tests",
            Self::Docs => "docs",
            Self::Seeded => "seeded tests",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, jobs};
    use crate::miri::flags::Model;
    use crate::miri::plan::units;

    #[test]
    fn jobs_go_crate_by_crate_and_every_unit_is_run() {
        let seeds = ["0..1".parse().unwrap(), "2..5".parse().unwrap()];
        let units = units(&seeds, &[Model::Stacked, Model::Tree]);
        let jobs = jobs(&units);
        let told: Vec<(usize, Part, u32)> =
            jobs.iter().map(|it| (it.unit.krate, it.part, it.unit.seed)).collect();
        use Part::{Docs, Seeded, Tests};
        assert_eq!(
            told,
            [
                (0, Tests, 0),
                (0, Tests, 0),
                (0, Docs, 0),
                (0, Docs, 0),
                (1, Tests, 2),
                (1, Tests, 2),
                (1, Seeded, 3),
                (1, Seeded, 4),
                (1, Seeded, 3),
                (1, Seeded, 4),
                (1, Docs, 2),
                (1, Docs, 2),
            ]
        );
        assert!(units.iter().all(|unit| jobs.iter().any(|job| job.unit == *unit)));
    }
}
