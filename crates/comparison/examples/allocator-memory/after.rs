//! A peak of mixed blocks, most of them freed again, and what is resident a second later.

use std::alloc::GlobalAlloc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::block::Block;
use crate::contestants::{Contestant, Needs, Work, contestants};
use crate::process::resident;
use crate::random::Random;

/// The bytes of all blocks at the peak.
const PEAK: usize = 200_000_000;

/// What is known of one process, in bytes, without what was resident before its first block.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct After {
    pub(crate) peak: u64,
    /// In the blocks that are left.
    pub(crate) live: u64,
    /// A second after the others were freed.
    pub(crate) resident: u64,
}

/// What is left of the blocks.
#[derive(Clone, Copy)]
enum Left {
    Nothing,
    /// The first that were allocated.
    FirstTenth,
    /// Here and there.
    AnyTenth,
}

/// What happens in the second.
#[derive(Clone, Copy)]
enum Second {
    Sleep,
    /// A small block is allocated and freed every ten milliseconds.
    Work,
}

const ALL: [(&str, Left, Second); 6] = [
    ("nothing left, asleep", Left::Nothing, Second::Sleep),
    ("nothing left, at work", Left::Nothing, Second::Work),
    ("the first tenth left, asleep", Left::FirstTenth, Second::Sleep),
    ("the first tenth left, at work", Left::FirstTenth, Second::Work),
    ("any tenth left, asleep", Left::AnyTenth, Second::Sleep),
    ("any tenth left, at work", Left::AnyTenth, Second::Work),
];

/// There are 300,000 blocks, about.
const NEEDS: Needs = Needs { bytes: 32 << 10, blocks: 300_000 };

/// What is measured, and of whom.
pub(crate) fn all() -> Vec<(String, Vec<&'static str>)> {
    let names = || contestants::<Peak>(NEEDS).into_iter().map(|it| it.0).collect();
    ALL.iter().map(|it| (it.0.to_owned(), names())).collect()
}

/// Measure one of them, in this process.
pub(crate) fn one(what: &str, contestant: &str) -> Result<After> {
    let (_, left, second) = *ALL.iter().find(|it| it.0 == what).context("no such row")?;
    let mut all = contestants::<Peak>(NEEDS).into_iter();
    let (_, run): Contestant<Peak> =
        all.find(|it| it.0 == contestant).context("no such contestant")?;
    run((left, second))
}

struct Peak;

impl Work for Peak {
    type Input = (Left, Second);
    type Output = Result<After>;

    fn run<A: GlobalAlloc + Sync>(allocator: &A, (left, second): Self::Input) -> Result<After> {
        // The books of this work: there, and resident, before the first block.
        let mut blocks: Vec<Option<Block>> = Vec::new();
        blocks.resize_with(2 * NEEDS.blocks, || None);
        let before = resident()?;
        let mut random = Random::new(0);
        let mut bytes = 0;
        let mut count = 0;
        while bytes < PEAK {
            let end = if random.range(0, 20) == 0 { 32 << 10 } else { 1 << 10 };
            let block = Block::new(allocator, random.range(16, end));
            (0..block.size()).for_each(|at| block.write(at, at as u8));
            bytes += block.size();
            blocks[count] = Some(block);
            count += 1;
        }
        let peak = resident()? - before;
        for (at, slot) in blocks[..count].iter_mut().enumerate() {
            let stays = match left {
                Left::Nothing => false,
                Left::FirstTenth => at < count / 10,
                Left::AnyTenth => random.range(0, 10) == 0,
            };
            if !stays && let Some(block) = slot.take() {
                bytes -= block.size();
                block.free(allocator);
            }
        }
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(1) {
            thread::sleep(Duration::from_millis(10));
            if let Second::Work = second {
                Block::new(allocator, 64).free(allocator);
            }
        }
        let resident = resident()?.saturating_sub(before);
        Ok(After { peak, live: bytes as u64, resident })
    }
}
