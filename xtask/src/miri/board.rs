//! What is shown while the crates run: one line that changes, and one that stays for each crate
//! and model that is done with.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::miri::run::{Done, Job, Subject};
use crate::progress::{Progress, seconds};

/// What is shown while it works.
pub(crate) struct Board<'a> {
    progress: &'a Progress,
    subjects: &'a [Subject<'a>],
    jobs: &'a [Job],
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: Vec<usize>,
    ended: usize,
    tests: usize,
    failed: usize,
    /// Jobs ended, tests and failures by crate and model, to say when one of them is done.
    rows: HashMap<(usize, &'static str), Tally>,
}

#[derive(Default)]
struct Tally {
    ended: usize,
    passed: usize,
    failed: usize,
    time: Duration,
}

impl<'a> Board<'a> {
    pub(crate) fn new(
        progress: &'a Progress,
        subjects: &'a [Subject<'a>],
        jobs: &'a [Job],
    ) -> Self {
        Self { progress, subjects, jobs, state: Mutex::default() }
    }

    fn with(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        let running = state.running.first().map(|&index| self.name(self.jobs[index]));
        self.progress.now(&format!(
            "miri {}/{}  {} tests, {} failed  {}",
            state.ended,
            self.jobs.len(),
            state.tests,
            state.failed,
            running.unwrap_or_default()
        ));
    }

    fn name(&self, job: Job) -> String {
        let krate = &self.subjects[job.unit.krate].package.name;
        format!("{krate} {} seed {} {}", job.unit.model.name(), job.unit.seed, job.part)
    }

    /// A job begins.
    pub(crate) fn begins(&self, index: usize) {
        self.with(|state| state.running.push(index));
    }

    /// A test has ended.
    pub(crate) fn test(&self) {
        self.with(|state| state.tests += 1);
    }

    /// A job has ended.
    pub(crate) fn ends(&self, index: usize, done: &Done) {
        self.with(|state| {
            state.running.retain(|&it| it != index);
            state.ended += 1;
            state.failed += done.parsed.failed();
            let unit = done.job.unit;
            let krate = &self.subjects[unit.krate].package.name;
            if done.parsed.failed() > 0 {
                self.progress.say(&format!("  FAILED: {}", self.name(done.job)));
            }
            let row = state.rows.entry((unit.krate, unit.model.name())).or_default();
            row.ended += 1;
            row.passed += done.parsed.passed();
            row.failed += done.parsed.failed();
            row.time += done.time;
            let same = |it: &&Job| it.unit.krate == unit.krate && it.unit.model == unit.model;
            if row.ended == self.jobs.iter().filter(same).count() {
                self.progress.say(&format!(
                    "  {krate} {}: {} passed, {} failed, {}",
                    unit.model.name(),
                    row.passed,
                    row.failed,
                    seconds(row.time)
                ));
            }
        });
    }
}
