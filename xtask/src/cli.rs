//! What can be typed after `cargo xtask`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{bench, book, doctor, exercise, fuzz, listings, loom, miri, sanitize, soak, test};

/// The one tool of the repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
#[command(after_help = "Exit codes: 0 all is well, 1 something failed, 2 it could not be run.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run every crate's tests and doctests under Miri, as strict as Miri can be
    #[command(after_help = "Examples:
  cargo xtask miri                                everything, under both models
  cargo xtask miri secvec --model tree --seeds 0..64
  cargo xtask miri --target s390x-unknown-linux-gnu
  cargo xtask miri raw-queue -- push              only tests with `push` in their name
  cargo xtask miri --partition 2/3                the second of three machines
  cargo xtask miri --explain-flags

A crate's defaults stand in its Cargo.toml:
  [package.metadata.miri]
  seeds = \"0..16\"            # with these seeds
  seeded_tests = [\"threads\"] # but only tests/threads.rs with more than the first one
  flags = [\"-Zmiri-..\"]      # flags of its own, each with its reason
  features = [\"..\"]          # features to switch on
  target_features.x86_64 = [\"avx2\"]  # instructions that Miri's processor has
  rustflags = [\"-Z..\"]      # flags for the compiler, each with its reason

MIRIFLAGS is kept. Results: target/xtask/miri.json and target/xtask/miri.junit.xml.")]
    Miri(miri::Options),

    /// Run all that must pass: format, lints, tests, docs, packages, loom, listings, book, Miri
    #[command(after_help = "Examples:
  cargo xtask test
  cargo xtask test --quick        without loom and Miri

The last line is `N passed, M failed, K skipped`.")]
    Test(test::Options),

    /// Check the protocols between threads with loom: every crate that has tests/loom.rs
    #[command(after_help = "Examples:
  cargo xtask loom
  cargo xtask loom secvec
  LOOM_MAX_PREEMPTIONS=3 cargo xtask loom executor")]
    Loom(loom::Options),

    /// Give arbitrary input to whatever reads bytes: the targets of crates/CRATE/fuzz, by libFuzzer
    #[command(after_help = "Examples:
  cargo xtask fuzz                                every target, a minute in all
  cargo xtask fuzz integer-codec --runs 50000000
  cargo xtask fuzz integer-codec wide --seconds 600 --jobs 1 -- -max_len=64
  cargo xtask fuzz integer-codec wide --replay target/fuzz/findings/integer-codec/wide/crash-..

The pinned cargo-fuzz is installed once, under target/tools. A target is built in release mode with
debug assertions, overflow checks and AddressSanitizer. A fuzz package can ask for less:
  [package.metadata.fuzz]
  without_sanitizer = [\"..\"]     # targets that reach no unsafe code
  max_len = { wide = 32 }        # bytes: longer inputs would try nothing more

The corpus grows in target/fuzz/corpus, from what is kept in crates/CRATE/tests/corpus/TARGET.
Results: target/xtask/fuzz.json.")]
    Fuzz(fuzz::Options),

    /// Run threads against a crate at random, for as long as there is time: its examples/soak.rs
    #[command(after_help = "Examples:
  cargo xtask soak secvec                         a minute
  cargo xtask soak secvec --seconds 3600 --seed 1
  cargo xtask soak secvec -- --stops sleep        threads that stop inside of operations
  cargo xtask soak secvec -- --replay 4711        one history, again and again
  cargo xtask soak secvec -- --broken             what is said if something is found

It is built in release mode with debug assertions and overflow checks, in target/soak. A seed gives
what the threads do and where they stop, not how the machine interleaves them.

Results: target/xtask/soak.json.")]
    Soak(soak::Options),

    /// Run a crate's tests under ThreadSanitizer or AddressSanitizer, with the standard library
    #[command(after_help = "Examples:
  cargo xtask sanitize secvec
  cargo xtask sanitize secvec --sanitizer address
  cargo xtask sanitize secvec --test linear       only tests/linear.rs
  cargo xtask sanitize secvec -- push             only tests with `push` in their name

What a crate needs stands in its Cargo.toml, with the reason:
  [package.metadata.sanitize]
  thread.rustflags = [\"--cfg\", \"..\"] # what stands in for inline assembly, which it cannot see
  thread.features = [\"..\"]           # features to switch on
  address.rustflags = [\"..\"]

RUSTFLAGS, TSAN_OPTIONS and ASAN_OPTIONS are kept. A nightly with rust-src is installed if there is none.")]
    Sanitize(sanitize::Options),

    /// Measure every crate beside its peers, and draw what the book shows
    #[command(after_help = "Examples:
  cargo xtask bench integer-codec
  cargo xtask bench integer-codec-u32 --quick     a first impression; draws nothing
  cargo xtask bench integer-codec-blocks --native compiled for this processor; draws nothing

Medians of one run on one machine: only the ratios mean something elsewhere, and only if nothing
else was running. Results: target/xtask/bench.json.")]
    Bench(bench::Options),

    /// Run the book's listings under Miri and compare what they say with what the book shows
    #[command(after_help = "Examples:
  cargo xtask listings
  cargo xtask listings raw-queue/           one chapter
  cargo xtask listings --bless raw-queue/03 rewrite what one listing says")]
    Listings(listings::Options),

    /// Build, serve or test the book; the pinned mdBook is installed once, under target/tools
    #[command(
        subcommand,
        after_help = "Examples:
  cargo xtask book build
  cargo xtask book serve --open
  cargo xtask book test"
    )]
    Book(book::Command),

    /// Say which of the book's exercises are done
    #[command(after_help = "Examples:
  cargo xtask exercise integer-codec
  cargo xtask exercise integer-codec --solutions  the same tests, against the solutions

Fill in book/exercises/CHAPTER/src; the tests beside it say when it is right.")]
    Exercise(exercise::Options),

    /// Say which tools are here, which are missing, and the command for each
    #[command(after_help = "Example:\n  cargo xtask doctor")]
    Doctor(doctor::Options),
}

/// Do what was typed.
pub(crate) fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Miri(options) => miri::main(&options),
        Command::Test(options) => test::main(&options),
        Command::Loom(options) => loom::main(&options),
        Command::Fuzz(options) => fuzz::main(&options),
        Command::Soak(options) => soak::main(&options),
        Command::Sanitize(options) => sanitize::main(&options),
        Command::Bench(options) => bench::main(&options),
        Command::Listings(options) => listings::main(&options),
        Command::Book(command) => book::main(&command),
        Command::Exercise(options) => exercise::main(&options),
        Command::Doctor(options) => doctor::main(&options),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
