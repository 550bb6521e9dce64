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
    /// By work and contestant, nanoseconds an operation in each round. The lists of one work are of
    /// one length: at the same place stands the same round.
    pub(crate) works: BTreeMap<String, BTreeMap<String, Vec<f64>>>,
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
