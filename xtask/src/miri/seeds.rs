//! Ranges of seeds: `0..16` is sixteen of them.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};

/// A range of seeds that is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seeds {
    start: u32,
    end: u32,
}

impl Seeds {
    /// The seed with which everything runs.
    pub(crate) fn first(self) -> u32 {
        self.start
    }

    /// Every one, in order.
    pub(crate) fn all(self) -> std::ops::Range<u32> {
        self.start..self.end
    }
}

impl Default for Seeds {
    fn default() -> Self {
        Self { start: 0, end: 1 }
    }
}

impl fmt::Display for Seeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

impl FromStr for Seeds {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some((start, end)) = text.split_once("..") else {
            bail!("a range of seeds looks like `0..16`, and one seed like `5..6`");
        };
        let (Ok(start), Ok(end)) = (start.parse::<u32>(), end.parse::<u32>()) else {
            bail!("a range of seeds is two numbers, like `0..16`; the last one is left out");
        };
        if start >= end {
            bail!(
                "no seed is in that range; the smaller number comes first, like `{end}..{}`",
                start.max(end + 1)
            );
        }
        Ok(Self { start, end })
    }
}

/// Name a set of seeds as ranges: `0..16`, `0..1,4..6`.
pub(crate) fn name(seeds: &[u32]) -> String {
    let mut ranges: Vec<Seeds> = Vec::new();
    for &seed in seeds {
        match ranges.last_mut() {
            Some(range) if range.end == seed => range.end += 1,
            _ => ranges.push(Seeds { start: seed, end: seed + 1 }),
        }
    }
    ranges.iter().map(Seeds::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::{Seeds, name};

    #[test]
    fn a_range_reads_back() {
        let seeds: Seeds = "3..7".parse().unwrap();
        assert_eq!(seeds.all().collect::<Vec<_>>(), [3, 4, 5, 6]);
        assert_eq!(seeds.first(), 3);
        assert_eq!(seeds.to_string(), "3..7");
        assert_eq!(Seeds::default().to_string(), "0..1");
    }

    #[test]
    fn wrong_ranges_say_what_is_right() {
        for text in ["", "5", "a..b", "..", "1..", "..4", "-1..2", "0..=4", "5..3", "4..4"] {
            let error = text.parse::<Seeds>().unwrap_err().to_string();
            assert!(error.contains("like `"), "{text}: {error}");
        }
        let error = "5..3".parse::<Seeds>().unwrap_err().to_string();
        assert!(error.contains("`3..5`"), "{error}");
    }

    #[test]
    fn sets_are_named_by_ranges() {
        assert_eq!(name(&[]), "");
        assert_eq!(name(&[0]), "0..1");
        assert_eq!(name(&[0, 1, 2, 5, 7, 8]), "0..3,5..6,7..9");
    }
}
