//! What the chapter on executors shows that programs make.
//!
//! `cargo run -p figures` draws the states of a task from the crate's own table, and writes what loom
//! finds in a few small models, beside the pages. The test compares those files with what comes out now.

mod models;
mod states;

use std::path::PathBuf;
use std::process::ExitCode;

/// What a file beside the pages is called, and what is in it.
type File = (&'static str, String);

/// All files, as they should be.
fn files() -> Result<Vec<File>, String> {
    let mut files = states::files()?;
    files.extend(models::files());
    Ok(files)
}

/// Beside the pages of the chapter.
fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../src/executor", name].iter().collect()
}

fn main() -> ExitCode {
    let files = match files() {
        Ok(files) => files,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    for (name, text) in files {
        if let Err(error) = std::fs::write(path(name), text) {
            eprintln!("{name}: {error}");
            return ExitCode::FAILURE;
        }
        println!("book/src/executor/{name}");
    }
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::{files, path};

    #[test]
    #[cfg_attr(miri, ignore = "it reads files, and loom switches stacks by hand")]
    fn the_book_shows_what_comes_out_now() {
        for (name, text) in files().expect("each step has its arrow") {
            let shown = std::fs::read_to_string(path(name)).expect("the file is beside the page");
            assert!(shown == text, "{name} is old: `cargo run -p figures` makes it again");
        }
    }
}
