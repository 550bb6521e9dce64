//! `cargo xtask fuzz`: arbitrary input for whatever reads bytes, by libFuzzer.

mod project;
mod report;
mod run;

use std::num::NonZero;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::fuzz::project::{Project, Target};
use crate::fuzz::report::Report;
use crate::fuzz::run::{Fuzzer, Share};
use crate::proc::Cmd;
use crate::progress::Progress;
use crate::tally::Tally;
use crate::toolchain::find_or_install;
use crate::tools::CARGO_FUZZ;
use crate::workspace::Workspace;

/// The options of `cargo xtask fuzz`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The crate to fuzz; all that have a folder `fuzz` if none is named
    #[arg(value_name = "CRATE")]
    krate: Option<String>,
    /// The target to run; all of the crate if none is named
    #[arg(value_name = "TARGET")]
    target: Option<String>,
    /// How long to run, all targets together; 60 if neither this nor --runs is given
    #[arg(long, value_name = "SECONDS")]
    seconds: Option<NonZero<u64>>,
    /// How many inputs to run, all targets together
    #[arg(long, value_name = "COUNT")]
    runs: Option<NonZero<u64>>,
    /// How many processes at a time, with a corpus in common; the number of cores if not given
    #[arg(long, value_name = "COUNT")]
    jobs: Option<NonZero<usize>>,
    /// Name the targets, and stop
    #[arg(long)]
    list: bool,
    /// Give one target one input, such as one that was found
    #[arg(long, value_name = "FILE", requires = "target")]
    replay: Option<PathBuf>,
    /// The nightly toolchain to build with
    #[arg(long, value_name = "NAME", default_value = "nightly")]
    toolchain: String,
    /// Passed to libFuzzer: -max_len=64, -dict=FILE, -seed=1
    #[arg(last = true, value_name = "ARGS")]
    args: Vec<String>,
}

/// Run the command. True if nothing was found.
pub(crate) fn main(options: &Options) -> Result<bool> {
    // What was typed counts from the folder where it was typed.
    let replay = options.replay.as_ref().map(std::path::absolute).transpose()?;
    let workspace = Workspace::enter()?;
    let projects = Project::find(&workspace, options.krate.as_deref())?;
    let mut targets: Vec<Target<'_>> = Vec::new();
    for project in &projects {
        targets.extend(project.targets(options.target.as_deref())?);
    }
    if options.list {
        for it in &targets {
            println!("{} {}", it.project.krate, it.name);
        }
        return Ok(true);
    }
    if let Some(input) = replay.as_ref().filter(|it| !it.is_file()) {
        bail!("there is no file {}", input.display());
    }
    let progress = Progress::new();
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let fuzzer = Fuzzer {
        workspace: &workspace,
        toolchain: find_or_install(&options.toolchain, &progress)?,
        cargo_fuzz: CARGO_FUZZ.find_or_install(&workspace, &progress)?,
        share: share(options).out(targets.len()),
        jobs: options.jobs.map_or(cores, NonZero::get),
        args: options.args.clone(),
        progress: &progress,
    };
    if let (Some(input), [target]) = (replay, &targets[..]) {
        return fuzzer.replay(*target, &input);
    }
    let mut rows = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        let row = fuzzer.fuzz(*target)?;
        progress.say(&format!("  {}/{} {}", index + 1, targets.len(), row.line()));
        rows.push(row);
    }
    let report = Report::new(fuzzer.toolchain.version.clone(), fuzzer.jobs, rows);
    report.write(&workspace.results()?)?;
    progress.clear();
    print!("{}", report.text());
    Ok(report.findings == 0)
}

fn share(options: &Options) -> Share {
    let runs = options.runs.map(NonZero::get);
    let seconds = options.seconds.map(NonZero::get);
    Share { seconds: seconds.or(runs.is_none().then_some(60)), runs }
}

/// Check that the targets are in form and compile, without libFuzzer itself and on any toolchain.
pub(crate) fn check(workspace: &Workspace) -> Result<Tally> {
    let mut tally = Tally::default();
    for project in Project::find(workspace, None)? {
        let manifest = workspace.short(&project.folder.join("Cargo.toml"));
        let fmt = Cmd::cargo().args(["fmt", "--manifest-path", &manifest, "--", "--check"]);
        tally.add(Tally::of_command(&fmt, "not formatted")?);
        let clippy = Cmd::cargo().args(["clippy", "--quiet", "--manifest-path", &manifest]);
        let clippy = clippy
            .args(["--no-default-features", "--target-dir"])
            .arg(workspace.short(&workspace.target("fuzz").join("build")))
            .args(["--", "-D", "warnings"]);
        tally.add(Tally::of_command(&clippy, "clippy complains of the fuzz targets")?);
    }
    Ok(tally)
}
