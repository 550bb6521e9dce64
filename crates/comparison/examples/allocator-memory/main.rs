//! What allocators do with memory: how much is resident at the peak of each work, how much is left
//! after a peak, and how much of an arena can be used.
//!
//! ```text
//! cargo run -p comparison --release --features c-allocators --example allocator-memory [PART OF A NAME]..
//! ```
//!
//! Each measurement is made in a process of its own: this program, which starts itself. The tables are
//! printed, and the figures left in `target/xtask/allocator-memory.json`.

use std::collections::BTreeMap;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use after::After;
use table::Table;

mod after;
#[path = "../../benches/allocator/block.rs"]
mod block;
#[path = "../../benches/allocator/contestants.rs"]
mod contestants;
mod efficiency;
#[path = "../../benches/allocator/generations.rs"]
mod generations;
#[allow(dead_code, reason = "nothing is timed here")]
#[path = "../../benches/rounds/harness.rs"]
mod harness;
#[path = "../../benches/allocator/list.rs"]
mod list;
mod process;
#[path = "../../benches/rounds/random.rs"]
mod random;
#[allow(dead_code, reason = "nothing is timed here")]
#[path = "../../src/rounds.rs"]
mod rounds;
mod table;
#[path = "../../benches/allocator/tlsf.rs"]
mod tlsf;
#[path = "../../benches/allocator/works.rs"]
mod works;

/// Figures by row and contestant.
type Rows<T> = BTreeMap<String, BTreeMap<String, T>>;

/// All that was measured.
#[derive(Debug, Default, Serialize)]
struct Report {
    /// By work: the bytes resident at its peak, without those of a process that does nothing.
    peaks: Rows<u64>,
    /// By what is left and what happens meanwhile.
    after: Rows<After>,
    /// By what is done with an arena: the part of it that is in use when it cannot serve.
    efficiency: Rows<f64>,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args[..] {
        ["--nothing"] => answer(process::peak()),
        ["--peak", work, contestant] => peak(work, contestant).and_then(|it| answer(Ok(it))),
        ["--after", what, contestant] => answer(after::one(what, contestant)),
        _ => report(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// In the process that was started: say what was measured.
fn answer<T: Serialize>(measured: Result<T>) -> Result<()> {
    println!("{}", serde_json::to_string(&measured?)?);
    Ok(())
}

/// Start a process, and read its answer.
fn ask<T: for<'a> Deserialize<'a>>(args: &[&str]) -> Result<T> {
    let output = Command::new(std::env::current_exe()?).args(args).output()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!("{}: {}: {}", args.join(" "), output.status, error.trim());
    }
    serde_json::from_slice(&output.stdout).with_context(|| format!("no answer: {args:?}"))
}

/// Do a work once, and say what was resident at its peak.
fn peak(work: &str, contestant: &str) -> Result<u64> {
    let work = list::works().into_iter().find(|it| it.name == work).context("no such work")?;
    let mut contestants = work.contestants.iter();
    let contestant = contestants.find(|it| it.name == contestant).context("no such contestant")?;
    (contestant.run)(work.size);
    process::peak()
}

/// Measure all that has one of the parts in its name, and show it.
fn report(parts: &[&str]) -> Result<()> {
    let chosen = |name: &str| parts.is_empty() || parts.iter().any(|it| name.contains(it));
    let mut report = Report::default();

    let nothing: u64 = ask(&["--nothing"])?;
    for work in list::works().into_iter().filter(|it| chosen(&it.name)) {
        let row = report.peaks.entry(work.name.clone()).or_default();
        for it in &work.contestants {
            let peak: u64 = ask(&["--peak", &work.name, it.name])?;
            row.insert(it.name.to_owned(), peak.saturating_sub(nothing));
        }
    }
    let title = "MiB resident at the peak";
    let mut table = Table::of(title, &report.peaks, |&bytes| bytes as f64 / table::MIB);
    table.compare();
    print!("{}", table.show(1));

    for (what, contestants) in after::all().into_iter().filter(|it| chosen(&it.0)) {
        let row = report.after.entry(what.clone()).or_default();
        for contestant in contestants {
            row.insert(contestant.to_owned(), ask(&["--after", &what, contestant])?);
        }
    }
    let title = "MiB resident above the live bytes";
    let excess = |it: &After| (it.resident as f64 - it.live as f64) / table::MIB;
    print!("{}", Table::of(title, &report.after, excess).show(1));
    for (what, row) in &report.after {
        if let Some(it) = row.values().next() {
            println!("{what}: {:.1} MiB live", it.live as f64 / table::MIB);
        }
    }

    report.efficiency = efficiency::all(chosen);
    let title = "% of 1 MiB in use when it is full";
    print!("\n{}", Table::of(title, &report.efficiency, |share| share * 100.0).show(2));

    let folder = rounds::folder().with_file_name("xtask");
    let file = folder.join("allocator-memory.json");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&file, serde_json::to_string_pretty(&report)? + "\n"))
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("\ntarget/xtask/allocator-memory.json");
    Ok(())
}
