//! `cargo xtask bench`: every crate beside its peers, by the package `crates/comparison`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::proc::Cmd;
use crate::progress::{Progress, seconds};
use crate::suggest::did_you_mean;
use crate::toolchain::find_or_install;
use crate::workspace::Workspace;

const PACKAGE: &str = "comparison";

/// A benchmark, and the feature that switches on peers of it that take long to compile.
const MORE_PEERS: [(&str, &str); 1] = [("allocator", "c-allocators")];

/// The options of `cargo xtask bench`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The pieces to measure; all if none is named. `integer-codec` stands for
    /// `integer-codec-u32` and its like as well
    #[arg(value_name = "PIECE")]
    pieces: Vec<String>,
    /// Measure each contestant for half a second, and draw nothing: a first impression
    #[arg(long)]
    quick: bool,
    /// Compile for this very processor, in target/native, and draw nothing
    #[arg(long)]
    native: bool,
    /// Features of the package `comparison` that switch on parts of the peers
    #[arg(long, value_name = "FEATURES")]
    features: Option<String>,
    /// Another toolchain to compile with: some parts of the peers need `nightly`
    #[arg(long, value_name = "NAME")]
    toolchain: Option<String>,
}

/// The same compiler, flags and folders for each of the commands.
#[derive(Debug)]
struct Build {
    toolchain: Option<String>,
    flags: Option<String>,
    /// Where it is built with these flags, if there are any.
    target: PathBuf,
    /// Of the benchmarks alone: what shows the figures needs none.
    features: Vec<String>,
}

/// Run the command. True if all was measured.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let workspace = Workspace::enter()?;
    let package = workspace.package(PACKAGE).context("the package `comparison` is not here")?;
    let benches = choose(&package.targets_of("bench"), &options.pieces)?;
    let progress = Progress::new();
    if let Some(name) = options.toolchain.as_ref().filter(|it| it.starts_with("nightly")) {
        find_or_install(name, &progress)?;
    }
    let build = Build::new(&workspace, options, &benches);

    let list = build.bench(&benches).args(["--", "--list"]);
    progress.now("bench: compiling");
    let mut crates = 0;
    let listed = list.follow(None, |line| {
        if line.trim_start().starts_with("Compiling") {
            crates += 1;
            progress.now(&format!("bench: compiling, {crates} crates"));
        }
    })?;
    if !listed.success {
        bail!("`{}` failed ({}):\n{}", list.show(), listed.how, listed.output.trim());
    }
    let names: Vec<&str> = listed.output.lines().filter_map(listed_name).collect();
    if names.is_empty() {
        bail!("`{}` lists nothing to measure", list.show());
    }

    let cmd =
        build.bench(&benches).arg("--").args(times(options.quick).iter().copied()).arg("--noplot");
    progress.say(&cmd.show());
    let mut ended = 0;
    let measured = cmd.follow(None, |line| {
        if let Some(name) = line.strip_prefix("Benchmarking ") {
            let name = name.split(": ").next().unwrap_or(name);
            progress.now(&format!("bench: {ended} of {}, {name}", names.len()));
        } else if is_result(line) {
            ended += 1;
        }
    })?;
    progress.clear();
    if !measured.success {
        bail!("`{}` failed ({}):\n{}", cmd.show(), measured.how, measured.output.trim());
    }

    let draw = !options.quick && !options.native;
    let show = build.show(&workspace, &pieces(&names), draw)?;
    let shown = show.read()?;
    println!("{shown}\n");
    let time = seconds(measured.time);
    println!("median time, ratio to the fastest peer (*: ours); {ended} measured, in {time}");
    Ok(ended == names.len())
}

impl Build {
    fn new(workspace: &Workspace, options: &Options, benches: &[String]) -> Self {
        let flags = options.native.then(|| {
            let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
            format!("{flags} -Ctarget-cpu=native").trim().to_owned()
        });
        Self {
            toolchain: options.toolchain.clone(),
            flags,
            // Other flags rebuild everything, so they have a folder of their own.
            target: workspace.target("native"),
            features: options.features.clone().into_iter().chain(more_peers(benches)).collect(),
        }
    }

    /// A cargo command whose criterion keeps its results in the folder of this build.
    fn cargo(&self, args: &[&str]) -> Cmd {
        let mut cmd = match &self.toolchain {
            Some(name) => Cmd::of_toolchain("cargo", name),
            None => Cmd::cargo(),
        };
        if let Some(flags) = &self.flags {
            let home = self.target.join("criterion");
            cmd = cmd.env("RUSTFLAGS", flags).env("CRITERION_HOME", home.to_string_lossy());
        }
        cmd = cmd.args(args.iter().copied()).args(["-p", PACKAGE]);
        if self.flags.is_some() {
            cmd = cmd.arg("--target-dir").arg(self.target.to_string_lossy());
        }
        cmd
    }

    fn bench(&self, benches: &[String]) -> Cmd {
        let mut cmd = self.cargo(&["bench"]);
        for bench in benches {
            cmd = cmd.args(["--bench", bench]);
        }
        for features in &self.features {
            cmd = cmd.args(["--features", features]);
        }
        cmd
    }

    /// The command that makes the tables, and the drawings of the book.
    fn show(&self, workspace: &Workspace, pieces: &[String], draw: bool) -> Result<Cmd> {
        let json = workspace.results()?.join("bench.json");
        let mut cmd = self.cargo(&["run", "--quiet"]).args(["--", "--json"]);
        cmd = cmd.arg(workspace.short(&json));
        if !draw {
            cmd = cmd.arg("--table");
        }
        Ok(cmd.args(pieces.iter().cloned()))
    }
}

/// The features that the benchmarks have all of their peers with.
fn more_peers(benches: &[String]) -> impl Iterator<Item = String> {
    let wanted = MORE_PEERS.iter().filter(|(bench, _)| benches.iter().any(|it| it == bench));
    wanted.map(|(_, feature)| (*feature).to_owned())
}

/// The benchmarks of each piece that is named; all for no name.
fn choose(benches: &[&str], pieces: &[String]) -> Result<Vec<String>> {
    let belongs = |bench: &str, piece: &str| {
        let rest = bench.strip_prefix(piece).filter(|_| benches.contains(&piece));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    for piece in pieces {
        if !benches.iter().any(|it| belongs(it, piece)) {
            bail!("no benchmark is called `{piece}`{}", did_you_mean(piece, benches));
        }
    }
    let chosen = benches
        .iter()
        .filter(|it| pieces.is_empty() || pieces.iter().any(|piece| belongs(it, piece)));
    Ok(chosen.map(|&it| it.to_owned()).collect())
}

/// How long criterion looks at each contestant.
fn times(quick: bool) -> &'static [&'static str] {
    match quick {
        false => &["--warm-up-time", "0.5", "--measurement-time", "2"],
        true => &["--warm-up-time", "0.1", "--measurement-time", "0.4", "--sample-size", "10"],
    }
}

/// `secvec/push, threads: 2/boxcar` of `secvec/push, threads: 2/boxcar: benchmark`.
fn listed_name(line: &str) -> Option<&str> {
    line.strip_suffix(": benchmark")
}

/// Whether a line is the result of one contestant: its name, if it fits, and three times.
fn is_result(line: &str) -> bool {
    line.split_once("time:").is_some_and(|(_, times)| times.trim_start().starts_with('['))
}

/// The pieces of `piece/work/contestant`, each once.
fn pieces(names: &[&str]) -> Vec<String> {
    let mut pieces: Vec<String> =
        names.iter().filter_map(|it| it.split_once('/')).map(|(it, _)| it.to_owned()).collect();
    pieces.sort();
    pieces.dedup();
    pieces
}

#[cfg(test)]
mod tests {
    use super::{choose, is_result, listed_name, more_peers, pieces};

    #[test]
    fn a_piece_stands_for_all_of_its_benchmarks() {
        let benches = ["integer-codec", "integer-codec-u32", "raw-queue"];
        let choose = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
            choose(&benches, &names).map_err(|error| error.to_string())
        };
        assert_eq!(choose(&[]).unwrap(), benches);
        assert_eq!(choose(&["integer-codec"]).unwrap(), benches[..2]);
        assert_eq!(choose(&["integer-codec-u32"]).unwrap(), benches[1..2]);
        let error = choose(&["raw-que"]).unwrap_err();
        assert_eq!(error, "no benchmark is called `raw-que`; did you mean `raw-queue`?");
        assert!(choose(&["integer"]).is_err(), "half a name is none");
    }

    #[test]
    fn all_peers_are_measured() {
        let features = |benches: &[&str]| {
            let benches: Vec<String> = benches.iter().map(|it| (*it).to_owned()).collect();
            more_peers(&benches).collect::<Vec<_>>()
        };
        assert_eq!(features(&["raw-queue", "allocator"]), ["c-allocators"]);
        assert!(features(&["raw-queue"]).is_empty());
    }

    #[test]
    fn what_criterion_prints() {
        assert_eq!(listed_name("raw-queue/push/std: benchmark"), Some("raw-queue/push/std"));
        assert_eq!(listed_name("3 tests, 0 benchmarks"), None);
        assert!(is_result("raw-queue/push/std      time:   [1.2 ns 1.3 ns 1.4 ns]"));
        assert!(is_result("                        time:   [1.2 ns 1.3 ns 1.4 ns]"));
        assert!(!is_result("                        change: [-1.2% +0.1% +1.0%]"));
        assert!(!is_result("Benchmarking raw-queue/push: Estimated time: 2 s"));
        assert_eq!(pieces(&["b/x/y", "a/x", "b/z/y, 1/2"]), ["a", "b"]);
    }
}
