//! `cargo xtask soak`: random histories of threads against a crate, for as long as there is time.
//!
//! A crate's soak program is its example `soak`. It takes `--seconds` and `--seed`, says about every
//! second how far it is, and ends with exit code 1 when it has found something:
//!
//! ```text
//! soak: histories=1200 overlapping=800 calls=9000 resident_kib=4000
//! soak end: histories=1300 overlapping=870 calls=9700 resident_kib=4000 resident_kib_at_start=3900
//! ```
//!
//! What it found follows on the last of these lines.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use crate::proc::{Cmd, Finished};
use crate::progress::{Progress, seconds};
use crate::table::{Side, grouped, layout};
use crate::tally::Failure;
use crate::workspace::{Package, Workspace};

/// What a soak program is called among a crate's examples.
const PROGRAM: &str = "soak";

/// It is to end by itself. If it takes so much longer, it is ended.
const GRACE: Duration = Duration::from_secs(180);

/// How often a log is told how far it is.
const EVERY: Duration = Duration::from_secs(30);

/// The options of `cargo xtask soak`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The crate
    #[arg(value_name = "CRATE")]
    krate: String,
    /// How long
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    seconds: NonZero<u64>,
    /// Where the seeds begin; if not given, a number of the clock, which is printed
    #[arg(long, value_name = "SEED")]
    seed: Option<u64>,
    /// Passed to the soak program: --replay SEED, --stops sleep, --broken
    #[arg(last = true, value_name = "ARGS")]
    args: Vec<String>,
}

/// Run the command. True if nothing was found.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let workspace = Workspace::enter()?;
    let package = find(&workspace, &options.krate)?;
    let progress = Progress::new();
    let program = build(&workspace, package, &progress)?;
    let seed = options.seed.unwrap_or_else(seed_of_the_clock);
    let cmd = Cmd::new(&workspace.short(&program))
        .args(["--seconds", &options.seconds.to_string(), "--seed", &seed.to_string()])
        .args(options.args.clone());
    progress.say(&cmd.show());
    let mut next_line = Instant::now() + EVERY;
    let limit = Duration::from_secs(options.seconds.get()) + GRACE;
    let finished = cmd.follow(Some(limit), |line| {
        if let Some(counts) = Counts::read(line) {
            progress.now(&format!("soak: {}, {};", package.name, counts.text()));
            if !progress.is_terminal() && Instant::now() >= next_line {
                progress.say(&format!("  {}, {}", counts.text(), seconds(progress.elapsed())));
                next_line = Instant::now() + EVERY;
            }
        }
    })?;
    progress.clear();
    let report = Report::new(&package.name, seed, &cmd, &finished)?;
    report.write(&workspace.results()?)?;
    print!("{}", report.text());
    Ok(report.found.is_none())
}

/// The crate, if it has a soak program.
fn find<'a>(workspace: &'a Workspace, name: &str) -> Result<&'a Package> {
    let chosen = Workspace::choose(workspace.libraries(), &[name.to_owned()])?;
    let Some(package) = chosen.into_iter().find(|it| it.targets_of("example").contains(&PROGRAM))
    else {
        bail!("`{name}` has no examples/{PROGRAM}.rs: no threads, or no soak program for them yet");
    };
    Ok(package)
}

/// Fast, and with every check that is there.
fn build(workspace: &Workspace, package: &Package, progress: &Progress) -> Result<PathBuf> {
    // Other settings rebuild everything, so they have a folder of their own.
    let target = workspace.target(PROGRAM);
    let cmd = Cmd::cargo()
        .env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true")
        .env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true")
        .args(["build", "--release", "-p", &package.name, "--example", PROGRAM, "--target-dir"])
        .arg(workspace.short(&target));
    progress.now(&format!("soak: building {}", package.name));
    let built = cmd.run()?;
    if !built.success {
        bail!("`{}` failed ({}):\n{}", cmd.show(), built.how, built.output.trim());
    }
    let file = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join("release").join("examples").join(file))
}

/// Another one each time. Not so long that nobody would type it again.
fn seed_of_the_clock() -> u64 {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // A soak of a day comes through some thousand million seeds: two of them would seldom overlap.
    time.as_secs() % 1_000_000 * 1_000_000_000
}

/// How far a soak program says that it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Counts {
    histories: u64,
    /// Those in which calls ran at the same time.
    overlapping: u64,
    calls: u64,
    /// Memory, where the system says how much.
    resident_kib: Option<u64>,
    /// The same when it had just begun.
    resident_kib_at_start: Option<u64>,
}

impl Counts {
    /// Read a line; `None` if it is another one.
    fn read(line: &str) -> Option<Self> {
        let words = line.strip_prefix("soak: ").or(line.strip_prefix("soak end: "))?;
        let mut counts = Self::default();
        for word in words.split_whitespace() {
            let (name, value) = word.split_once('=')?;
            let value = value.parse().ok()?;
            match name {
                "histories" => counts.histories = value,
                "overlapping" => counts.overlapping = value,
                "calls" => counts.calls = value,
                "resident_kib" => counts.resident_kib = Some(value),
                "resident_kib_at_start" => counts.resident_kib_at_start = Some(value),
                // A crate may count more than that.
                _ => {}
            }
        }
        Some(counts)
    }

    fn text(&self) -> String {
        format!("{} histories, {} calls", grouped(self.histories), grouped(self.calls))
    }
}

/// Everything that is to be said at the end.
#[derive(Debug, Serialize)]
struct Report {
    #[serde(rename = "crate")]
    krate: String,
    seed: u64,
    seconds: f64,
    #[serde(flatten)]
    counts: Counts,
    command: String,
    /// What it found, in its own words.
    found: Option<String>,
}

impl Report {
    fn new(krate: &str, seed: u64, cmd: &Cmd, finished: &Finished) -> Result<Self> {
        if finished.code == Some(2) {
            bail!(
                "`{}` does not understand its arguments:\n{}",
                cmd.show(),
                finished.output.trim()
            );
        }
        let mut counts = None;
        // What was said that is no count: before the end, of the program itself; after it, what it found.
        let mut said = String::new();
        for line in finished.output.lines() {
            match Counts::read(line) {
                Some(read) => counts = Some(read),
                None => {
                    said += line;
                    said.push('\n');
                }
            }
        }
        let ended = finished.output.lines().any(|line| line.starts_with("soak end: "));
        let found = match (finished.success, ended) {
            (true, true) => None,
            (true, false) => bail!("`{}` does not say how it ended:\n{said}", cmd.show()),
            (false, _) => Some(format!("{said}\n({})", finished.how)),
        };
        let counts = counts.unwrap_or_default();
        if found.is_none() && counts.histories == 0 {
            bail!("`{}` ran no history: more --seconds?", cmd.show());
        }
        Ok(Self {
            krate: krate.to_owned(),
            seed,
            seconds: finished.time.as_secs_f64(),
            counts,
            command: cmd.show(),
            found,
        })
    }

    /// Leave it as `soak.json`.
    fn write(&self, folder: &Path) -> Result<()> {
        let file = folder.join("soak.json");
        let json = serde_json::to_string_pretty(self)?;
        std::fs::write(&file, json).with_context(|| format!("cannot write {}", file.display()))
    }

    /// What was found, and one row.
    fn text(&self) -> String {
        let mut text = String::new();
        if let Some(found) = &self.found {
            let what = format!("{}: it is not as it should be", self.krate);
            let failure =
                Failure { what, command: self.command.clone(), output: found.trim().to_owned() };
            text += &failure.text();
            text.push('\n');
        }
        let heading = [
            ("crate", Side::Left),
            ("first seed", Side::Right),
            ("histories", Side::Right),
            ("overlapping", Side::Right),
            ("calls", Side::Right),
            ("found", Side::Right),
            ("KiB at start", Side::Right),
            ("at end", Side::Right),
            ("time", Side::Right),
        ];
        let memory = |kib: Option<u64>| kib.map_or("?".to_owned(), grouped);
        let row = vec![
            self.krate.clone(),
            self.seed.to_string(),
            grouped(self.counts.histories),
            grouped(self.counts.overlapping),
            grouped(self.counts.calls),
            u8::from(self.found.is_some()).to_string(),
            memory(self.counts.resident_kib_at_start),
            memory(self.counts.resident_kib),
            seconds(Duration::from_secs_f64(self.seconds)),
        ];
        text + &layout(&heading, &[row])
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Counts, Report};
    use crate::proc::{Cmd, Finished};

    const END: &str = "soak: histories=500 overlapping=200 calls=3600 resident_kib=4000
soak end: histories=12500 overlapping=7000 calls=90000 resident_kib=4100 resident_kib_at_start=4000
";

    fn report(code: i32, output: &str) -> Result<Report, String> {
        let finished = Finished {
            success: code == 0,
            code: Some(code),
            how: format!("exit status: {code}"),
            output: output.to_owned(),
            time: Duration::from_millis(60_400),
        };
        let cmd = Cmd::new("target/soak/release/examples/soak").args(["--seed", "7"]);
        Report::new("secvec", 7, &cmd, &finished).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_line_of_counts() {
        let counts = Counts::read("soak: histories=5 overlapping=3 calls=30 more=1").unwrap();
        assert_eq!((counts.histories, counts.overlapping, counts.calls), (5, 3, 30));
        assert_eq!(counts.resident_kib, None, "where the system does not say");
        let end = Counts::read(END.lines().last().unwrap()).unwrap();
        assert_eq!((end.resident_kib, end.resident_kib_at_start), (Some(4100), Some(4000)));
        assert_eq!(Counts::read("thread 0: push(1) = 0"), None);
        assert_eq!(Counts::read("soak: histories=many"), None);
    }

    #[test]
    fn nothing_is_found() {
        let report = report(0, END).unwrap();
        assert_eq!(report.found, None);
        let text = report.text();
        let row = "secvec           7     12,500        7,000  90,000      0         4,000   4,100  60.4 s";
        assert_eq!(text.lines().nth(1), Some(row), "{text}");
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!((&json["crate"], &json["histories"]), (&"secvec".into(), &12_500.into()));
        assert!(json["found"].is_null());
    }

    #[test]
    fn what_is_found_is_shown_with_the_command() {
        let report = report(1, &format!("{END}no order explains it\nseed 9; it began as []\n"));
        let text = report.unwrap().text();
        for part in [
            "== secvec: it is not as it should be\n\nno order explains it\nseed 9; it began as []\n",
            "(exit status: 1)",
            "to see it again:\n  target/soak/release/examples/soak --seed 7\n",
            "90,000      1",
        ] {
            assert!(text.contains(part), "no `{part}` in\n{text}");
        }
    }

    #[test]
    fn a_program_that_panics_has_found_something() {
        let output = "soak: histories=5 overlapping=3 calls=30\nthread 'main' panicked at ..\n";
        let report = report(101, output).unwrap();
        assert_eq!(report.counts.histories, 5);
        assert!(report.found.is_some_and(|it| it.contains("panicked")));
    }

    #[test]
    fn what_could_not_be_run_is_never_a_pass() {
        assert!(report(2, "--sed: unknown\nUsage: ..").unwrap_err().contains("--sed: unknown"));
        assert!(report(0, "").unwrap_err().contains("does not say how it ended"));
        let none = "soak end: histories=0 overlapping=0 calls=0";
        assert!(report(0, none).unwrap_err().contains("ran no history"));
    }
}
