//! What fuzzing found, for people and for machines.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::fuzz::project::Target;
use crate::table::{Side, grouped, layout};
use crate::tally::Failure;

/// Everything that is to be said at the end.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) toolchain: String,
    /// Processes at a time.
    pub(crate) jobs: usize,
    pub(crate) rows: Vec<Row>,
    pub(crate) runs: u64,
    pub(crate) findings: usize,
}

/// One target.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    #[serde(rename = "crate")]
    krate: String,
    target: String,
    sanitizer: &'static str,
    pub(crate) runs: u64,
    runs_per_second: f64,
    /// How many edges of the program were reached, by the process that reached most.
    coverage: u64,
    seconds: f64,
    findings: Vec<Found>,
}

/// An input that the target could not bear.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Found {
    pub(crate) what: String,
    pub(crate) input: Option<String>,
    /// What gives it again.
    pub(crate) command: String,
    pub(crate) output: String,
}

impl Row {
    /// A target that has run for so long.
    pub(crate) fn new(target: Target<'_>, time: Duration) -> Self {
        Self {
            krate: target.project.krate.clone(),
            target: target.name.to_owned(),
            sanitizer: target.sanitizer(),
            runs: 0,
            runs_per_second: 0.0,
            coverage: 0,
            seconds: time.as_secs_f64(),
            findings: Vec::new(),
        }
    }

    /// Add the runs, the coverage and the finding of one process.
    pub(crate) fn add(&mut self, (runs, coverage, found): (u64, u64, Option<Found>)) {
        self.runs += runs;
        self.runs_per_second = self.runs as f64 / self.seconds.max(0.001);
        self.coverage = self.coverage.max(coverage);
        if let Some(found) = found
            && !self.findings.iter().any(|it| it.what == found.what)
        {
            self.findings.push(found);
        }
    }

    /// One line, for a log.
    pub(crate) fn line(&self) -> String {
        let (runs, rate) = (grouped(self.runs), grouped(self.runs_per_second as u64));
        let Self { krate, target, findings, .. } = self;
        format!("{krate} {target}: {runs} runs, {rate}/s, {} findings", findings.len())
    }
}

impl Report {
    /// Put the rows together.
    pub(crate) fn new(toolchain: String, jobs: usize, rows: Vec<Row>) -> Self {
        let runs = rows.iter().map(|it| it.runs).sum();
        let findings = rows.iter().map(|it| it.findings.len()).sum();
        Self { toolchain, jobs, rows, runs, findings }
    }

    /// Leave it as `fuzz.json`.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let file = folder.join("fuzz.json");
        let json = serde_json::to_string_pretty(self)?;
        std::fs::write(&file, json).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Each finding with all that was said, then a row for each target.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            for it in &row.findings {
                let mut what = format!("{} {}: {}", row.krate, row.target, it.what);
                if let Some(input) = &it.input {
                    what += &format!("\nthe input: {input}");
                }
                let (command, output) = (it.command.clone(), it.output.clone());
                text += &Failure { what, command, output }.text();
                text.push('\n');
            }
        }
        let heading = [
            ("crate", Side::Left),
            ("target", Side::Left),
            ("sanitizer", Side::Left),
            ("runs", Side::Right),
            ("runs/s", Side::Right),
            ("coverage", Side::Right),
            ("findings", Side::Right),
        ];
        let cells = |it: &Row| {
            vec![
                it.krate.clone(),
                it.target.clone(),
                it.sanitizer.to_owned(),
                grouped(it.runs),
                grouped(it.runs_per_second as u64),
                grouped(it.coverage),
                it.findings.len().to_string(),
            ]
        };
        text += &layout(&heading, &self.rows.iter().map(cells).collect::<Vec<_>>());
        text + &format!("\n{} runs, {} findings\n", grouped(self.runs), self.findings)
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Report, Row};

    fn row(findings: &[&str]) -> Row {
        let mut row = Row {
            krate: "integer-codec".into(),
            target: "wide".into(),
            sanitizer: "none",
            runs: 0,
            runs_per_second: 0.0,
            coverage: 0,
            seconds: 2.0,
            findings: Vec::new(),
        };
        row.add((1_000_000, 900, None));
        for what in findings {
            let found = Found {
                what: (*what).into(),
                input: Some("target/fuzz/findings/crash-01".into()),
                command: "cargo xtask fuzz integer-codec wide --replay ..".into(),
                output: "thread panicked".into(),
            };
            row.add((500_000, 1100, Some(found)));
        }
        row
    }

    #[test]
    fn the_processes_of_a_target_are_one_row() {
        let row = row(&["panicked at a", "panicked at a", "panicked at b"]);
        assert_eq!(row.line(), "integer-codec wide: 2,500,000 runs, 1,250,000/s, 2 findings");
        let report = Report::new("nightly".into(), 4, vec![row]);
        assert_eq!((report.runs, report.findings), (2_500_000, 2));
        let text = report.text();
        assert_eq!(text.lines().last(), Some("2,500,000 runs, 2 findings"));
        for part in [
            "== integer-codec wide: panicked at b\nthe input: target/fuzz/findings/crash-01",
            "to see it again:\n  cargo xtask fuzz integer-codec wide --replay",
            "integer-codec  wide    none       2,500,000  1,250,000     1,100         2",
        ] {
            assert!(text.contains(part), "no `{part}` in\n{text}");
        }
    }
}
