//! `cargo xtask book`: the book with the mdBook that it is written for.

mod html;
mod includes;
mod links;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};

use crate::proc::Cmd;
use crate::progress::Progress;
use crate::tally::{Failure, Tally};
use crate::tools::MDBOOK;
use crate::workspace::Workspace;

/// What to do with the book.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build it into book/book
    Build,
    /// Build it, show it in a browser, and build it again whenever it changes
    Serve(Serve),
    /// Build it and check every include, link, anchor and image within it
    Test,
}

/// The options of `cargo xtask book serve`.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Open a browser
    #[arg(long)]
    open: bool,
    /// The address to serve at
    #[arg(long, default_value = "127.0.0.1")]
    hostname: String,
    /// The port to serve at
    #[arg(long, default_value = "3000")]
    port: u16,
}

/// Run the command. True if all is well.
pub(crate) fn main(command: &Command) -> Result<bool> {
    let workspace = Workspace::enter()?;
    let progress = Progress::new();
    let mdbook = MDBOOK.find_or_install(&workspace, &progress)?;
    let book = workspace.root.join("book");
    let tally = match command {
        Command::Serve(serve) => {
            let mut cmd = Cmd::new(&mdbook.to_string_lossy()).arg("serve");
            cmd = cmd.arg(book.to_string_lossy());
            cmd = cmd.args(["--hostname", &serve.hostname, "--port", &serve.port.to_string()]);
            if serve.open {
                cmd = cmd.arg("--open");
            }
            let status = cmd.watch()?;
            return Ok(status.success());
        }
        Command::Build => {
            let tally = build(&mdbook, &book, None)?;
            if tally.failures.is_empty() {
                println!("the book is in {}", book.join("book").join("index.html").display());
            }
            tally
        }
        Command::Test => {
            let tally = check(&workspace, &progress)?;
            println!("{} checks passed, {} failed", tally.passed, tally.failures.len());
            tally
        }
    };
    for failure in &tally.failures {
        println!("{}", failure.text());
    }
    Ok(tally.failures.is_empty())
}

/// Build the book beside the results and check it: the build, what it includes, and each page.
pub(crate) fn check(workspace: &Workspace, progress: &Progress) -> Result<Tally> {
    let mdbook = MDBOOK.find_or_install(workspace, progress)?;
    progress.now("book: building");
    let built = workspace.results()?.join("book");
    let book = workspace.root.join("book");
    let mut tally = build(&mdbook, &book, Some(&built))?;
    let is_built = tally.failures.is_empty();
    tally.add(includes::check(&book.join("src"))?);
    if is_built {
        progress.now("book: checking links");
        tally.add(links::check(&built)?);
    }
    progress.clear();
    Ok(tally)
}

/// Build the book; what mdBook warns of, such as a file that is not there to include, is a failure.
fn build(mdbook: &Path, book: &Path, into: Option<&Path>) -> Result<Tally> {
    let mut cmd = Cmd::new(&mdbook.to_string_lossy()).arg("build").arg(book.to_string_lossy());
    if let Some(into) = into {
        cmd = cmd.arg("--dest-dir").arg(into.to_string_lossy());
    }
    let finished = cmd.run()?;
    let complaint = finished.output.lines().map(str::trim).find(|it| is_complaint(it));
    let mut tally = Tally::default();
    if finished.success && complaint.is_none() {
        tally.passed = 1;
    } else {
        let what = format!("book: {}", complaint.unwrap_or(&finished.how));
        let command = "cargo xtask book build".to_owned();
        tally.failures.push(Failure { what, command, output: finished.output.clone() });
    }
    Ok(tally)
}

fn is_complaint(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.any(|word| matches!(word.trim_matches(['[', ']']), "WARN" | "ERROR"))
}

/// Every file in a folder and the folders in it.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}
