//! What the runs found, for people and for machines.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;

use crate::miri::flags::Model;
use crate::miri::run::{Done, Settings, Subject};
use crate::miri::seeds;
use crate::parse::Outcome;
use crate::progress::seconds;
use crate::table::{Side, layout};

/// Everything that is to be said at the end.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) toolchain: String,
    pub(crate) miri: String,
    pub(crate) flags: Vec<String>,
    pub(crate) target: String,
    pub(crate) partition: Option<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) left_out: usize,
    pub(crate) seconds: f64,
}

/// One crate under one model.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    #[serde(rename = "crate")]
    pub(crate) krate: String,
    pub(crate) model: &'static str,
    pub(crate) seeds: String,
    pub(crate) run: usize,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) left_out: Vec<LeftOut>,
    /// The sum over its runs, which may have been side by side.
    pub(crate) seconds: f64,
    pub(crate) failures: Vec<Failure>,
    #[serde(skip)]
    cases: Vec<Case>,
}

/// A test that did not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LeftOut {
    pub(crate) test: String,
    pub(crate) reason: String,
}

/// Something that went wrong.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Failure {
    pub(crate) what: String,
    pub(crate) seed: u32,
    /// What gives it again.
    pub(crate) command: String,
    pub(crate) output: String,
}

#[derive(Debug)]
struct Case {
    binary: String,
    name: String,
    failed: bool,
    time: Option<Duration>,
}

impl Row {
    /// Gather the runs of one crate under one model; `None` if this machine has none of them.
    pub(crate) fn gather(
        settings: &Settings,
        subject: &Subject<'_>,
        krate: usize,
        model: Model,
        all: &[Done],
    ) -> Option<Self> {
        let here = |it: &&Done| it.job.unit.krate == krate && it.job.unit.model == model;
        let runs: Vec<&Done> = all.iter().filter(here).collect();
        let mut row = Self {
            krate: subject.package.name.clone(),
            model: model.name(),
            seeds: String::new(),
            run: 0,
            passed: 0,
            failed: 0,
            left_out: Vec::new(),
            seconds: 0.0,
            failures: Vec::new(),
            cases: Vec::new(),
        };
        let mut used: Vec<u32> = Vec::new();
        for done in &runs {
            used.push(done.job.unit.seed);
            row.seconds += done.time.as_secs_f64();
            row.add(settings, subject, done);
        }
        let last = runs.last()?;
        used.sort_unstable();
        used.dedup();
        row.seeds = seeds::name(&used);
        if row.run == 0 && row.failures.is_empty() {
            let why = if settings.args.is_empty() {
                "no test ran: a crate without tests proves nothing"
            } else {
                "no test ran: the filter matches none"
            };
            row.fail(why.to_owned(), last, last.command.show(), String::new());
        }
        row.failed = row.failures.len();
        Some(row)
    }

    fn add(&mut self, settings: &Settings, subject: &Subject<'_>, done: &Done) {
        for test in &done.parsed.tests {
            let name = format!("{} {}", test.binary, test.name);
            match &test.outcome {
                Outcome::Passed => self.passed += 1,
                Outcome::Failed(output) => {
                    let command = settings.command_for(subject, done, &test.binary, &test.name);
                    self.fail(name.clone(), done, command.show(), output.clone());
                }
                Outcome::Ignored(reason) => {
                    let reason = reason.clone().unwrap_or_else(|| "no reason given".to_owned());
                    self.leave_out(LeftOut { test: name, reason });
                    continue;
                }
            }
            self.run += 1;
            self.cases.push(Case {
                binary: test.binary.clone(),
                name: format!("{} [seed {}]", test.name, done.job.unit.seed),
                failed: matches!(test.outcome, Outcome::Failed(_)),
                time: test.time,
            });
        }
        for (binary, count) in &done.parsed.not_run {
            self.leave_out(LeftOut {
                test: format!("{binary}: {count} of its tests, with seed {}", done.job.unit.seed),
                reason: "the failure above stopped the program before they began".to_owned(),
            });
        }
        for problem in &done.parsed.problems {
            // A crate that does not compile says so once, not for each of its runs.
            if !self
                .failures
                .iter()
                .any(|it| it.what == problem.title && it.output == problem.output)
            {
                self.fail(problem.title.clone(), done, done.command.show(), problem.output.clone());
            }
        }
    }

    fn leave_out(&mut self, it: LeftOut) {
        if !self.left_out.contains(&it) {
            self.left_out.push(it);
        }
    }

    fn fail(&mut self, what: String, done: &Done, command: String, output: String) {
        self.failures.push(Failure { what, seed: done.job.unit.seed, command, output });
    }
}

impl Report {
    /// Whether all of it passed.
    pub(crate) fn is_good(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }

    /// Each failure with all that Miri said, the table, and what was left out.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            for failure in &row.failures {
                let heading = format!(
                    "{} under {} borrows, seed {}: {}",
                    row.krate, row.model, failure.seed, failure.what
                );
                let _ = writeln!(text, "== {heading}\n");
                if !failure.output.trim().is_empty() {
                    let _ = writeln!(text, "{}\n", failure.output.trim_end());
                }
                let _ = writeln!(text, "to see it again:\n  {}\n", failure.command);
            }
        }
        text += &self.table();
        text += &self.left_out_text();
        text
    }

    /// A row for each crate and model.
    pub(crate) fn table(&self) -> String {
        let heading = [
            ("crate", Side::Left),
            ("model", Side::Left),
            ("seeds", Side::Left),
            ("tests run", Side::Right),
            ("passed", Side::Right),
            ("failed", Side::Right),
            ("left out", Side::Right),
            ("time", Side::Right),
        ];
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| {
                vec![
                    row.krate.clone(),
                    row.model.to_owned(),
                    row.seeds.clone(),
                    row.run.to_string(),
                    row.passed.to_string(),
                    row.failed.to_string(),
                    row.left_out.len().to_string(),
                    seconds(Duration::from_secs_f64(row.seconds)),
                ]
            })
            .collect();
        layout(&heading, &rows)
    }

    /// Every test that was left out, once, with its reason.
    fn left_out_text(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for left_out in self.rows.iter().flat_map(|row| &row.left_out) {
            let line = format!("  {}: {}", left_out.test, left_out.reason);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        if lines.is_empty() {
            String::new()
        } else {
            format!("\nleft out:\n{}\n", lines.join("\n"))
        }
    }

    /// Leave it in `folder` as `miri.json` and `miri.junit.xml`.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let write = |name: &str, text: String| {
            let file = folder.join(name);
            std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
        };
        write("miri.json", format!("{}\n", serde_json::to_string_pretty(self)?))?;
        write("miri.junit.xml", self.junit().to_string()?)
    }

    fn junit(&self) -> Junit {
        let mut report = Junit::new("miri");
        report.set_time(Duration::from_secs_f64(self.seconds));
        for row in &self.rows {
            let mut suite = TestSuite::new(format!("{} {}", row.krate, row.model));
            suite.set_time(Duration::from_secs_f64(row.seconds));
            let mut add = |class: &str, name: &str, status, time: Option<Duration>| {
                let mut case = TestCase::new(name, status);
                case.set_classname(class);
                if let Some(time) = time {
                    case.set_time(time);
                }
                suite.add_test_case(case);
            };
            for case in row.cases.iter().filter(|it| !it.failed) {
                add(&case.binary, &case.name, TestCaseStatus::success(), case.time);
            }
            for failure in &row.failures {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(failure.command.clone()).set_description(failure.output.clone());
                add(&row.krate, &format!("{} [seed {}]", failure.what, failure.seed), status, None);
            }
            for left_out in &row.left_out {
                let mut status = TestCaseStatus::skipped();
                status.set_message(left_out.reason.clone());
                add(&row.krate, &left_out.test, status, None);
            }
            report.add_test_suite(suite);
        }
        report
    }
}
