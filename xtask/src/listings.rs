//! `cargo xtask listings`: the programs of the book, by the package `book/listings`.

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;

use crate::proc::Cmd;
use crate::progress::Progress;
use crate::tally::{Failure, Skipped, Tally};
use crate::toolchain::set_up;
use crate::workspace::Workspace;

/// The options of `cargo xtask listings`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Rewrite the `.stderr` and `.stdout` files with what the listings say now
    #[arg(long)]
    bless: bool,
    /// The toolchain whose Miri is the referee
    #[arg(long, value_name = "NAME", default_value = "nightly")]
    toolchain: String,
    /// Only listings whose path contains one of these, e.g. `raw-queue/03`
    names: Vec<String>,
}

/// What the package writes to the file that `--json` names.
#[derive(Deserialize)]
struct Counts {
    passed: usize,
    failed: usize,
    text_compared: bool,
}

/// Run the command. True if all passed.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let workspace = Workspace::enter()?;
    let progress = Progress::new();
    prepare(&options.toolchain, &progress)?;
    let mut cmd = command(&workspace, &options.toolchain)?;
    if options.bless {
        cmd = cmd.arg("--bless");
    }
    let status = cmd.args(options.names.clone()).watch()?;
    match status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => bail!("the listings could not be run ({status})"),
    }
}

/// Run all of them quietly.
pub(crate) fn check(workspace: &Workspace, toolchain: &str, progress: &Progress) -> Result<Tally> {
    prepare(toolchain, progress)?;
    let counts_file = workspace.results()?.join("listings.json");
    // What an earlier run left there must not be read.
    let _ = std::fs::remove_file(&counts_file);
    let cmd = command(workspace, toolchain)?;
    progress.now("listings");
    let finished = cmd.run()?;
    if !matches!(finished.code, Some(0 | 1)) {
        bail!("`{}` could not run ({}):\n{}", cmd.show(), finished.how, finished.output.trim());
    }
    let json = std::fs::read_to_string(&counts_file).context("the listings left no counts")?;
    let counts: Counts = serde_json::from_str(&json).context("the listings' counts are broken")?;
    let mut tally = Tally { passed: counts.passed, ..Tally::default() };
    for number in 1..=counts.failed.max(usize::from(!finished.success)) {
        tally.failures.push(Failure {
            what: format!("listings: failure {number} of {}", counts.failed),
            command: "cargo xtask listings".to_owned(),
            // The runner says all of it in one text.
            output: if number == 1 { finished.output.clone() } else { String::new() },
        });
    }
    if !counts.text_compared {
        tally.skipped.push(Skipped {
            what: "the full text of the outputs".to_owned(),
            reason: "another nightly wrote it; the annotated diagnostics were checked".to_owned(),
        });
    }
    Ok(tally)
}

fn prepare(toolchain: &str, progress: &Progress) -> Result<()> {
    let toolchain = set_up(toolchain, progress)?;
    progress.now("preparing the standard library for Miri, about 20 s the first time");
    toolchain.cargo().args(["miri", "setup"]).read()?;
    progress.clear();
    Ok(())
}

fn command(workspace: &Workspace, toolchain: &str) -> Result<Cmd> {
    let counts = workspace.results()?.join("listings.json");
    let cmd = Cmd::cargo().args(["run", "-q", "-p", "listings", "--", "--toolchain", toolchain]);
    Ok(cmd.arg("--json").arg(counts.to_string_lossy()))
}
