//! What Linux knows of this process. Nothing here allocates: with glibc, a small block that is
//! allocated in between may keep all that lies below it.

use std::fs::File;
use std::io::Read;

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
    let mut buffer = [0; 4096];
    let length = File::open(file)?.read(&mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?;
    let line = text.lines().find_map(|it| it.strip_prefix(name));
    let kib = line.and_then(|it| it.split_whitespace().next()).with_context(|| name.to_owned())?;
    Ok(kib.parse::<u64>()? * 1024)
}
