//! The works by name, with what they need, on the numbers of threads that make sense.

use crate::contestants::{Needs, Work, contestants};
use crate::generations::{OWNED, Servers, Stress};
use crate::harness::{self, Contestant, Size, Turn};
use crate::works::{
    BATCH, HANDED_OVER, HandOver, MixedBatches, Neighbours, Pairs, RandomActions, SMALL, Scratch,
    SmallBatches,
};

const ONE: &[u64] = &[1];
const SEVERAL: &[u64] = &[2, 4];
const ALL: &[u64] = &[1, 2, 4];

/// Work `W` for each number of threads. `operations` are those of one thread alone; of several, each
/// does its part. No block has more than `bytes`, and a thread has `blocks` of them at once, about.
fn work<W: Work<Input = Size, Output = Turn>>(
    name: &str,
    threads: &[u64],
    operations: u64,
    bytes: usize,
    blocks: usize,
) -> Vec<harness::Work> {
    let each = threads.iter().map(|&threads| {
        let s = if threads == 1 { "" } else { "s" };
        let needs = Needs { bytes, blocks: blocks * threads as usize };
        let contestants = contestants::<W>(needs).into_iter();
        harness::Work {
            name: format!("{name}: {threads} thread{s}"),
            size: Size { threads, operations: operations / threads },
            contestants: contestants.map(|(name, run)| Contestant { name, run }).collect(),
        }
    });
    each.collect()
}

/// All works.
pub(crate) fn works() -> Vec<harness::Work> {
    let all = [
        work::<Pairs>("64 B, alloc then free", ALL, 1_000_000, SMALL, 1),
        work::<SmallBatches>("1,000 x 64 B, then free all", ALL, 800_000, SMALL, BATCH),
        work::<MixedBatches>("1,000 mixed, freed shuffled", ALL, 500_000, 16 << 10, BATCH),
        work::<RandomActions<1_000>>("random actions to 1,000 B", ALL, 500_000, 1_000, BATCH),
        work::<RandomActions<10_000>>("random actions to 10,000 B", ALL, 400_000, 10_000, BATCH),
        work::<RandomActions<100_000>>("random actions to 100,000 B", ONE, 100_000, 100_000, BATCH),
        work::<Servers>("larson", ALL, 400_000, 1_000, OWNED),
        work::<HandOver>("xmalloc", SEVERAL, 400_000, SMALL, 2 * HANDED_OVER),
        work::<Scratch>("cache-scratch", ALL, 200_000, 1, 1),
        work::<Stress>("mstress", ALL, 200_000, 64 << 10, BATCH),
        work::<Neighbours>("rptest", ALL, 400_000, 1_000, 5 * BATCH),
    ];
    all.into_iter().flatten().collect()
}
