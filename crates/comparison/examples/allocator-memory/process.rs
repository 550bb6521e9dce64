//! What Linux knows of this process.

use anyhow::{Context, Result};

/// The most bytes that were ever resident. Counted by each processor for itself, and so exact to about
/// a quarter of a MiB.
pub(crate) fn peak() -> Result<u64> {
    read("/proc/self/status", "VmHWM:")
}

/// The bytes that are resident, counted page by page.
pub(crate) fn resident() -> Result<u64> {
    read("/proc/self/smaps_rollup", "Rss:")
}

fn read(file: &str, name: &str) -> Result<u64> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
    let line = text.lines().find_map(|it| it.strip_prefix(name));
    let kib = line.and_then(|it| it.split_whitespace().next()).with_context(|| name.to_owned())?;
    Ok(kib.parse::<u64>()? * 1024)
}
