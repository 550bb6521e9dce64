//! What is shown while the crates run: one line that changes, or in a log a line for every run.

use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use crate::miri::run::{Done, Job, Subject};
use crate::progress::{Progress, seconds};

/// The state of all runs, and where it is shown.
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
}

impl<'a> Board<'a> {
    pub(crate) fn new(
        progress: &'a Progress,
        subjects: &'a [Subject<'a>],
        jobs: &'a [Job],
    ) -> Self {
        Self { progress, subjects, jobs, state: Mutex::default() }
    }

    /// Change the state and show it. Gives the number of runs that have ended.
    fn with(&self, change: impl FnOnce(&mut State)) -> usize {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        let running: Vec<String> =
            state.running.iter().map(|&index| self.name(self.jobs[index])).collect();
        self.progress.now(&format!(
            "miri {}/{}, {} tests, {} failed: {}",
            state.ended,
            self.jobs.len(),
            state.tests,
            state.failed,
            running.first().map_or("", String::as_str)
        ));
        state.ended
    }

    fn name(&self, job: Job) -> String {
        let krate = &self.subjects[job.unit.krate].package.name;
        format!("{krate} {} seed {} {}", job.unit.model.name(), job.unit.seed, job.part)
    }

    /// A run begins.
    pub(crate) fn begins(&self, index: usize) {
        self.with(|state| state.running.push(index));
    }

    /// A test has ended.
    pub(crate) fn test(&self) {
        self.with(|state| state.tests += 1);
    }

    /// A run has ended; `None` if it could not be started.
    pub(crate) fn ends(&self, index: usize, done: Option<&Done>) {
        let failed = done.map_or(1, |it| it.parsed.failed());
        let ended = self.with(|state| {
            state.running.retain(|&it| it != index);
            state.ended += 1;
            state.failed += failed;
        });
        let name = self.name(self.jobs[index]);
        if failed > 0 {
            self.progress.say(&format!("  FAILED: {name}"));
        }
        if let Some(done) = done
            && !self.progress.is_terminal()
        {
            self.progress.say(&format!(
                "  {ended}/{} {name}: {} passed, {failed} failed, {}",
                self.jobs.len(),
                done.parsed.passed(),
                seconds(done.time)
            ));
        }
    }

    /// Keep the clock going on a terminal until all has ended.
    pub(crate) fn tick(&self) {
        while self.progress.is_terminal() && self.with(|_| {}) < self.jobs.len() {
            sleep(Duration::from_millis(250));
        }
    }
}
