//! Runs every listing of the book under Miri and compares what it says with what the page shows.
//!
//! A listing is one `.rs` file in a chapter's folder. Each runs twice, under Stacked Borrows and
//! under Tree Borrows, and must give the same output both times: the `.stderr` and `.stdout` files
//! beside it, which the pages include. Where the two models differ, the listing says so with
//! `//@ revisions: stacked tree` and has a pair of files for each.
//!
//! A listing is expected to fail with the diagnostics in its `//~ ERROR:` comments. One that must
//! pass says `//@ check-pass`.

mod counts;
mod suite;
mod toolchain;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;

use crate::counts::Counts;
use crate::suite::{Pass, Text};
use crate::toolchain::Toolchain;

/// Run the book's listings under Miri.
#[derive(Parser)]
struct Args {
    /// Rewrite the `.stderr` and `.stdout` files with what the listings print now
    #[arg(long)]
    bless: bool,
    /// The toolchain whose Miri is the referee
    #[arg(long, default_value = "nightly")]
    toolchain: String,
    /// Write the counts to this file, as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// Only listings whose path contains one of these, e.g. `executor/03`
    names: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<bool> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let toolchain = Toolchain::find(&args.toolchain)?;
    let listings = suite::find(root)?;
    for name in &args.names {
        if !listings.iter().any(|listing| listing.name.contains(name.as_str())) {
            let names: Vec<_> = listings.iter().map(|listing| listing.name.as_str()).collect();
            bail!("no listing is called `{name}`; there are:\n  {}", names.join("\n  "));
        }
    }
    suite::check_outputs(root, &listings)?;

    // Nightlies word their diagnostics differently. The `//~` annotations must hold on every one;
    // the full text is compared on the one that wrote it.
    let blessed_file = root.join("BLESSED");
    let blessed = std::fs::read_to_string(&blessed_file).unwrap_or_default();
    let text = match (args.bless, blessed.trim() == toolchain.version) {
        (true, _) => Text::Write,
        (false, true) => Text::Compare,
        (false, false) => Text::Ignore,
    };

    let mut counts = Counts::default();
    for pass in [Pass::Stacked, Pass::Tree, Pass::Revisions] {
        counts += suite::run(root, &listings, &args.names, &toolchain, pass, text)?;
    }
    if args.bless && args.names.is_empty() {
        std::fs::write(&blessed_file, format!("{}\n", toolchain.version))
            .with_context(|| format!("cannot write {}", blessed_file.display()))?;
    }

    if text == Text::Ignore {
        println!(
            "The full text of the outputs was NOT compared: it was written by\n  {}\nand this is\n  \
             {}\nThe annotated diagnostics were checked. `--bless` rewrites the text.",
            blessed.trim(),
            toolchain.version
        );
    }
    println!("listings: {} passed, {} failed", counts.passed, counts.failed);
    if let Some(file) = &args.json {
        let json = serde_json::json!({
            "passed": counts.passed,
            "failed": counts.failed,
            "text_compared": text != Text::Ignore,
            "blessed_with": blessed.trim(),
            "toolchain": toolchain.version,
        });
        std::fs::write(file, format!("{json:#}\n"))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(counts.failed == 0)
}
