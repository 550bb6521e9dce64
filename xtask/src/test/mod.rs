//! `cargo xtask test`: all that must pass, section by section.

mod sections;

use std::time::Instant;

use anyhow::Result;
use clap::Args;

use crate::progress::{Progress, seconds};
use crate::tally::{Skipped, Tally};
use crate::workspace::Workspace;

use sections::{SECTIONS, Section};

/// The options of `cargo xtask test`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Leave out loom and Miri, which take the longest
    #[arg(long)]
    quick: bool,
    /// The toolchain whose Miri is used
    #[arg(long, value_name = "NAME", default_value = "nightly")]
    toolchain: String,
}

/// What every section may need.
pub(crate) struct Context {
    pub(crate) workspace: Workspace,
    pub(crate) toolchain: String,
    pub(crate) progress: Progress,
}

/// Run the command. True if all passed, and nothing that should have run did not.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let context = Context {
        workspace: Workspace::enter()?,
        toolchain: options.toolchain.clone(),
        progress: Progress::new(),
    };
    let mut summary = Summary::default();
    for section in SECTIONS {
        if options.quick && section.slow {
            println!("{:<9} left out by --quick", section.name);
            summary.left_out(section.name, "left out by --quick");
            continue;
        }
        let start = Instant::now();
        context.progress.now(section.name);
        let result = (section.run)(&context);
        context.progress.clear();
        let time = seconds(start.elapsed());
        match result {
            Ok(tally) => {
                println!(
                    "{:<9} {:>5} passed, {} failed, {} skipped, {time}",
                    section.name,
                    tally.passed,
                    tally.failures.len(),
                    tally.skipped.len()
                );
                for failure in &tally.failures {
                    println!("\n{}", failure.text());
                }
                summary.add(section, tally);
            }
            Err(error) => {
                println!("{:<9} NOT RUN, {time}\n{error:#}\n", section.name);
                summary.not_run(section.name, &format!("{error:#}"));
            }
        }
    }
    print!("{}", summary.text());
    Ok(summary.is_good())
}

/// Everything together.
#[derive(Default)]
struct Summary {
    passed: usize,
    /// The section, what failed there, and the command.
    failed: Vec<(&'static str, String, String)>,
    skipped: Vec<(&'static str, Skipped)>,
    /// Something that should have run did not.
    incomplete: bool,
}

impl Summary {
    fn add(&mut self, section: &Section, tally: Tally) {
        self.passed += tally.passed;
        for it in tally.failures {
            self.failed.push((section.name, it.what, it.command));
        }
        self.skipped.extend(tally.skipped.into_iter().map(|it| (section.name, it)));
        if tally.passed == 0 && self.failed.iter().all(|it| it.0 != section.name) {
            self.not_run(section.name, "it ran nothing");
        }
    }

    fn left_out(&mut self, section: &'static str, reason: &str) {
        let skipped = Skipped { what: "all of it".to_owned(), reason: reason.to_owned() };
        self.skipped.push((section, skipped));
    }

    fn not_run(&mut self, section: &'static str, error: &str) {
        let first = error.lines().next().unwrap_or_default().trim_end_matches(':');
        self.left_out(section, &format!("NOT RUN: {first}"));
        self.incomplete = true;
    }

    fn is_good(&self) -> bool {
        self.failed.is_empty() && !self.incomplete
    }

    /// Each skip with its reason, each failure with its command, and the totals as the last line.
    fn text(&self) -> String {
        let mut text = String::new();
        if !self.skipped.is_empty() {
            text += "\nskipped:\n";
        }
        for (section, it) in &self.skipped {
            text += &format!("  {section}: {}: {}\n", it.what, it.reason);
        }
        if !self.failed.is_empty() {
            text += "\nfailed:\n";
        }
        for (section, what, command) in &self.failed {
            text += &format!("  {section}: {what}\n    {command}\n");
        }
        if self.incomplete {
            text += "\nThis is NOT a pass: something that should have run did not.\n";
        }
        let (failed, skipped) = (self.failed.len(), self.skipped.len());
        text + &format!("\n{} passed, {failed} failed, {skipped} skipped\n", self.passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::Failure;

    #[test]
    fn the_last_line_is_the_totals_and_every_skip_is_named() {
        let mut summary = Summary::default();
        let skipped = Skipped { what: "a::b big".into(), reason: "too slow".into() };
        let tally = Tally { passed: 7, failures: vec![], skipped: vec![skipped] };
        summary.add(&SECTIONS[2], tally);
        summary.left_out("loom", "left out by --quick");
        assert!(summary.is_good());
        let text = summary.text();
        assert_eq!(text.lines().last(), Some("7 passed, 0 failed, 2 skipped"));
        assert!(text.contains("tests: a::b big: too slow"), "{text}");
        assert!(text.contains("loom: all of it: left out by --quick"), "{text}");
    }

    #[test]
    fn what_could_not_run_is_never_a_pass() {
        let mut summary = Summary::default();
        summary.add(&SECTIONS[0], Tally { passed: 1, ..Tally::default() });
        summary.not_run("miri", "there is no toolchain `nightly` here\nand more");
        assert!(!summary.is_good());
        let text = summary.text();
        assert!(text.contains("miri: all of it: NOT RUN: there is no toolchain `nightly` here\n"));
        assert_eq!(text.lines().last(), Some("1 passed, 0 failed, 1 skipped"));
    }

    #[test]
    fn a_section_that_ran_nothing_is_never_a_pass() {
        let mut summary = Summary::default();
        summary.add(&SECTIONS[2], Tally::default());
        assert!(!summary.is_good());
    }

    #[test]
    fn failures_come_with_their_commands() {
        let mut summary = Summary::default();
        let failure =
            Failure { what: "clippy".into(), command: "cargo clippy".into(), output: "..".into() };
        summary.add(&SECTIONS[1], Tally { failures: vec![failure], ..Tally::default() });
        assert!(!summary.is_good());
        let text = summary.text();
        assert!(text.contains("  clippy: clippy\n    cargo clippy\n"), "{text}");
        assert_eq!(text.lines().last(), Some("0 passed, 1 failed, 0 skipped"));
    }
}
