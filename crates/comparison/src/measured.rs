//! What the benchmarks left: criterion in its folder, and those in rounds beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::rounds::{self, Rounds, Turns, median};

/// One contestant in one work.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) contestant: String,
    /// The median, in nanoseconds an operation.
    pub(crate) nanoseconds: f64,
    /// What it is the median of, if it was measured in rounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) turns: Option<Turns>,
    /// Its place among those that all others are compared with, if it is one.
    #[serde(skip)]
    pub(crate) reference: Option<usize>,
}

/// What a contestant is in the comparison of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The piece itself, or one of its modes.
    Ours,
    /// A simpler version of it, from the book.
    Rung,
    /// Another crate that does the same.
    Peer,
    /// What nothing can be faster than.
    Floor,
}

impl Measured {
    /// `integer-codec` and `integer-codec, narrow` are ours, `ladder, leaky` is a rung; `copying` and
    /// `floor, fetch_add` are the floor.
    pub(crate) fn role(&self, piece: &str) -> Role {
        match self.contestant.split(',').next().unwrap_or_default() {
            name if name == piece => Role::Ours,
            "ladder" => Role::Rung,
            "copying" | "floor" => Role::Floor,
            _ => Role::Peer,
        }
    }

    /// How much longer it takes than `other`: less than 1 is faster. In rounds, the median of the
    /// ratios in one round.
    pub(crate) fn ratio(&self, other: &Self) -> f64 {
        match (&self.turns, &other.turns) {
            (Some(ours), Some(theirs)) => {
                let pairs = ours.nanoseconds.iter().zip(&theirs.nanoseconds);
                median(&pairs.map(|(a, b)| a / b).collect::<Vec<_>>())
            }
            _ => self.nanoseconds / other.nanoseconds,
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

/// Works by piece. A piece that was measured in rounds is measured in no other way.
pub(crate) fn read(folder: &Path) -> Result<BTreeMap<String, Works>> {
    let mut pieces = read_criterion(folder)?;
    for file in paths(folder, Path::is_file)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if let Some(piece) = name.strip_suffix(rounds::SUFFIX) {
            pieces.insert(piece.to_owned(), in_rounds(Rounds::read(&file)?));
        }
    }
    for contestants in pieces.values_mut().flat_map(BTreeMap::values_mut) {
        contestants.sort_by(|a, b| a.nanoseconds.total_cmp(&b.nanoseconds));
    }
    Ok(pieces)
}

fn in_rounds(rounds: Rounds) -> Works {
    let measured = |(contestant, turns): (String, Turns)| Measured {
        nanoseconds: median(&turns.nanoseconds),
        turns: Some(turns),
        reference: rounds.references.iter().position(|it| *it == contestant),
        contestant,
    };
    let works = rounds.works.into_iter();
    works.map(|(work, all)| (work, all.into_iter().map(measured).collect())).collect()
}

/// From every `new` folder below `criterion`.
fn read_criterion(criterion: &Path) -> Result<BTreeMap<String, Works>> {
    let mut pieces = BTreeMap::<String, Works>::new();
    for group in paths(criterion, Path::is_dir)? {
        for function in paths(&group, Path::is_dir)? {
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
            let work = pieces.entry(piece.to_owned()).or_default().entry(work.to_owned());
            work.or_default().push(Measured {
                contestant,
                nanoseconds: estimates.median.point_estimate / operations,
                turns: None,
                reference: None,
            });
        }
    }
    Ok(pieces)
}

/// What is directly in a folder, and of the kind.
fn paths(folder: &Path, kind: fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if kind(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn json<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not criterion's", file.display()))
}
