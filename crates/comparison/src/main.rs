//! Draws what `cargo bench -p comparison` measured: one SVG a piece, beside the piece's chapter.
//!
//! ```text
//! cargo bench -p comparison && cargo run -p comparison
//! ```
//!
//! A criterion group is called `piece/work` and its functions are the contestants. The drawing
//! gives each work's median time per operation, and its ratio to our own crate's in the same run.

mod chart;
mod measured;

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

fn run() -> Result<()> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| manifest.join("../../target"), PathBuf::from);
    let pieces = measured::read(&target.join("criterion"))?;
    if pieces.is_empty() {
        bail!("nothing measured yet; `cargo bench -p comparison` first");
    }
    for (piece, works) in &pieces {
        let page = manifest.join("../../book/src").join(piece).join("cost.svg");
        std::fs::write(&page, chart::draw(piece, works))
            .with_context(|| format!("cannot write {}", page.display()))?;
        println!("book/src/{piece}/cost.svg");
        print!("{}", chart::table(piece, works));
    }
    Ok(())
}
