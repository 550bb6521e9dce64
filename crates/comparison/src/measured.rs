//! What criterion left in its folder.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// One contestant in one work.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) contestant: String,
    /// The median, in nanoseconds an operation.
    pub(crate) nanoseconds: f64,
}

/// What a contestant is in the comparison of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The piece itself, or one of its modes.
    Ours,
    /// Another crate that does the same.
    Peer,
    /// What nothing can be faster than.
    Floor,
}

impl Measured {
    /// `integer-codec` and `integer-codec, narrow` are ours; `copying` is the floor.
    pub(crate) fn role(&self, piece: &str) -> Role {
        match self.contestant.strip_prefix(piece) {
            Some(rest) if rest.is_empty() || rest.starts_with(',') => Role::Ours,
            _ if self.contestant == "copying" => Role::Floor,
            _ => Role::Peer,
        }
    }
}

/// Contestants by work.
pub(crate) type Works = BTreeMap<String, Vec<Measured>>;

#[derive(Deserialize)]
struct Benchmark {
    group_id: String,
    function_id: Option<String>,
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
struct Throughput {
    #[serde(rename = "Elements")]
    elements: Option<f64>,
}

#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

/// Works by piece, from every `new` folder below `criterion`.
pub(crate) fn read(criterion: &Path) -> Result<BTreeMap<String, Works>> {
    let mut pieces = BTreeMap::<String, Works>::new();
    for group in folders(criterion)? {
        for function in folders(&group)? {
            let new = function.join("new");
            if !new.join("benchmark.json").exists() {
                continue;
            }
            let benchmark: Benchmark = json(&new.join("benchmark.json"))?;
            let estimates: Estimates = json(&new.join("estimates.json"))?;
            let (Some((piece, work)), Some(contestant)) =
                (benchmark.group_id.split_once('/'), benchmark.function_id)
            else {
                continue;
            };
            let operations = benchmark.throughput.and_then(|t| t.elements).unwrap_or(1.0);
            pieces.entry(piece.to_owned()).or_default().entry(work.to_owned()).or_default().push(
                Measured { contestant, nanoseconds: estimates.median.point_estimate / operations },
            );
        }
    }
    for contestants in pieces.values_mut().flat_map(BTreeMap::values_mut) {
        contestants.sort_by(|a, b| a.nanoseconds.total_cmp(&b.nanoseconds));
    }
    Ok(pieces)
}

fn folders(of: &Path) -> Result<Vec<std::path::PathBuf>> {
    let Ok(entries) = std::fs::read_dir(of) else { return Ok(Vec::new()) };
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn json<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not criterion's", file.display()))
}
