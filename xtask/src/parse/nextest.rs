//! The text of `cargo nextest run --status-level all --failure-output immediate`.

use std::time::Duration;

use crate::parse::{Outcome, Parsed, Problem, Test, first_error};

/// Reads line by line.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    parsed: Parsed,
    everything: String,
    /// The last status line was a failure, and this is what stands below it.
    listing: bool,
    /// `N tests run` and `N passed` of the last line.
    summary: Option<(usize, usize)>,
}

impl Parser {
    /// Read one line. True if it ended a test.
    pub(crate) fn line(&mut self, line: &str) -> bool {
        self.everything.push_str(line);
        self.everything.push('\n');
        if let Some(status) = Status::read(line) {
            self.listing = false;
            let outcome = match status.word {
                "PASS" | "LEAK" => Outcome::Passed,
                // Ignored, or not asked for; `discovery` tells which.
                "SKIP" => Outcome::Ignored(None),
                "SLOW" | "TERMINATING" | "START" => return false,
                _ => {
                    self.listing = true;
                    Outcome::Failed(format!("{}\n", line.trim()))
                }
            };
            let ran = !matches!(outcome, Outcome::Ignored(_));
            self.parsed.tests.push(Test {
                binary: status.binary.to_owned(),
                name: status.name.to_owned(),
                outcome,
                time: ran.then_some(status.time),
            });
            return ran;
        }
        if line.starts_with("────") {
            self.listing = false;
        } else if let Some(summary) = line.trim_start().strip_prefix("Summary [") {
            self.listing = false;
            self.summary = read_summary(summary);
        } else if self.listing
            && let Some(Test { outcome: Outcome::Failed(output), .. }) =
                self.parsed.tests.last_mut()
        {
            output.push_str(line.strip_prefix("    ").unwrap_or(line));
            output.push('\n');
        }
        false
    }

    /// The runner has ended, well or not.
    pub(crate) fn finish(mut self, success: bool) -> Parsed {
        let (ran, passed) = (self.parsed.ran(), self.parsed.passed());
        let title = match self.summary {
            Some(summary) if summary != (ran, passed) => {
                Some(format!("cannot account for all tests: {ran} run, {passed} passed"))
            }
            Some(_) if !success && self.parsed.failed() == 0 && ran > 0 => {
                Some("nextest failed with no test to blame".to_owned())
            }
            Some(_) => None,
            None if success && self.everything.contains("no tests to run") => None,
            None => {
                let error = first_error(&self.everything);
                Some(error.unwrap_or("nextest ended before its tests did").to_owned())
            }
        };
        if let Some(title) = title {
            self.parsed.problems.push(Problem { title, output: self.everything });
        }
        self.parsed
    }
}

/// A line like `        FAIL [   0.629s] (5/9) tiny::more leak`.
struct Status<'a> {
    word: &'a str,
    time: Duration,
    binary: &'a str,
    name: &'a str,
}

impl<'a> Status<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (word, rest) = line.split_once(" [")?;
        // Words are aligned to the twelfth column, which sets them apart from what tests print.
        if word.chars().count() != 12 {
            return None;
        }
        let word = word.trim_start();
        if word.is_empty() || !word.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        let (time, rest) = rest.split_once("] ")?;
        let time = time.trim().trim_start_matches('>').trim_end_matches('s');
        let rest = rest.strip_prefix('(')?.split_once(") ")?.1;
        let (binary, name) = rest.split_once(' ')?;
        let time = Duration::from_secs_f64(time.parse().unwrap_or_default());
        Some(Self { word, time, binary, name })
    }
}

/// `   3.120s] 9 tests run: 6 passed, 3 failed, 3 skipped`.
fn read_summary(text: &str) -> Option<(usize, usize)> {
    let (ran, rest) = text.split_once("] ")?.1.split_once(" test")?;
    // `5/9 tests run` when it was cancelled.
    let ran = ran.split('/').next()?.parse().ok()?;
    let passed = rest.split_once(": ")?.1.split_once(" passed").map_or("0", |(passed, _)| passed);
    Some((ran, passed.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, success: bool) -> Parsed {
        let mut parser = Parser::default();
        for line in text.lines() {
            parser.line(line);
        }
        parser.finish(success)
    }

    #[test]
    fn every_kind_of_end() {
        let parsed = parse(include_str!("samples/nextest.txt"), false);
        assert_eq!((parsed.ran(), parsed.passed(), parsed.failed()), (9, 6, 3));
        assert_eq!(parsed.problems, []);
        let failed = |name: &str| {
            let test = parsed.tests.iter().find(|it| it.name == name).unwrap();
            assert_eq!(test.binary, "tiny::more");
            match &test.outcome {
                Outcome::Failed(output) => output.clone(),
                other => panic!("{name}: {other:?}"),
            }
        };
        assert!(failed("ub").contains("\nerror: Undefined Behavior: memory access failed"));
        assert!(failed("ub").contains("aborting due to 1 previous error"));
        assert!(failed("leak").contains("error: memory leaked"));
        assert!(!failed("leak").contains("Undefined Behavior"));
        assert!(failed("fails").contains("assertion `left == right` failed"));
        let skipped = parsed.tests.iter().filter(|it| it.outcome == Outcome::Ignored(None));
        assert_eq!(skipped.map(|it| it.name.as_str()).collect::<Vec<_>>(), ["ign", "ign2", "ign3"]);
        let first = &parsed.tests[0];
        assert_eq!((first.binary.as_str(), first.name.as_str()), ("tiny", "tests::p"));
        assert_eq!(first.time, Some(Duration::from_millis(627)));
    }

    #[test]
    fn a_run_without_an_end_is_a_problem() {
        let text = include_str!("samples/nextest.txt");
        let cut = &text[..text.find("     Summary").unwrap()];
        let parsed = parse(cut, true);
        assert_eq!(parsed.problems.len(), 1);
        assert!(parsed.problems[0].output.contains("3/9"));
    }

    #[test]
    fn a_total_that_disagrees_is_a_problem() {
        let text =
            include_str!("samples/nextest.txt").replace("9 tests run: 6", "19 tests run: 16");
        let parsed = parse(&text, false);
        assert!(parsed.problems[0].title.contains("9 run, 6 passed"), "{:?}", parsed.problems);
    }

    #[test]
    fn a_list_that_fails_is_a_problem_with_its_output() {
        let text =
            "error: creating test list failed\n\n  error[E0425]: cannot find function `one`\n";
        let parsed = parse(text, false);
        assert_eq!(parsed.problems[0].title, "error[E0425]: cannot find function `one`");
        assert!(parsed.problems[0].output.contains("creating test list failed"));
    }

    #[test]
    fn a_signal_and_a_timeout_are_failures() {
        let text = "     SIGABRT [   0.100s] (1/2) a::b one\n     TIMEOUT [   9.000s] (2/2) a::b two\n\
                    \x20    Summary [   9.1s] 2 tests run: 0 passed, 1 failed, 1 timed out, 0 skipped\n";
        let parsed = parse(text, false);
        assert_eq!((parsed.ran(), parsed.failed(), parsed.problems.len()), (2, 2, 0));
    }

    #[test]
    fn summaries() {
        assert_eq!(read_summary("   3.1s] 9 tests run: 6 passed, 3 failed"), Some((9, 6)));
        assert_eq!(read_summary("   3.1s] 1 test run: 1 passed, 0 skipped"), Some((1, 1)));
        assert_eq!(read_summary("   3.1s] 5/9 tests run: 4 passed, 1 failed"), Some((5, 4)));
        assert_eq!(
            read_summary("   3.1s] 2 tests run: 2 passed (1 leaky), 0 skipped"),
            Some((2, 2))
        );
        assert_eq!(read_summary("gibberish"), None);
    }
}
