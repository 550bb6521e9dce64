//! How many runs passed and failed, taken from `ui_test`'s own report.

use std::ops::AddAssign;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use ui_test::status_emitter::{SilentStatus, StatusEmitter, Summary, TestStatus};

/// Runs of a listing, one for each model.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// A status emitter that prints nothing and keeps the totals.
#[derive(Clone, Default)]
pub(crate) struct Counter(Arc<(AtomicUsize, AtomicUsize)>);

impl Counter {
    pub(crate) fn counts(&self) -> Counts {
        Counts { passed: self.0.0.load(Relaxed), failed: self.0.1.load(Relaxed) }
    }
}

impl StatusEmitter for Counter {
    fn register_test(&self, path: PathBuf) -> Box<dyn TestStatus> {
        Box::new(SilentStatus { revision: String::new(), path })
    }

    fn finalize(
        &self,
        failed: usize,
        passed: usize,
        _: usize,
        _: usize,
        _: bool,
    ) -> Box<dyn Summary> {
        self.0.0.store(passed, Relaxed);
        self.0.1.store(failed, Relaxed);
        Box::new(())
    }
}
