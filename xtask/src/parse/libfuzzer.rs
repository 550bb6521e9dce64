//! What libFuzzer prints: how many inputs it ran, and what it found.
//!
//! It writes to one stream, mixed with the panic message of the target. At the end stands
//! `Done N runs in S second(s)`, or, where something was found, the file that the input is in.

use std::path::PathBuf;

/// How much of the output is kept to be shown.
const KEPT: usize = 200;

/// An input that the target could not bear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// One line: the panic, or what the sanitizer says.
    pub(crate) what: String,
    /// The file with the input, if libFuzzer came to write one.
    pub(crate) input: Option<PathBuf>,
    /// All that was said about it.
    pub(crate) output: String,
}

/// All that one run of a target said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fuzzed {
    pub(crate) runs: u64,
    /// How many edges of the program the inputs reached.
    pub(crate) coverage: u64,
    pub(crate) finding: Option<Finding>,
}

/// Reads line by line.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    runs: u64,
    coverage: u64,
    /// Whether the line that ends a good run was there.
    done: bool,
    panicked: Option<String>,
    /// The panic's message is on the next line.
    message_follows: bool,
    summary: Option<String>,
    input: Option<PathBuf>,
    lines: Vec<String>,
}

impl Parser {
    /// Read one line. If it tells progress: how many inputs ran so far.
    pub(crate) fn line(&mut self, line: &str) -> Option<u64> {
        if let Some((runs, coverage)) = progress(line) {
            self.runs = self.runs.max(runs);
            self.coverage = self.coverage.max(coverage.unwrap_or(0));
            return Some(self.runs);
        }
        let noise = ["INFO: ", "\tNEW_FUNC", "WARNING: Failed to find function"];
        if self.lines.len() < KEPT && !noise.iter().any(|it| line.starts_with(it)) {
            self.lines.push(line.to_owned());
        }
        if let Some(panicked) = self.panicked.as_mut().filter(|_| self.message_follows) {
            panicked.push_str(&format!(" {}", line.trim()));
            self.message_follows = false;
        } else if let Some((_, place)) =
            cut(line, "panicked at").filter(|_| line.contains("thread '"))
        {
            self.panicked.get_or_insert_with(|| format!("panicked at {place}"));
            self.message_follows = place.ends_with(':');
        } else if let Some(runs) = line.strip_prefix("Done ").and_then(|it| number(it, " runs in "))
        {
            self.runs = self.runs.max(runs);
            self.done = true;
        } else if let Some(runs) = line.strip_prefix("stat::number_of_executed_units:") {
            self.runs = self.runs.max(runs.trim().parse().unwrap_or(0));
        } else if let Some(summary) = line.strip_prefix("SUMMARY: ") {
            self.summary.get_or_insert_with(|| summary.to_owned());
        } else if let Some((_, file)) = cut(line, "Test unit written to") {
            let file = PathBuf::from(file);
            // A slow input is written down as well, and then the run goes on.
            let name = file.file_name().map(|it| it.to_string_lossy().into_owned());
            if !name.unwrap_or_default().starts_with("slow-unit-") {
                self.input = Some(file);
            }
        }
        None
    }

    /// The program has ended: whether well, and how in words. Whatever did not end with its line
    /// is a finding.
    pub(crate) fn finish(self, success: bool, how: &str) -> Fuzzed {
        let finding = (!success || !self.done || self.input.is_some()).then(|| {
            let silent = || match success {
                true => "it ended without saying how many inputs it ran".to_owned(),
                false => format!("it ended without a report ({how})"),
            };
            Finding {
                what: self.panicked.or(self.summary).unwrap_or_else(silent),
                input: self.input,
                output: self.lines.join("\n"),
            }
        });
        Fuzzed { runs: self.runs, coverage: self.coverage, finding }
    }
}

/// `#524288  pulse  cov: 1144 ft: 1270 ..`: how many inputs ran, and the edges that they reached.
fn progress(line: &str) -> Option<(u64, Option<u64>)> {
    let (runs, rest) = line.strip_prefix('#')?.split_once(char::is_whitespace)?;
    let coverage = cut(rest, "cov:").and_then(|(_, it)| it.split_whitespace().next()?.parse().ok());
    Some((runs.parse().ok()?, coverage))
}

/// What stands before and after `mark`.
fn cut<'a>(line: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    line.split_once(mark).map(|(before, after)| (before.trim(), after.trim()))
}

/// The number that stands before `mark`.
fn number(text: &str, mark: &str) -> Option<u64> {
    cut(text, mark)?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Fuzzed, Parser};

    fn parse(output: &str, success: bool) -> Fuzzed {
        let mut parser = Parser::default();
        for line in output.lines() {
            parser.line(line);
        }
        parser.finish(success, "exit status: 77")
    }

    const GOOD: &str = "\
INFO: Running with entropic power schedule (0xFF, 100).
INFO: Loaded 1 modules   (2257 inline 8-bit counters): 2257 [0x55cc28cf1c08, 0x55cc28cf24d9),
#2\tINITED cov: 135 ft: 136 corp: 1/1b exec/s: 0 rss: 27Mb
#26\tNEW    cov: 249 ft: 250 corp: 2/3b lim: 4 exec/s: 0 rss: 27Mb L: 2/2 MS: 1 InsertByte-
#524288\tpulse  cov: 1144 ft: 1270 corp: 28/219b lim: 64 exec/s: 174762 rss: 28Mb
#833898\tDONE   cov: 1144 ft: 1270 corp: 28/219b lim: 64 exec/s: 138983 rss: 28Mb
###### Recommended dictionary. ######
\"\\377\\377\" # Uses: 16199
###### End of recommended dictionary. ######
Done 833898 runs in 6 second(s)
stat::number_of_executed_units: 833898
stat::average_exec_per_sec:     138983
";

    const PANIC: &str = "\
#2\tINITED cov: 8 ft: 9 corp: 1/1b exec/s: 0 rss: 27Mb

thread '<unnamed>' (10318) panicked at targets/wide.rs:2:76:
it begins with ab
and more
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
==10318== ERROR: libFuzzer: deadly signal
SUMMARY: libFuzzer: deadly signal
MS: 4 ChangeByte-ChangeByte-CopyPart-ChangeByte-; base unit: adc83b19e793491b1c6ea0fd8b46
0x61,0x62,
ab
artifact_prefix='findings/'; Test unit written to findings/crash-da23614e02469a0d7c7bd1bdab
Base64: YWI=
stat::number_of_executed_units: 1775417
stat::average_exec_per_sec:     1775417
";

    const OVERFLOW: &str = "\
==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x5020000028b1 at pc 0x55d5
SUMMARY: AddressSanitizer: heap-buffer-overflow src/block/simd.rs:40:9 in decode
artifact_prefix='findings/'; Test unit written to findings/crash-01
stat::number_of_executed_units: 12
";

    #[test]
    fn a_good_run() {
        let fuzzed = parse(GOOD, true);
        assert_eq!(fuzzed, Fuzzed { runs: 833_898, coverage: 1144, finding: None });
    }

    #[test]
    fn progress_is_told_as_it_comes() {
        let mut parser = Parser::default();
        let told: Vec<u64> = GOOD.lines().filter_map(|line| parser.line(line)).collect();
        assert_eq!(told, [2, 26, 524_288, 833_898]);
    }

    #[test]
    fn a_panic_is_named_by_its_message() {
        let fuzzed = parse(PANIC, false);
        assert_eq!(fuzzed.runs, 1_775_417);
        let finding = fuzzed.finding.unwrap();
        assert_eq!(finding.what, "panicked at targets/wide.rs:2:76: it begins with ab");
        assert_eq!(
            finding.input.as_deref(),
            Some(Path::new("findings/crash-da23614e02469a0d7c7bd1bdab"))
        );
        assert!(finding.output.contains("and more\n") && !finding.output.contains("INITED"));
    }

    #[test]
    fn what_a_sanitizer_says() {
        let fuzzed = parse(OVERFLOW, false);
        assert_eq!(fuzzed.runs, 12);
        let what = "AddressSanitizer: heap-buffer-overflow src/block/simd.rs:40:9 in decode";
        assert_eq!(fuzzed.finding.unwrap().what, what);
    }

    #[test]
    fn an_end_without_a_report_is_never_a_pass() {
        let cut = parse("#2\tINITED cov: 8 ft: 9\n", true);
        assert!(cut.finding.unwrap().what.contains("without saying how many"));
        let killed = parse("", false).finding.unwrap();
        assert_eq!(killed.what, "it ended without a report (exit status: 77)");
        assert_eq!(killed.input, None);
        // A good last line does not help where the exit code says otherwise.
        assert!(parse(GOOD, false).finding.is_some());
    }

    #[test]
    fn a_slow_input_is_no_finding() {
        let slow = "Slowest unit: 11 s:\n\
                    artifact_prefix='f/'; Test unit written to f/slow-unit-01\n";
        assert_eq!(parse(&format!("{slow}{GOOD}"), true).finding, None);
    }
}
