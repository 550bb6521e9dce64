//! Building a target and running it, in as many processes at a time as are asked for.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::fuzz::project::Target;
use crate::fuzz::report::{Found, Row};
use crate::parse::libfuzzer::{Fuzzed, Parser};
use crate::proc::Cmd;
use crate::progress::{Progress, seconds};
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// How long each target runs. What is reached first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) seconds: Option<u64>,
    /// Of all its processes together.
    pub(crate) runs: Option<u64>,
}

impl Share {
    /// The part of each of so many targets; nobody gets nothing.
    pub(crate) fn out(self, targets: usize) -> Self {
        let targets = (targets as u64).max(1);
        Self {
            seconds: self.seconds.map(|it| (it / targets).max(1)),
            runs: self.runs.map(|it| it.div_ceil(targets)),
        }
    }
}

/// What is the same for every target.
#[derive(Debug)]
pub(crate) struct Fuzzer<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) toolchain: Toolchain,
    /// The pinned cargo-fuzz.
    pub(crate) cargo_fuzz: PathBuf,
    pub(crate) share: Share,
    pub(crate) jobs: usize,
    /// Passed to libFuzzer.
    pub(crate) args: Vec<String>,
    pub(crate) progress: &'a Progress,
}

impl Fuzzer<'_> {
    /// A folder of this target under `target/fuzz`, which is made if need be.
    fn folder(&self, kind: &str, target: Target<'_>) -> Result<PathBuf> {
        let folder = self.workspace.target("fuzz").join(kind);
        let folder = folder.join(&target.project.krate).join(target.name);
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }

    /// Build it: release, with debug assertions, overflow checks, and coverage for libFuzzer.
    fn build(&self, target: Target<'_>) -> Result<PathBuf> {
        let (krate, name) = (&target.project.krate, target.name);
        let folder = self.workspace.target("fuzz").join("build");
        let host = &self.toolchain.host;
        let mut cmd = Cmd::of_toolchain("cargo", &self.toolchain.name)
            .args(["fuzz", "build", "--fuzz-dir", &self.workspace.short(&target.project.folder)])
            .args(["--target-dir", &self.workspace.short(&folder), "--target", host])
            .args(["--sanitizer", target.sanitizer(), name]);
        // The pinned one comes first; one that was found in `PATH` has no folder.
        if let Some(tools) = self.cargo_fuzz.parent().filter(|it| !it.as_os_str().is_empty()) {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let folders = std::iter::once(tools.to_owned()).chain(std::env::split_paths(&path));
            cmd = cmd.silent_env("PATH", std::env::join_paths(folders)?.into());
        }
        let mut crates = 0;
        self.progress.now(&format!("fuzz: building {krate} {name}"));
        let built = cmd.follow(None, |line| {
            if line.trim_start().starts_with("Compiling") {
                crates += 1;
                self.progress.now(&format!("fuzz: building {krate} {name}, {crates} crates"));
            }
        })?;
        if !built.success {
            bail!("`{}` failed ({}):\n{}", cmd.show(), built.how, built.output.trim());
        }
        let program = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        Ok(folder.join(host).join("release").join(program))
    }

    /// The program with what every run of it needs.
    fn command(&self, target: Target<'_>, program: &Path, findings: &Path) -> Cmd {
        let mut cmd = Cmd::new(&self.workspace.short(program));
        if target.sanitizer() == "address" {
            // As cargo-fuzz does: Rust has statics of one name in several places.
            let options = std::env::var("ASAN_OPTIONS").map(|it| it + ":").unwrap_or_default();
            cmd = cmd.env("ASAN_OPTIONS", format!("{options}detect_odr_violation=0"));
        }
        cmd.arg(format!("-artifact_prefix={}/", self.workspace.short(findings)))
            .args(["-timeout=30", "-print_final_stats=1"])
            .args(target.max_len().map(|it| format!("-max_len={it}")))
            .args(self.args.clone())
    }

    /// Build and run one target for its share.
    pub(crate) fn fuzz(&self, target: Target<'_>) -> Result<Row> {
        let program = self.build(target)?;
        let corpus = self.folder("corpus", target)?;
        let findings = self.folder("findings", target)?;
        let mut cmd = self.command(target, &program, &findings);
        cmd = cmd.args(self.share.seconds.map(|it| format!("-max_total_time={it}")));
        let runs = self.share.runs.map(|it| it.div_ceil(self.jobs as u64));
        cmd = cmd.args(runs.map(|it| format!("-runs={it}")));
        // New inputs go into the first folder; the processes find each other's there.
        cmd = cmd.arg(self.workspace.short(&corpus));
        cmd = cmd.args(target.seeds().map(|it| self.workspace.short(&it)));

        let start = Instant::now();
        let board = Board { target, counts: Mutex::new(vec![0; self.jobs]), start };
        let cmd = &cmd;
        let board = &board;
        let ended: Vec<Result<Fuzzed>> = thread::scope(|scope| {
            let jobs = (0..self.jobs).map(|job| scope.spawn(move || self.process(cmd, job, board)));
            let jobs: Vec<_> = jobs.collect();
            let join = |job: thread::ScopedJoinHandle<'_, _>| {
                job.join().unwrap_or_else(|_| bail!("a process of it could not be followed"))
            };
            jobs.into_iter().map(join).collect()
        });
        let time = start.elapsed();
        let mut row = Row::new(target, time);
        for fuzzed in ended {
            row.add(self.found(target, fuzzed?));
        }
        Ok(row)
    }

    fn process(&self, cmd: &Cmd, job: usize, board: &Board<'_>) -> Result<Fuzzed> {
        let mut parser = Parser::default();
        let finished = cmd.follow(None, |line| {
            if let Some(runs) = parser.line(line) {
                self.progress.now(&board.text(job, runs));
            }
        })?;
        Ok(parser.finish(finished.success, &finished.how))
    }

    /// What was found, with the command that gives it again.
    fn found(&self, target: Target<'_>, fuzzed: Fuzzed) -> (u64, u64, Option<Found>) {
        let found = fuzzed.finding.map(|it| {
            let input = it.input.map(|it| self.workspace.short(&it));
            let cmd = Cmd::new("cargo").args(["xtask", "fuzz", &target.project.krate, target.name]);
            let cmd = match &input {
                Some(input) => cmd.args(["--replay", input]),
                None => cmd,
            };
            Found { what: it.what, input, command: cmd.show(), output: it.output }
        });
        (fuzzed.runs, fuzzed.coverage, found)
    }

    /// Build one target and give it one input. True if it bears it.
    pub(crate) fn replay(&self, target: Target<'_>, input: &Path) -> Result<bool> {
        let program = self.build(target)?;
        self.progress.clear();
        let findings = self.folder("findings", target)?;
        let cmd = self.command(target, &program, &findings).arg(input.to_string_lossy());
        println!("{}", cmd.show());
        Ok(cmd.watch()?.success())
    }
}

/// The progress of the processes of one target.
struct Board<'a> {
    target: Target<'a>,
    counts: Mutex<Vec<u64>>,
    start: Instant,
}

impl Board<'_> {
    fn text(&self, job: usize, runs: u64) -> String {
        let mut counts = self.counts.lock().unwrap_or_else(|poison| poison.into_inner());
        counts[job] = runs;
        let sum: u64 = counts.iter().sum();
        let (krate, name) = (&self.target.project.krate, self.target.name);
        let time = seconds(Duration::from_secs(self.start.elapsed().as_secs()));
        format!("fuzz: {krate} {name}, {sum} runs in {time};")
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn time_and_runs_are_shared_out() {
        let share = Share { seconds: Some(60), runs: Some(50_000_000) };
        assert_eq!(share.out(4), Share { seconds: Some(15), runs: Some(12_500_000) });
        assert_eq!(share.out(3).runs, Some(16_666_667), "not one too few");
        let small = Share { seconds: Some(2), runs: Some(1) };
        assert_eq!(small.out(5), Share { seconds: Some(1), runs: Some(1) }, "0 would be no limit");
        assert_eq!(Share { seconds: None, runs: None }.out(3), Share { seconds: None, runs: None });
    }
}
