//! `cargo xtask loom`: every interleaving of the protocols between threads, within loom's bounds.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;

use crate::proc::Cmd;
use crate::progress::{Progress, seconds};
use crate::table::{Side, layout};
use crate::tally::{Failure, Tally};
use crate::workspace::{Package, Workspace};

/// The options of `cargo xtask loom`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The crates to check; all that have tests/loom.rs if none is named
    #[arg(value_name = "CRATE")]
    crates: Vec<String>,
}

/// Run the command. True if all passed.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let workspace = Workspace::enter()?;
    let results = check(&workspace, &options.crates, &Progress::new())?;
    let mut good = true;
    let mut rows = Vec::new();
    for (krate, tally, time) in &results {
        for failure in &tally.failures {
            println!("{}", failure.text());
            good = false;
        }
        rows.push(vec![
            krate.clone(),
            tally.passed.to_string(),
            tally.failures.len().to_string(),
            tally.skipped.len().to_string(),
            seconds(*time),
        ]);
    }
    let heading = [
        ("crate", Side::Left),
        ("passed", Side::Right),
        ("failed", Side::Right),
        ("left out", Side::Right),
        ("time", Side::Right),
    ];
    print!("{}", layout(&heading, &rows));
    for (krate, tally, _) in &results {
        for it in &tally.skipped {
            println!("left out: {krate} {}: {}", it.what, it.reason);
        }
    }
    Ok(good)
}

/// Run the models of the crates that are named, or of all.
pub(crate) fn check(
    workspace: &Workspace,
    crates: &[String],
    progress: &Progress,
) -> Result<Vec<(String, Tally, Duration)>> {
    let mut chosen = Workspace::choose(workspace.libraries(), crates)?;
    if let Some(package) = chosen.iter().find(|it| !has_models(it) && !crates.is_empty()) {
        bail!("`{}` has no tests/loom.rs: no threads, or no models of them yet", package.name);
    }
    chosen.retain(|it| has_models(it));
    if chosen.is_empty() {
        bail!("no crate has a tests/loom.rs");
    }
    let mut results = Vec::new();
    for package in chosen {
        let start = Instant::now();
        let cmd = command(workspace, package);
        let name = &package.name;
        progress.now(&format!("loom: {name}, compiling"));
        let mut tally = Tally::of_tests(&cmd, |count| {
            progress.now(&format!("loom: {name}, {count} models"));
        })?;
        if tally.passed == 0 && tally.failures.is_empty() {
            tally.failures.push(Failure {
                what: format!("{name}: tests/loom.rs has no model that runs"),
                command: cmd.show(),
                output: String::new(),
            });
        }
        results.push((name.clone(), tally, start.elapsed()));
    }
    progress.clear();
    Ok(results)
}

fn has_models(package: &Package) -> bool {
    models(package).next().is_some()
}

/// tests/loom.rs, and others whose name begins so.
fn models(package: &Package) -> impl Iterator<Item = &str> {
    package.test_targets().into_iter().filter(|name| name.starts_with("loom"))
}

fn command(workspace: &Workspace, package: &Package) -> Cmd {
    let flags = match std::env::var("RUSTFLAGS") {
        Ok(flags) if !flags.is_empty() => format!("{flags} --cfg loom"),
        _ => "--cfg loom".to_owned(),
    };
    // Other flags rebuild everything, so they have a folder of their own.
    Cmd::cargo()
        .env("RUSTFLAGS", flags)
        .args(["test", "--release", "-p", &package.name, "--no-fail-fast"])
        .args(models(package).flat_map(|name| ["--test", name]))
        .arg("--target-dir")
        .arg(workspace.target("loom").to_string_lossy())
}
