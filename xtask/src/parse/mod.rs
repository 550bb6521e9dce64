//! Reading what test runners print: which tests ran, and how each of them ended.
//!
//! Whatever a parser cannot account for becomes a [`Problem`], never a silent pass: each one
//! checks its own count against the totals that the runner prints.

pub(crate) mod discovery;
pub(crate) mod libfuzzer;
pub(crate) mod libtest;
pub(crate) mod nextest;

use std::time::Duration;

/// How one test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// As it should.
    Passed,
    /// With what it wrote.
    Failed(String),
    /// It did not run, for the reason that its `#[ignore = ".."]` gives.
    Ignored(Option<String>),
}

/// One test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Test {
    /// The program it is in: `secvec` for the library's own, `secvec::threads`, `secvec (docs)`.
    pub(crate) binary: String,
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
    /// Only nextest says how long one took.
    pub(crate) time: Option<Duration>,
}

/// Something that went wrong outside of any test that could be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) title: String,
    pub(crate) output: String,
}

/// All that one run of a test runner said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    pub(crate) tests: Vec<Test>,
    pub(crate) problems: Vec<Problem>,
    /// Tests that never began, and where: a program that is stopped takes the rest with it.
    pub(crate) not_run: Vec<(String, usize)>,
}

impl Parsed {
    /// How many tests ran to an end.
    pub(crate) fn ran(&self) -> usize {
        self.tests.iter().filter(|it| !matches!(it.outcome, Outcome::Ignored(_))).count()
    }

    /// How many passed.
    pub(crate) fn passed(&self) -> usize {
        self.tests.iter().filter(|it| it.outcome == Outcome::Passed).count()
    }

    /// How many things went wrong.
    pub(crate) fn failed(&self) -> usize {
        let failed = |it: &&Test| matches!(it.outcome, Outcome::Failed(_));
        self.tests.iter().filter(failed).count() + self.problems.len()
    }
}

/// What the name of a crate's doctests ends with.
const DOCS: &str = " (docs)";

/// A program of tests, as `cargo test` announces it.
enum Program {
    /// `     Running unittests src/lib.rs (target/debug/deps/raw_queue-0123456789abcdef)`
    Unit(String),
    /// `     Running tests/more.rs (target/debug/deps/more-0123456789abcdef)`
    Test(String),
    /// `   Doc-tests raw_queue`
    Docs(String),
}

fn announced(line: &str) -> Option<Program> {
    if let Some(krate) = line.strip_prefix("   Doc-tests ") {
        return Some(Program::Docs(krate.to_owned()));
    }
    let (what, path) = line.strip_prefix("     Running ")?.split_once(" (")?;
    let file = path.strip_suffix(')')?.rsplit(['/', '\\']).next()?;
    let stem = file.trim_end_matches(".exe").rsplit_once('-').map_or(file, |(stem, _)| stem);
    let unit = what.starts_with("unittests ");
    Some(if unit { Program::Unit(stem.to_owned()) } else { Program::Test(stem.to_owned()) })
}

/// The line that tells best what went wrong: what the compiler says, else the first error.
fn first_error(output: &str) -> Option<&str> {
    let mut errors = output.lines().map(str::trim).filter(|line| line.starts_with("error"));
    errors.clone().find(|line| line.starts_with("error[")).or_else(|| errors.next())
}
