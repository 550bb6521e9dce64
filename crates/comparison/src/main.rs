//! Draws what `cargo bench -p comparison` measured: one SVG a piece, beside the piece's chapter.
//!
//! ```text
//! cargo run -p comparison -- [--table] [--json FILE] [PIECE]..
//! ```
//!
//! A criterion group is called `piece/work` and its functions are the contestants; a piece that is
//! measured in rounds has a file of its own (`rounds`). The drawing gives each work's median time per
//! operation, and its ratio to our own crate's in the same run. The text gives the ratio to the
//! fastest peer, and for rounds the least and the greatest time, and the ratio to each contestant
//! that the others are compared with; a piece with many works has a summary, with geometric means, below
//! it. With `--table` there is the text alone; `--json` leaves the
//! figures in a file. `cargo xtask bench` measures and then runs this.

mod chart;
mod dots;
mod measured;
mod rounds;
mod summary;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(1)
        }
    }
}

/// More works than this get a line each, not a block of bars, and a summary.
const MANY: usize = 12;

/// What was asked for.
#[derive(Debug, Default)]
struct Options {
    /// Only text: draw nothing.
    table: bool,
    json: Option<PathBuf>,
    /// All pieces that were measured, if none is named.
    pieces: Vec<String>,
}

impl Options {
    fn read(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self::default();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--table" => options.table = true,
                "--json" => {
                    let file = args.next().context("--json needs the name of a file")?;
                    options.json = Some(file.into());
                }
                _ if arg.starts_with('-') => {
                    bail!(
                        "`{arg}` is not known; there are --table, --json FILE and names of pieces"
                    )
                }
                _ => options.pieces.push(arg),
            }
        }
        Ok(options)
    }
}

fn run() -> Result<()> {
    let options = Options::read(std::env::args().skip(1))?;
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pieces = measured::read(&rounds::folder())?;
    if pieces.is_empty() {
        bail!("nothing measured yet; `cargo bench -p comparison` first");
    }
    if let Some(name) = options.pieces.iter().find(|it| !pieces.contains_key(*it)) {
        let measured: Vec<&str> = pieces.keys().map(String::as_str).collect();
        bail!("`{name}` is not measured yet; there are: {}", measured.join(", "));
    }
    pieces.retain(|piece, _| options.pieces.is_empty() || options.pieces.contains(piece));
    for (piece, works) in &pieces {
        if !options.table {
            let page = manifest.join("../../book/src").join(piece).join("cost.svg");
            let draw = if works.len() > MANY { dots::draw } else { chart::draw };
            std::fs::write(&page, draw(piece, works))
                .with_context(|| format!("cannot write {}", page.display()))?;
            println!("book/src/{piece}/cost.svg");
        }
        print!("{}", table::table(piece, works));
        if works.len() > MANY {
            print!("\n{}", summary::summary(piece, works));
        }
    }
    if let Some(file) = options.json {
        std::fs::write(&file, serde_json::to_string_pretty(&pieces)?)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}
