//! What there is to run, cut into pieces, and which of them this machine takes.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};

use crate::miri::flags::Model;
use crate::miri::seeds::Seeds;

/// One crate under one model with one seed: what `--partition` deals out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Its place in the list of crates.
    pub(crate) krate: usize,
    pub(crate) model: Model,
    pub(crate) seed: u32,
    /// Everything runs with the first seed, doctests too. The others are for what is threaded.
    pub(crate) first: bool,
}

/// Every unit: the first seed of each crate and model, then the others.
///
/// The first ones are the long ones, so they begin first, and a partition gets some of each kind.
pub(crate) fn units(seeds: &[Seeds], models: &[Model]) -> Vec<Unit> {
    let each = |first: bool| {
        seeds.iter().enumerate().flat_map(move |(krate, seeds)| {
            models.iter().flat_map(move |&model| {
                let wanted = seeds.all().filter(move |&seed| (seed == seeds.first()) == first);
                wanted.map(move |seed| Unit { krate, model, seed, first })
            })
        })
    };
    each(true).chain(each(false)).collect()
}

/// `K/N`: this machine is number K of N.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    index: usize,
    count: usize,
}

impl Partition {
    /// Of all units, those of this machine.
    pub(crate) fn take(self, units: Vec<Unit>) -> Result<Vec<Unit>> {
        if self.count > units.len() {
            bail!(
                "--partition {self}: there are only {} pieces of work, one for each crate, model \
                 and seed, so N is {} at most",
                units.len(),
                units.len()
            );
        }
        Ok(units.into_iter().skip(self.index - 1).step_by(self.count).collect())
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Partition {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let numbers = text.split_once('/').map(|(k, n)| (k.parse(), n.parse()));
        match numbers {
            Some((Ok(index), Ok(count))) if (1..=count).contains(&index) => {
                Ok(Self { index, count })
            }
            Some((Ok(_), Ok(_))) => bail!("K counts from 1 to N, like `1/3`, `2/3`, `3/3`"),
            _ => bail!("a partition is K/N, two numbers: `2/3` is the second of three"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Vec<Unit> {
        let seeds: Vec<Seeds> = ["0..1", "0..16", "3..7"].map(|it| it.parse().unwrap()).into();
        units(&seeds, &[Model::Stacked, Model::Tree])
    }

    #[test]
    fn every_crate_model_and_seed_once() {
        let units = example();
        assert_eq!(units.len(), 2 * (1 + 16 + 4));
        for (index, unit) in units.iter().enumerate() {
            assert!(!units[..index].contains(unit), "{unit:?} twice");
        }
        let firsts: Vec<_> = units.iter().filter(|it| it.first).collect();
        assert_eq!(firsts.len(), 6);
        assert!(firsts.iter().all(|it| it.seed == [0, 0, 3][it.krate]));
        assert!(units[..6].iter().all(|it| it.first));
    }

    #[test]
    fn the_parts_are_disjoint_and_together_everything() {
        let all = example();
        for count in 1..=all.len() {
            let mut seen = Vec::new();
            for index in 1..=count {
                let part = Partition { index, count }.take(all.clone()).unwrap();
                assert!(!part.is_empty(), "{index}/{count}");
                for unit in part {
                    assert!(!seen.contains(&unit), "{unit:?} in two parts of {count}");
                    seen.push(unit);
                }
            }
            assert_eq!(seen.len(), all.len(), "{count} parts");
        }
    }

    #[test]
    fn a_part_that_would_be_empty_is_an_error() {
        let all = example();
        let error = Partition { index: 50, count: 50 }.take(all).unwrap_err().to_string();
        assert!(error.contains("only 42 pieces"), "{error}");
    }

    #[test]
    fn wrong_partitions_say_what_is_right() {
        for text in ["0/3", "4/3", "0/0", "3", "", "a/b", "1/", "-1/3", "1/2/3"] {
            let error = text.parse::<Partition>().unwrap_err().to_string();
            assert!(error.contains("`2/3`"), "{text}: {error}");
        }
        assert_eq!("2/3".parse::<Partition>().unwrap().to_string(), "2/3");
    }
}
