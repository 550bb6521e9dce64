//! What passed, what failed and what was skipped.

use anyhow::Result;

use crate::parse::{Outcome, Parsed, libtest};
use crate::proc::Cmd;

/// The outcome of one piece of work.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failures: Vec<Failure>,
    pub(crate) skipped: Vec<Skipped>,
}

/// Something that went wrong.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// One line.
    pub(crate) what: String,
    /// What shows it again.
    pub(crate) command: String,
    /// All that was said about it.
    pub(crate) output: String,
}

/// Something that did not run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) what: String,
    pub(crate) reason: String,
}

impl Tally {
    /// One thing that is right or wrong as a whole.
    pub(crate) fn of_command(cmd: &Cmd, what: &str) -> Result<Self> {
        let finished = cmd.run()?;
        let mut tally = Self::default();
        if finished.success {
            tally.passed = 1;
        } else {
            let what = format!("{what} ({})", finished.how);
            tally.failures.push(Failure { what, command: cmd.show(), output: finished.output });
        }
        Ok(tally)
    }

    /// The tests that a `cargo test` runs.
    pub(crate) fn of_tests(cmd: &Cmd, on_test: impl FnMut(usize)) -> Result<Self> {
        Self::of_parser(libtest::Parser::default(), cmd, on_test)
    }

    /// The tests of one crate that a `cargo test` runs.
    pub(crate) fn of_tests_of(krate: &str, cmd: &Cmd, on_test: impl FnMut(usize)) -> Result<Self> {
        Self::of_parser(libtest::Parser::of(krate), cmd, on_test)
    }

    fn of_parser(
        mut parser: libtest::Parser,
        cmd: &Cmd,
        mut on_test: impl FnMut(usize),
    ) -> Result<Self> {
        let mut ended = 0;
        let finished = cmd.follow(None, |line| {
            if parser.line(line) {
                ended += 1;
                on_test(ended);
            }
        })?;
        Ok(Self::of_parsed(parser.finish(finished.success), cmd))
    }

    fn of_parsed(parsed: Parsed, cmd: &Cmd) -> Self {
        let mut tally = Self::default();
        let command = cmd.show();
        for test in parsed.tests {
            let what = format!("{} {}", test.binary, test.name);
            match test.outcome {
                Outcome::Passed => tally.passed += 1,
                Outcome::Failed(output) => {
                    tally.failures.push(Failure { what, command: command.clone(), output });
                }
                Outcome::Ignored(reason) => {
                    let reason = reason.unwrap_or_else(|| "no reason given".to_owned());
                    tally.skipped.push(Skipped { what, reason });
                }
            }
        }
        for (binary, count) in parsed.not_run {
            let what = format!("{binary}: {count} of its tests");
            let reason = "the program ended before they began".to_owned();
            tally.skipped.push(Skipped { what, reason });
        }
        for problem in parsed.problems {
            let (what, output) = (problem.title, problem.output);
            tally.failures.push(Failure { what, command: command.clone(), output });
        }
        tally
    }

    /// Add another one to this.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failures.extend(other.failures);
        self.skipped.extend(other.skipped);
    }
}

impl Failure {
    /// The failure in full.
    pub(crate) fn text(&self) -> String {
        let output = self.output.trim_end();
        let gap = if output.is_empty() { "" } else { "\n\n" };
        format!("== {}{gap}{output}\n\nto see it again:\n  {}\n", self.what, self.command)
    }
}
