//! `cargo xtask miri`: every crate under Miri, as strict as Miri can be.

mod board;
mod config;
mod flags;
mod plan;
mod report;
mod run;
mod seeds;
mod setup;

use std::num::NonZero;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::miri::config::Config;
use crate::miri::flags::Model;
use crate::miri::plan::{Partition, Unit};
use crate::miri::report::{Report, Row};
use crate::miri::run::{Settings, Subject};
use crate::miri::seeds::Seeds;
use crate::progress::{Progress, seconds};
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// The options of `cargo xtask miri`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The crates to prove; all library crates if none is named
    #[arg(value_name = "CRATE")]
    crates: Vec<String>,
    /// The aliasing model
    #[arg(long, default_value = "both")]
    model: Models,
    /// Which seeds to run, e.g. 0..16; else what each crate's Cargo.toml says
    #[arg(long, value_name = "A..B", allow_hyphen_values = true)]
    seeds: Option<Seeds>,
    /// Another platform, e.g. s390x-unknown-linux-gnu (big-endian) or i686-unknown-linux-gnu
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// The toolchain whose Miri is used
    #[arg(long, value_name = "NAME", default_value = "nightly")]
    toolchain: String,
    /// Run part K of N, to share the work among machines
    #[arg(long, value_name = "K/N", allow_hyphen_values = true)]
    partition: Option<Partition>,
    /// How many runs at a time; the number of cores if not given
    #[arg(long, value_name = "COUNT")]
    jobs: Option<NonZero<usize>>,
    /// Give up on a single run after so many minutes
    #[arg(long, value_name = "MINUTES", default_value = "30")]
    timeout: NonZero<u32>,
    /// Print how strict tagging is asked for on a Miri of any date, and stop
    #[arg(long)]
    explain_flags: bool,
    /// Passed to the test runner: filters, --exact, --skip NAME, --include-ignored
    #[arg(last = true, value_name = "ARGS")]
    args: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Models {
    /// Stacked Borrows
    Stacked,
    /// Tree Borrows
    Tree,
    /// One after the other
    Both,
}

impl Options {
    /// What `cargo xtask test` runs.
    pub(crate) fn everything(toolchain: &str) -> Self {
        Self {
            crates: Vec::new(),
            model: Models::Both,
            seeds: None,
            target: None,
            toolchain: toolchain.to_owned(),
            partition: None,
            jobs: None,
            timeout: const { NonZero::new(30).expect("30 is not 0") },
            explain_flags: false,
            args: Vec::new(),
        }
    }

    fn models(&self) -> &'static [Model] {
        match self.model {
            Models::Stacked => &[Model::Stacked],
            Models::Tree => &[Model::Tree],
            Models::Both => &[Model::Stacked, Model::Tree],
        }
    }
}

/// Run the command. True if all passed.
pub(crate) fn main(options: &Options) -> Result<bool> {
    if options.explain_flags {
        let found = Toolchain::find(&options.toolchain);
        let toolchain = found.as_ref().ok().and_then(Option::as_ref);
        print!("{}", flags::explain(toolchain.map(|it| it.date)));
        match toolchain {
            Some(it) => println!("\nThe arrow: `{}`, its Miri of {}.", it.name, it.date),
            None => println!(
                "\nNo row is marked: `{}` is not a nightly that is here.",
                options.toolchain
            ),
        }
        return Ok(true);
    }
    let workspace = Workspace::enter()?;
    let report = prove(&workspace, options, &Progress::new())?;
    print!("{}", report.text());
    let time = seconds(Duration::from_secs_f64(report.seconds));
    println!(
        "\n{} passed, {} failed, {} left out, in {time}",
        report.passed, report.failed, report.left_out
    );
    Ok(report.is_good())
}

/// Set up Miri and run what the options ask for. An error means that nothing can be said.
pub(crate) fn prove(
    workspace: &Workspace,
    options: &Options,
    progress: &Progress,
) -> Result<Report> {
    let packages = Workspace::choose(workspace.libraries(), &options.crates)?;
    anyhow::ensure!(!packages.is_empty(), "there is no library crate in crates/");
    let user_flags = std::env::var("MIRIFLAGS").unwrap_or_default();
    flags::check_extra(&user_flags, "MIRIFLAGS")?;
    let subjects: Vec<Subject<'_>> = packages
        .into_iter()
        .map(|package| Ok(Subject::new(package, Config::of(package)?)))
        .collect::<Result<_>>()?;
    let models = options.models();
    let units = plan_units(&subjects, models, options)?;

    let ready = setup::ready(
        &options.toolchain,
        models,
        options.target.as_deref(),
        &workspace.target("miri-sysroots"),
        progress,
    )?;
    progress.say(&ready.choice.why);
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let settings = Settings {
        target: options.target.clone(),
        user_flags,
        args: options.args.clone(),
        limit: Duration::from_secs(60 * u64::from(options.timeout.get())),
        workers: options.jobs.map_or(cores, NonZero::get),
        ready,
    };
    let jobs = run::jobs(&units);
    let start = progress.elapsed();
    let done = run::run(&settings, &subjects, &jobs, progress)?;

    let mut rows = Vec::new();
    for (krate, subject) in subjects.iter().enumerate() {
        let each = models.iter();
        rows.extend(each.filter_map(|&it| Row::gather(&settings, subject, krate, it, &done)));
    }
    let report = Report {
        toolchain: settings.ready.toolchain.version.clone(),
        miri: settings.ready.toolchain.date.to_string(),
        flags: settings.ready.choice.flags.iter().map(|&it| it.to_owned()).collect(),
        target: options.target.clone().unwrap_or_else(|| settings.ready.toolchain.host.clone()),
        partition: options.partition.map(|it| it.to_string()),
        passed: rows.iter().map(|it| it.passed).sum(),
        failed: rows.iter().map(|it| it.failed).sum(),
        left_out: rows.iter().map(|it| it.left_out.len()).sum(),
        seconds: (progress.elapsed() - start).as_secs_f64(),
        rows,
    };
    report.write(&workspace.results()?)?;
    Ok(report)
}

fn plan_units(subjects: &[Subject<'_>], models: &[Model], options: &Options) -> Result<Vec<Unit>> {
    let seeds: Vec<Seeds> =
        subjects.iter().map(|it| options.seeds.unwrap_or(it.config.seeds)).collect();
    let units = plan::units(&seeds, models);
    match options.partition {
        Some(partition) => partition.take(units),
        None => Ok(units),
    }
}
