//! The text of the standard test harness, as `cargo test` and `cargo miri test` print it with both
//! streams in one. Miri's diagnostics stand in the middle of it: undefined behaviour stops the
//! program where a test's result should be, and a leak is only found after the last test.

use crate::parse::{DOCS, Outcome, Parsed, Problem, Program, Test, announced, first_error};

/// Reads line by line.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    parsed: Parsed,
    everything: String,
    /// The crate under test, if there is but one; else the last one that was announced.
    krate: Option<String>,
    last_krate: String,
    /// The program that runs now.
    binary: String,
    /// Passed, failed and ignored since the last `running N tests`.
    block: [usize; 3],
    /// Tests announced by `running N tests` that have no result yet.
    expected: usize,
    /// The test whose result is to come, with what has been printed since it began.
    pending: Option<(String, String)>,
    /// The test whose output is being listed under `failures:`.
    listing: Option<usize>,
    /// Whatever else the program wrote.
    rest: String,
    /// How many things had gone wrong when this program began.
    failed_before: usize,
}

impl Parser {
    /// A parser for the tests of one crate, whose name cargo spells its own way.
    pub(crate) fn of(krate: &str) -> Self {
        Self { krate: Some(krate.to_owned()), ..Self::default() }
    }

    /// Read one line. True if it ended a test.
    pub(crate) fn line(&mut self, line: &str) -> bool {
        self.everything.push_str(line);
        self.everything.push('\n');
        let before = self.parsed.tests.len();
        self.read(line);
        self.parsed.tests.len() > before
    }

    fn read(&mut self, line: &str) {
        if let Some(program) = announced(line) {
            self.end_of_binary(false);
            self.binary = self.name_of(program);
            self.failed_before = self.parsed.failed();
        } else if line.starts_with("error: test failed, to rerun")
            || line.starts_with("error: doctest failed, to rerun")
        {
            self.end_of_binary(true);
        } else if let Some((name, output)) = &mut self.pending {
            // Only with `--nocapture`, or when something stops the test.
            let outcome = match line {
                "ok" => Outcome::Passed,
                "FAILED" => Outcome::Failed(output.clone()),
                _ => {
                    output.push_str(line);
                    output.push('\n');
                    return;
                }
            };
            let name = std::mem::take(name);
            self.pending = None;
            self.end_of_test(name, outcome);
        } else if let Some(count) = running(line) {
            self.expected += count;
            self.block = [0; 3];
            self.listing = None;
        } else if let Some((name, result)) = self.test(line) {
            match outcome(result) {
                Some(Outcome::Ignored(None)) if self.binary.ends_with(DOCS) => {
                    let reason = "marked `ignore` in the documentation".to_owned();
                    self.end_of_test(name, Outcome::Ignored(Some(reason)));
                }
                Some(outcome) => self.end_of_test(name, outcome),
                None => self.pending = Some((name, format!("{result}\n"))),
            }
        } else if let Some(totals) = line.strip_prefix("test result: ") {
            self.check(totals);
            self.listing = None;
        } else if let Some(name) = heading(line) {
            self.listing = self.find_failed(name);
        } else if line == "failures:" || line == "successes:" {
            self.listing = None;
        } else {
            self.keep(line);
        }
    }

    /// `test NAME ... RESULT`, while a result is still expected.
    fn test<'a>(&self, line: &'a str) -> Option<(String, &'a str)> {
        if self.expected == 0 {
            return None;
        }
        let (name, result) = line.strip_prefix("test ")?.split_once(" ... ")?;
        Some((name.trim_end_matches(" - should panic").to_owned(), result))
    }

    fn name_of(&mut self, program: Program) -> String {
        let known = self.krate.clone();
        match program {
            Program::Unit(krate) => {
                self.last_krate = known.unwrap_or(krate);
                self.last_krate.clone()
            }
            Program::Test(name) => {
                format!("{}::{name}", known.unwrap_or_else(|| self.last_krate.clone()))
            }
            Program::Docs(krate) => format!("{}{DOCS}", known.unwrap_or(krate)),
        }
    }

    fn end_of_test(&mut self, name: String, outcome: Outcome) {
        self.expected = self.expected.saturating_sub(1);
        self.block[match outcome {
            Outcome::Passed => 0,
            Outcome::Failed(_) => 1,
            Outcome::Ignored(_) => 2,
        }] += 1;
        let binary = self.binary.clone();
        self.parsed.tests.push(Test { binary, name, outcome, time: None });
    }

    fn keep(&mut self, line: &str) {
        let output = match self.listing.and_then(|index| self.parsed.tests.get_mut(index)) {
            Some(Test { outcome: Outcome::Failed(output), .. }) => output,
            _ => &mut self.rest,
        };
        output.push_str(line);
        output.push('\n');
    }

    /// The failed test of `---- NAME stdout ----`. A doctest's name has an end that is left out here.
    fn find_failed(&self, name: &str) -> Option<usize> {
        let tests = self.parsed.tests.iter().enumerate().rev();
        tests
            .take_while(|(_, it)| it.binary == self.binary)
            .filter(|(_, it)| matches!(it.outcome, Outcome::Failed(_)))
            .find(|(_, it)| {
                it.name
                    .strip_prefix(name)
                    .is_some_and(|end| end.is_empty() || end.starts_with(" - "))
            })
            .map(|(index, _)| index)
    }

    /// Compare `ok. 2 passed; 0 failed; 3 ignored; ..` with what was read.
    fn check(&mut self, totals: &str) {
        let total = |word: &str| {
            let before = totals.split(word).next()?;
            before.rsplit(' ').next()?.parse::<usize>().ok()
        };
        let totals_read = [" passed", " failed", " ignored"].map(total);
        let agree = totals_read == self.block.map(Some) && self.expected == 0;
        if !agree {
            self.parsed.problems.push(Problem {
                title: format!("cannot account for all tests of {}: {totals}", self.binary),
                output: self.everything.clone(),
            });
            self.expected = 0;
        }
    }

    /// The program is over; `badly` if cargo says that it failed.
    fn end_of_binary(&mut self, badly: bool) {
        self.listing = None;
        let rest = std::mem::take(&mut self.rest);
        if let Some((name, output)) = self.pending.take() {
            self.end_of_test(name, Outcome::Failed(output));
        }
        if badly && self.parsed.failed() == self.failed_before {
            let title = first_error(&rest).unwrap_or("it ended badly with no test to blame");
            let title = format!("{}: {title}", self.binary);
            self.parsed.problems.push(Problem { title, output: rest });
        }
        if self.expected > 0 {
            self.parsed.not_run.push((self.binary.clone(), std::mem::take(&mut self.expected)));
        }
    }

    /// The runner has ended, well or not.
    pub(crate) fn finish(mut self, success: bool) -> Parsed {
        self.end_of_binary(false);
        let failed = self.parsed.failed();
        if failed == 0 && (!success || !self.parsed.not_run.is_empty()) {
            let title = first_error(&self.everything).unwrap_or("it ended before its tests did");
            let title = title.to_owned();
            self.parsed.problems.push(Problem { title, output: self.everything });
        }
        self.parsed
    }
}

/// `running 3 tests`.
fn running(line: &str) -> Option<usize> {
    let count = line.strip_prefix("running ")?;
    count.strip_suffix(" tests").or(count.strip_suffix(" test"))?.parse().ok()
}

/// `---- tests::name stdout ----`.
fn heading(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

fn outcome(result: &str) -> Option<Outcome> {
    if result == "ok" {
        Some(Outcome::Passed)
    } else if result == "FAILED" {
        Some(Outcome::Failed(String::new()))
    } else if result == "ignored" {
        Some(Outcome::Ignored(None))
    } else {
        let reason = result.strip_prefix("ignored, ")?;
        Some(Outcome::Ignored(Some(reason.to_owned())))
    }
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

    fn failure<'a>(parsed: &'a Parsed, name: &str) -> &'a str {
        let test = parsed.tests.iter().find(|it| it.name == name).unwrap();
        match &test.outcome {
            Outcome::Failed(output) => output,
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn undefined_behaviour_in_the_middle_of_several_programs() {
        let parsed = parse(include_str!("samples/libtest.txt"), false);
        assert_eq!((parsed.ran(), parsed.passed(), parsed.failed()), (14, 12, 2));
        assert_eq!(parsed.problems, []);
        assert_eq!(parsed.not_run, []);
        let names: Vec<_> =
            parsed.tests.iter().map(|it| format!("{} {}", it.binary, it.name)).collect();
        assert_eq!(names[..3], ["tiny tests::a", "tiny tests::p", "tiny::more fails"]);
        assert_eq!(names[9], "tiny::threads t1");
        assert_eq!(names[12], "tiny (docs) crates/tiny/src/lib.rs - one (line 14)");
        let ub = failure(&parsed, "ub");
        assert!(ub.starts_with("error: Undefined Behavior: memory access failed"), "{ub}");
        assert!(ub.contains("was deallocated here") && ub.contains("aborting due to"), "{ub}");
        let ignored: Vec<_> = parsed
            .tests
            .iter()
            .filter_map(|it| match &it.outcome {
                Outcome::Ignored(reason) => Some((it.name.as_str(), reason.as_deref())),
                _ => None,
            })
            .collect();
        assert_eq!(
            ignored[..3],
            [("ign", Some("too slow for words")), ("ign2", None), ("ign3", Some("no files"))]
        );
    }

    #[test]
    fn a_leak_after_tests_that_passed_is_a_problem() {
        let parsed = parse(include_str!("samples/leak.txt"), false);
        assert_eq!((parsed.ran(), parsed.passed(), parsed.failed()), (2, 2, 1));
        assert!(parsed.problems[0].title.starts_with("docub: error: memory leaked"));
        assert!(parsed.problems[0].output.contains("docub/src/lib.rs:20:39"));
    }

    #[test]
    fn each_failed_doctest_has_its_own_output() {
        let parsed = parse(include_str!("samples/doc.txt"), false);
        assert_eq!((parsed.ran(), parsed.passed(), parsed.failed()), (6, 1, 5));
        let at = |line: &str| failure(&parsed, &format!("crates/docub/src/lib.rs - (line {line})"));
        assert!(at("4").contains("error: Undefined Behavior"));
        assert!(!at("4").contains("memory leaked"));
        assert!(at("11").contains("memory leaked"));
        let unexpected = failure(&parsed, "crates/docub/src/lib.rs - (line 14) - compile fail");
        assert!(unexpected.contains("marked `compile_fail`"));
        assert!(at("17").contains("mismatched types"));
    }

    #[test]
    fn all_well() {
        let text = "     Running unittests src/lib.rs (target/debug/deps/a_b-0123)\n\nrunning 1 test\n\
                    test x - should panic ... ok\n\n\
                    test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let parsed = parse(text, true);
        assert_eq!((parsed.ran(), parsed.passed(), parsed.failed()), (1, 1, 0));
        assert_eq!((parsed.tests[0].binary.as_str(), parsed.tests[0].name.as_str()), ("a_b", "x"));
        let mut parser = Parser::of("a-b");
        for line in text.lines() {
            parser.line(line);
        }
        assert_eq!(parser.finish(true).tests[0].binary, "a-b");
    }

    #[test]
    fn a_program_that_is_killed_never_passes() {
        let text =
            "     Running tests/t.rs (target/t-01)\n\nrunning 4 tests\ntest a ... ok\ntest b ... ";
        let parsed = parse(text, false);
        assert_eq!((parsed.passed(), parsed.failed()), (1, 1));
        assert_eq!(parsed.not_run, [("::t".to_owned(), 2)]);
        // Even if somebody calls that a success.
        assert_eq!(parse(text, true).failed(), 1);
        let text = "     Running tests/t.rs (target/t-01)\n\nrunning 2 tests\ntest a ... ok\n";
        assert_eq!(parse(text, true).failed(), 1);
    }

    #[test]
    fn a_compile_error_is_a_problem_with_its_output() {
        let text = "   Compiling a v0.1.0\nerror[E0425]: cannot find function `one`\n --> src/lib.rs:1\n\
                    error: could not compile `a`\n";
        let parsed = parse(text, false);
        assert_eq!((parsed.ran(), parsed.failed()), (0, 1));
        assert_eq!(parsed.problems[0].title, "error[E0425]: cannot find function `one`");
        assert!(parsed.problems[0].output.contains("src/lib.rs:1"));
    }

    #[test]
    fn a_test_that_prints_like_the_harness_is_not_believed() {
        let text = "     Running tests/t.rs (target/t-01)\n\nrunning 2 tests\ntest a ... ok\n\
                    test result: ok. 9 passed; 0 failed; 0 ignored\n";
        assert_eq!(parse(text, true).failed(), 1);
    }

    #[test]
    fn output_of_tests_run_without_capture_is_not_a_failure() {
        let text = "     Running tests/t.rs (target/t-01)\n\nrunning 2 tests\ntest a ... hello\nok\n\
                    test b ... ok\n\ntest result: ok. 2 passed; 0 failed; 0 ignored\n";
        let parsed = parse(text, true);
        assert_eq!((parsed.ran(), parsed.passed(), parsed.failed()), (2, 2, 0));
    }
}
