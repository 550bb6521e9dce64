//! `cargo xtask exercise`: which of the book's exercises are done.
//!
//! A chapter's exercises are a package in `book/exercises`. Each is a module that a reader fills in,
//! and a test program of that name. With the feature `solutions` the module is another file.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::parse::{Outcome, Parsed, Test, libtest};
use crate::proc::Cmd;
use crate::progress::Progress;
use crate::suggest::did_you_mean;
use crate::table::{Side, layout};
use crate::tally::{Failure, Tally};
use crate::workspace::{Package, Workspace};

/// The options of `cargo xtask exercise`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The chapter; all that have exercises if none is named
    chapter: Option<String>,
    /// Run the tests against the solutions instead of what you wrote
    #[arg(long)]
    solutions: bool,
}

/// The exercises of one chapter.
#[derive(Debug)]
struct Chapter {
    name: String,
    package: String,
    folder: PathBuf,
    /// In the order of their titles, which are numbered.
    exercises: Vec<Exercise>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Exercise {
    title: String,
    /// The name of the module and of the test program.
    name: String,
}

/// How far one exercise is.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Done,
    /// Every test stops at a `todo!`.
    NotBegun,
    /// So many tests pass, of so many; the first that fails, and what it says.
    Begun {
        passed: usize,
        tests: usize,
        first: String,
        output: String,
    },
}

/// Run the command. True if all is done.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let workspace = Workspace::enter()?;
    let progress = Progress::new();
    let mut all_done = true;
    for chapter in Chapter::find(&workspace, options.chapter.as_deref())? {
        let (cmd, parsed) = chapter.run(options.solutions, &progress)?;
        progress.clear();
        if let Some(problem) = parsed.problems.first() {
            println!("{}: {}\n\n{}\n", chapter.name, problem.title, problem.output.trim_end());
            all_done = false;
            continue;
        }
        let source = if options.solutions { "solutions" } else { "src" };
        let mut rows = Vec::new();
        for exercise in &chapter.exercises {
            let file = chapter.folder.join(source).join(format!("{}.rs", exercise.name));
            let state = State::of(exercise, &parsed);
            all_done &= state == State::Done;
            if let State::Begun { first, output, .. } = &state {
                println!("== {}: {first}\n\n{}\n", exercise.title, output.trim_end());
            }
            rows.push(vec![exercise.title.clone(), state.text(), workspace.short(&file)]);
        }
        let heading =
            [(&chapter.name[..], Side::Left), ("", Side::Left), ("what to fill in", Side::Left)];
        println!("{}\nthe tests: {}", layout(&heading, &rows), cmd.show());
    }
    Ok(all_done)
}

impl Chapter {
    /// The chapters that have exercises, or the one that is named.
    fn find(workspace: &Workspace, name: Option<&str>) -> Result<Vec<Self>> {
        let chapters =
            workspace.exercises().into_iter().map(Self::new).collect::<Result<Vec<_>>>()?;
        let known: Vec<&str> = chapters.iter().map(|it| it.name.as_str()).collect();
        if let Some(name) = name
            && !known.contains(&name)
        {
            bail!("no chapter with exercises is called `{name}`{}", did_you_mean(name, &known));
        }
        Ok(chapters.into_iter().filter(|it| name.is_none_or(|name| name == it.name)).collect())
    }

    fn new(package: &Package) -> Result<Self> {
        let folder = package.folder();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut exercises = Vec::new();
        for test in package.test_targets() {
            let file = folder.join("tests").join(format!("{test}.rs"));
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            let title = text.lines().next().and_then(|it| it.strip_prefix("//! "));
            let title = title.with_context(|| {
                format!("{} does not begin with a title, `//! Exercise 1: ..`", file.display())
            })?;
            let title = title.trim_end_matches('.').to_owned();
            exercises.push(Exercise { title, name: test.to_owned() });
        }
        if exercises.is_empty() {
            bail!("{} has no tests, so nothing says what is done", folder.display());
        }
        exercises.sort();
        Ok(Self { name, package: package.name.clone(), folder, exercises })
    }

    /// A cargo command about the chapter's library and tests. They are named one by one, since
    /// `test = false` keeps them out of everything else.
    fn command(&self, what: &str, solutions: bool) -> Cmd {
        let mut cmd = Cmd::cargo().args([what, "-p", &self.package]);
        if solutions {
            cmd = cmd.args(["--features", "solutions"]);
        }
        for it in &self.exercises {
            cmd = cmd.args(["--test", &it.name]);
        }
        cmd
    }

    fn run(&self, solutions: bool, progress: &Progress) -> Result<(Cmd, Parsed)> {
        let cmd = self.command("test", solutions).arg("--no-fail-fast");
        let mut parser = libtest::Parser::of(&self.package);
        progress.now(&format!("exercises: {}", self.name));
        let finished = cmd.follow(None, |line| {
            parser.line(line);
        })?;
        Ok((cmd, parser.finish(finished.success)))
    }
}

impl State {
    fn of(exercise: &Exercise, parsed: &Parsed) -> Self {
        let here = |it: &&Test| it.binary.rsplit("::").next() == Some(&exercise.name);
        let tests: Vec<&Test> = parsed.tests.iter().filter(here).collect();
        let failed = tests.iter().filter_map(|it| match &it.outcome {
            Outcome::Failed(output) => Some((it.name.clone(), output.clone())),
            _ => None,
        });
        let failed: Vec<(String, String)> = failed.collect();
        let untouched = |(_, output): &(String, String)| output.contains("not yet implemented");
        match failed.first() {
            None if !tests.is_empty() => Self::Done,
            Some(_) if failed.len() == tests.len() && failed.iter().all(untouched) => {
                Self::NotBegun
            }
            first => {
                let (first, output) = first.cloned().unwrap_or_default();
                Self::Begun {
                    passed: tests.len() - failed.len(),
                    tests: tests.len(),
                    first,
                    output,
                }
            }
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Done => "done".to_owned(),
            Self::NotBegun => "not begun".to_owned(),
            Self::Begun { passed, tests, .. } => format!("{passed} of {tests} tests pass"),
        }
    }
}

/// Check every exercise: it compiles as clippy likes it, each of its tests fails as long as it is
/// not begun, and passes for the solution.
pub(crate) fn check(workspace: &Workspace, progress: &Progress) -> Result<Tally> {
    let mut tally = Tally::default();
    for chapter in Chapter::find(workspace, None)? {
        for solutions in [false, true] {
            let clippy =
                chapter.command("clippy", solutions).args(["--quiet", "--no-deps", "--lib"]);
            let clippy = clippy.args(["--", "-D", "warnings"]);
            tally.add(Tally::of_command(&clippy, "clippy complains of the exercises")?);
        }
        let (cmd, parsed) = chapter.run(false, progress)?;
        for exercise in &chapter.exercises {
            match State::of(exercise, &parsed) {
                State::NotBegun => tally.passed += 1,
                state => tally.failures.push(Failure {
                    what: format!(
                        "{}: {}: a test that does not stop at its `todo!` ({})",
                        chapter.name,
                        exercise.title,
                        state.text()
                    ),
                    command: cmd.show(),
                    output: parsed.problems.iter().map(|it| it.output.as_str()).collect(),
                }),
            }
        }
        let cmd = chapter.command("test", true).arg("--no-fail-fast");
        tally.add(Tally::of_tests(&cmd, |_| {})?);
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::{Exercise, State};
    use crate::parse::{Outcome, Parsed, Test};

    fn state(outcomes: &[Option<&str>]) -> State {
        let test = |(index, outcome): (usize, &Option<&str>)| Test {
            binary: "integer-codec-exercises::four_lengths".into(),
            name: format!("test_{index}"),
            outcome: outcome.map_or(Outcome::Passed, |it| Outcome::Failed(it.into())),
            time: None,
        };
        let mut tests: Vec<Test> = outcomes.iter().enumerate().map(test).collect();
        // Those of another exercise do not count.
        tests.push(Test { binary: "integer-codec-exercises::other".into(), ..test((9, &None)) });
        tests.push(Test { binary: "a::other".into(), ..test((9, &Some("not yet implemented"))) });
        let exercise = Exercise { title: String::new(), name: "four_lengths".into() };
        State::of(&exercise, &Parsed { tests, ..Parsed::default() })
    }

    #[test]
    fn an_exercise_is_done_when_all_its_tests_pass() {
        assert_eq!(state(&[None, None]), State::Done);
        assert_eq!(state(&[Some("not yet implemented: encode")]), State::NotBegun);
        let begun = state(&[None, Some("left: 1"), Some("not yet implemented")]);
        assert_eq!(begun.text(), "1 of 3 tests pass");
        let State::Begun { first, output, .. } = begun else { panic!("{begun:?}") };
        assert_eq!((&first[..], &output[..]), ("test_1", "left: 1"));
    }

    #[test]
    fn without_a_test_nothing_is_done() {
        assert_eq!(state(&[]).text(), "0 of 0 tests pass");
    }

    #[test]
    fn a_stub_that_fails_for_another_reason_is_not_a_stub() {
        let state = state(&[Some("not yet implemented"), Some("index out of bounds")]);
        assert_eq!(state.text(), "0 of 2 tests pass");
    }
}
