//! A second way to measure, and the file it leaves: in rounds, for works whose cost changes while
//! they are measured.
//!
//! Threads that write to the same memory pass its cache lines between their processors, and what
//! that costs may change several times over from one minute to the next, as in a virtual machine
//! whose processors move. Contestants that are measured one after the other are then not comparable.
//! In rounds each of them has a short turn in every round, so the ratio of two of them within one
//! round says something, and the median of these ratios is what counts.
//!
//! The programs that measure so have this module too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// What the name of such a file ends with; what stands before it is the piece.
pub(crate) const SUFFIX: &str = ".rounds.json";

/// Everything that was measured of one piece.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Rounds {
    /// The contestants that the table compares all others with.
    pub(crate) references: Vec<String>,
    /// By work and contestant.
    pub(crate) works: BTreeMap<String, BTreeMap<String, Turns>>,
}

/// The turns of one contestant in one work: a turn in each round, the first in the first.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Turns {
    /// How long an operation took.
    pub(crate) nanoseconds: Vec<f64>,
    /// The part of their time in which the threads were ready to run and had no processor. Empty if
    /// the system does not tell, or if there are more threads than processors.
    pub(crate) waited: Vec<f64>,
}

impl Turns {
    /// `waited 40 %`, if they waited for long: something else was running, so that they hardly met;
    /// or they slept, and were woken, at a lock.
    pub(crate) fn note(&self) -> Option<String> {
        let waited = median(&self.waited);
        (waited > 0.1).then(|| format!("waited {:.0} %", waited * 100.0))
    }
}

/// The middle one, or half of the sum of both that stand there; 0 if there is none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    match (values.get(values.len().saturating_sub(1) / 2), values.get(values.len() / 2)) {
        (Some(low), Some(high)) => f64::midpoint(*low, *high),
        _ => 0.0,
    }
}

impl Rounds {
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text)
            .with_context(|| format!("{} is not of measured rounds", file.display()))
    }
}

/// Where all measurements are: the folder of criterion, as criterion itself finds it.
pub(crate) fn folder() -> PathBuf {
    if let Some(home) = std::env::var_os("CRITERION_HOME") {
        return home.into();
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    target.unwrap_or_else(|| manifest.join("../../target")).join("criterion")
}
