//! `cargo xtask sanitize`: a crate's tests, natively, under one of the compiler's sanitizers.
//!
//! ThreadSanitizer sees data races, and takes the order of memory for what it says and not for what
//! this processor makes of it; AddressSanitizer sees wrong addresses and leaks. Both are blind to what
//! was not instrumented, so the standard library is built with it, and inline assembly is nothing that
//! they can see: what a crate does instead stands in its `Cargo.toml`.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::proc::Cmd;
use crate::progress::{Progress, seconds};
use crate::suggest::did_you_mean;
use crate::table::{Side, layout};
use crate::tally::{Failure, Tally};
use crate::toolchain::{Toolchain, set_up};
use crate::workspace::{Package, Workspace};

/// The options of `cargo xtask sanitize`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The crates to check; all that have [package.metadata.sanitize] if none is named
    #[arg(value_name = "CRATE")]
    crates: Vec<String>,
    /// What to look for
    #[arg(long, default_value = "thread")]
    sanitizer: Sanitizer,
    /// The test programs to run, tests/NAME.rs; all, and the library's own, if none is named
    #[arg(long, value_name = "NAME")]
    test: Vec<String>,
    /// The toolchain to build with
    #[arg(long, value_name = "NAME", default_value = "nightly")]
    toolchain: String,
    /// Passed to the test runner: filters, --exact, --skip NAME, --include-ignored
    #[arg(last = true, value_name = "ARGS")]
    args: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Sanitizer {
    /// Data races
    Thread,
    /// Wrong addresses, use after free, leaks
    Address,
}

impl Sanitizer {
    fn name(self) -> &'static str {
        match self {
            Self::Thread => "thread",
            Self::Address => "address",
        }
    }

    /// How it is told to end the program at what it finds: then the test that runs is the one to blame. And to let
    /// the child of a `fork` start threads.
    fn options(self) -> (&'static str, &'static str) {
        match self {
            Self::Thread => ("TSAN_OPTIONS", "halt_on_error=1:die_after_fork=0"),
            Self::Address => ("ASAN_OPTIONS", "halt_on_error=1"),
        }
    }
}

/// Run the command. True if all passed.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let workspace = Workspace::enter()?;
    let chosen = choose(&workspace, &options.crates)?;
    check_names(&chosen, &options.test)?;
    let progress = Progress::new();
    let toolchain = set_up(&options.toolchain, &progress)?;
    let mut good = true;
    let mut rows = Vec::new();
    let mut skipped = Vec::new();
    for (package, config) in &chosen {
        let name = &package.name;
        let cmd = command(&workspace, &toolchain, options, package, config);
        progress.say(&cmd.show());
        progress.now(&format!("sanitize: {name}, compiling with the standard library"));
        let start = Instant::now();
        let mut tally = Tally::of_tests_of(name, &cmd, |count| {
            progress.now(&format!("sanitize: {name}, {count} tests"));
        })?;
        progress.clear();
        if tally.passed == 0 && tally.failures.is_empty() {
            tally.failures.push(Failure {
                what: format!("{name}: no test ran"),
                command: cmd.show(),
                output: String::new(),
            });
        }
        for failure in &tally.failures {
            println!("{}", failure.text());
            good = false;
        }
        rows.push(row(name, options.sanitizer, &tally, start.elapsed()));
        skipped.extend(tally.skipped);
    }
    let heading = [
        ("crate", Side::Left),
        ("sanitizer", Side::Left),
        ("passed", Side::Right),
        ("failed", Side::Right),
        ("left out", Side::Right),
        ("time", Side::Right),
    ];
    print!("{}", layout(&heading, &rows));
    for it in &skipped {
        println!("left out: {}: {}", it.what, it.reason);
    }
    Ok(good)
}

fn row(name: &str, sanitizer: Sanitizer, tally: &Tally, time: Duration) -> Vec<String> {
    vec![
        name.to_owned(),
        sanitizer.name().to_owned(),
        tally.passed.to_string(),
        tally.failures.len().to_string(),
        tally.skipped.len().to_string(),
        seconds(time),
    ]
}

/// The crates that are named, or those that say something about it, each with what it says.
fn choose<'a>(workspace: &'a Workspace, crates: &[String]) -> Result<Vec<(&'a Package, Config)>> {
    let mut chosen = Workspace::choose(workspace.libraries(), crates)?;
    if crates.is_empty() {
        chosen.retain(|it| it.metadata("sanitize").is_some());
    }
    if chosen.is_empty() {
        bail!("no crate has a [package.metadata.sanitize]; one can be named");
    }
    chosen.into_iter().map(|it| Ok((it, Config::of(it)?))).collect()
}

/// A test program that no crate has would be left out in silence.
fn check_names(chosen: &[(&Package, Config)], tests: &[String]) -> Result<()> {
    for (package, _) in chosen {
        let known = package.test_targets();
        if let Some(name) = tests.iter().find(|it| !known.contains(&it.as_str())) {
            let hint = did_you_mean(name, &known);
            bail!("`{}` has no tests/{name}.rs{hint}", package.name);
        }
    }
    Ok(())
}

fn command(
    workspace: &Workspace,
    toolchain: &Toolchain,
    options: &Options,
    package: &Package,
    config: &Config,
) -> Cmd {
    let sanitizer = options.sanitizer;
    let wishes = config.of_sanitizer(sanitizer);
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    let flags = format!("{flags} -Zsanitizer={} {}", sanitizer.name(), wishes.rustflags.join(" "));
    let (variable, settings) = sanitizer.options();
    // Theirs come last, so that they win.
    let theirs = std::env::var(variable).map(|it| format!(":{it}")).unwrap_or_default();
    let mut cmd = toolchain
        .cargo()
        .env("RUSTFLAGS", flags.trim().to_owned())
        .env(variable, format!("{settings}{theirs}"))
        // With the target named, build scripts and macros are built without the sanitizer.
        .args(["test", "-Zbuild-std", "--target", &toolchain.host, "-p", &package.name])
        .arg("--no-fail-fast");
    cmd = match &options.test[..] {
        [] => cmd.arg("--tests"),
        tests => cmd.args(tests.iter().flat_map(|it| ["--test", it])),
    };
    if !wishes.features.is_empty() {
        cmd = cmd.arg("--features").arg(wishes.features.join(","));
    }
    // One test at a time, or nobody could say which of them it was.
    cmd.arg("--target-dir")
        .arg(workspace.short(&workspace.target("sanitize")))
        .args(["--", "--test-threads=1"])
        .args(options.args.clone())
}

/// What a crate asks for, in `[package.metadata.sanitize]` of its `Cargo.toml`.
#[derive(Debug, Default, PartialEq)]
struct Config {
    thread: Wishes,
    address: Wishes,
}

/// What it asks for under one sanitizer.
#[derive(Debug, Default, PartialEq)]
struct Wishes {
    /// Flags for rustc; the reason of each stands beside it.
    rustflags: Vec<String>,
    /// Features to switch on.
    features: Vec<String>,
}

const SANITIZERS: &[&str] = &["thread", "address"];
const KEYS: &[&str] = &["rustflags", "features"];

impl Config {
    fn of_sanitizer(&self, sanitizer: Sanitizer) -> &Wishes {
        match sanitizer {
            Sanitizer::Thread => &self.thread,
            Sanitizer::Address => &self.address,
        }
    }

    /// Read the table of `package`. A key that is not known is an error, since it would do nothing.
    fn of(package: &Package) -> Result<Self> {
        let Some(table) = package.metadata("sanitize") else { return Ok(Self::default()) };
        Self::read(table).with_context(|| {
            format!("in [package.metadata.sanitize] of the Cargo.toml of `{}`", package.name)
        })
    }

    fn read(table: &Value) -> Result<Self> {
        let Some(table) = table.as_object() else {
            bail!("this is a table: `thread.rustflags = [\"..\"]` ..")
        };
        let mut config = Self::default();
        for (key, value) in table {
            let wishes = match key.as_str() {
                "thread" => &mut config.thread,
                "address" => &mut config.address,
                _ => bail!("`{key}` is no sanitizer here{}", did_you_mean(key, SANITIZERS)),
            };
            *wishes = Wishes::read(value).with_context(|| format!("`{key}`"))?;
        }
        Ok(config)
    }
}

impl Wishes {
    fn read(table: &Value) -> Result<Self> {
        let Some(table) = table.as_object() else {
            bail!("this is a table: `rustflags = [\"..\"]` ..")
        };
        let mut wishes = Self::default();
        for (key, value) in table {
            let words = || {
                let list = value.as_array().and_then(|list| {
                    list.iter().map(|it| it.as_str().map(str::to_owned)).collect()
                });
                list.with_context(|| format!("`{key}` is a list of texts, like [\"one\", \"two\"]"))
            };
            match key.as_str() {
                "rustflags" => wishes.rustflags = words()?,
                "features" => wishes.features = words()?,
                _ => bail!("`{key}` is not known here{}", did_you_mean(key, KEYS)),
            }
        }
        Ok(wishes)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Config, Sanitizer, Wishes, check_names};
    use crate::workspace::Package;

    fn read(sanitize: Value) -> Result<Config, String> {
        let package = Package::example("secvec", &[], json!({ "sanitize": sanitize }));
        Config::of(&package).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn each_sanitizer_has_its_own() {
        let config = read(json!({
            "thread": { "rustflags": ["--cfg", "portable"], "features": ["std"] }
        }));
        let config = config.unwrap();
        let thread = config.of_sanitizer(Sanitizer::Thread);
        assert_eq!(thread.rustflags, ["--cfg", "portable"]);
        assert_eq!(thread.features, ["std"]);
        assert_eq!(*config.of_sanitizer(Sanitizer::Address), Wishes::default());
    }

    #[test]
    fn only_test_programs_that_are_there_can_be_named() {
        let package = Package::example("secvec", &["threads", "linear"], json!(null));
        let check = |name: &str| {
            let names = [name.to_owned()];
            check_names(&[(&package, Config::default())], &names).map_err(|it| it.to_string())
        };
        assert_eq!(check("linear"), Ok(()));
        let error = check("linar").unwrap_err();
        assert_eq!(error, "`secvec` has no tests/linar.rs; did you mean `linear`?");
    }

    #[test]
    fn nothing_need_be_said() {
        let package = Package::example("a", &[], json!(null));
        assert_eq!(Config::of(&package).unwrap(), Config::default());
        assert_eq!(read(json!({})).unwrap(), Config::default());
    }

    #[test]
    fn what_is_wrong_is_an_error_that_names_the_crate_and_what_is_right() {
        for (table, part) in [
            (json!({ "threads": {} }), "did you mean `thread`?"),
            (json!({ "memory": {} }), "there are: thread, address"),
            (json!({ "thread": { "rustflag": [] } }), "did you mean `rustflags`?"),
            (json!({ "thread": { "rustflags": "--cfg x" } }), "a list of texts"),
            (json!({ "thread": ["--cfg"] }), "this is a table"),
            (json!("thread"), "this is a table"),
        ] {
            let error = read(table.clone()).unwrap_err();
            assert!(error.contains(part) && error.contains("`secvec`"), "{table}: {error}");
        }
    }
}
