//! The sections of `cargo xtask test`, in their order: what fails fast comes first.

use anyhow::Result;

use crate::proc::Cmd;
use crate::tally::{Failure, Skipped, Tally};
use crate::test::Context;
use crate::{book, exercise, fuzz, listings, loom, miri, programs};

/// One section.
pub(crate) struct Section {
    pub(crate) name: &'static str,
    /// `--quick` leaves it out.
    pub(crate) slow: bool,
    /// An error: it could not run.
    pub(crate) run: fn(&Context) -> Result<Tally>,
}

const fn section(name: &'static str, run: fn(&Context) -> Result<Tally>) -> Section {
    Section { name, slow: false, run }
}

const fn slow(name: &'static str, run: fn(&Context) -> Result<Tally>) -> Section {
    Section { name, slow: true, run }
}

/// All of them.
pub(crate) const SECTIONS: &[Section] = &[
    section("fmt", fmt),
    section("clippy", clippy),
    section("tests", tests),
    section("doctests", doctests),
    section("docs", docs),
    section("packages", packages),
    section("fuzz", |it| fuzz::check(&it.workspace)),
    slow("loom", models),
    section("listings", |it| listings::check(&it.workspace, &it.toolchain, &it.progress)),
    section("exercises", |it| exercise::check(&it.workspace, &it.progress)),
    section("book", |it| book::check(&it.workspace, &it.progress)),
    slow("miri", under_miri),
];

fn fmt(_: &Context) -> Result<Tally> {
    let cmd = Cmd::cargo().args(["fmt", "--all", "--", "--check", "--color", "never"]);
    Tally::of_command(&cmd, "not formatted; `cargo fmt --all` does it")
}

fn clippy(_: &Context) -> Result<Tally> {
    let cmd = Cmd::cargo().args(["clippy", "--workspace", "--all-targets", "--quiet"]);
    Tally::of_command(&cmd.args(["--", "-D", "warnings"]), "clippy complains")
}

fn tests(context: &Context) -> Result<Tally> {
    programs::prepare(&context.progress);
    // `--tests`: with unit tests of programs and libraries, without examples and doctests.
    let cmd = Cmd::cargo().args(["test", "--workspace", "--tests", "--no-fail-fast"]);
    Tally::of_tests(&cmd, |count| context.progress.now(&format!("tests: {count}")))
}

fn doctests(context: &Context) -> Result<Tally> {
    let cmd = Cmd::cargo().args(["test", "--workspace", "--doc", "--no-fail-fast"]);
    Tally::of_tests(&cmd, |count| context.progress.now(&format!("doctests: {count}")))
}

fn docs(_: &Context) -> Result<Tally> {
    let flags = std::env::var("RUSTDOCFLAGS").unwrap_or_default();
    let cmd = Cmd::cargo().env("RUSTDOCFLAGS", format!("{flags} -D warnings").trim().to_owned());
    let cmd = cmd.args(["doc", "--workspace", "--no-deps", "--quiet"]);
    Tally::of_command(&cmd, "the documentation has warnings")
}

/// Pack and build every crate that can be published, as somebody would get it.
fn packages(context: &Context) -> Result<Tally> {
    let packages = context.workspace.publishable();
    let mut cmd = Cmd::cargo().args(["package", "--allow-dirty"]);
    for package in &packages {
        cmd = cmd.args(["-p", &package.name]);
    }
    let mut verified = 0;
    let finished = cmd.follow(None, |line| {
        if line.trim_start().starts_with("Verifying ") {
            verified += 1;
            context.progress.now(&format!("packages: {verified} of {}", packages.len()));
        }
    })?;
    if finished.success {
        return Ok(Tally { passed: packages.len(), ..Tally::default() });
    }
    // The one at which it stopped is the one that failed.
    let passed = usize::saturating_sub(verified, 1);
    let after = packages.len() - passed - 1;
    let mut tally = Tally { passed, ..Tally::default() };
    let error = finished.output.lines().find(|it| it.starts_with("error"));
    tally.failures.push(Failure {
        what: error.unwrap_or("a crate cannot be packed").to_owned(),
        command: cmd.show(),
        output: finished.output.clone(),
    });
    if after > 0 {
        tally.skipped.push(Skipped {
            what: format!("{after} further crates"),
            reason: "cargo stops at the first that fails".to_owned(),
        });
    }
    Ok(tally)
}

fn models(context: &Context) -> Result<Tally> {
    let mut all = Tally::default();
    for (_, tally, _) in loom::check(&context.workspace, &[], &context.progress)? {
        all.add(tally);
    }
    Ok(all)
}

fn under_miri(context: &Context) -> Result<Tally> {
    let options = miri::Options::everything(&context.toolchain);
    let report = miri::prove(&context.workspace, &options, &context.progress)?;
    context.progress.clear();
    println!("{}", report.table());
    let mut tally = Tally { passed: report.passed, ..Tally::default() };
    for row in report.rows {
        for it in row.failures {
            tally.failures.push(Failure {
                what: format!("{} {}, seed {}: {}", row.krate, row.model, it.seed, it.what),
                command: it.command,
                output: it.output,
            });
        }
        for it in row.left_out {
            let what = format!("{} ({})", it.test, row.model);
            tally.skipped.push(Skipped { what, reason: it.reason });
        }
    }
    Ok(tally)
}
