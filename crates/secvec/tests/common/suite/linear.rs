//! Short random histories of 2 to 4 threads: an order of the calls explains each of them.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Range;

use crate::common::checker::check;
use crate::common::history::record;
use crate::common::plan::{Pauses, Plan};
use crate::common::subject::Subject;

/// How many histories are run before they are checked.
const BATCH: u64 = if cfg!(miri) { 2 } else { 250 };

/// Run and check the histories of these seeds; the first that nothing explains, in words.
pub(crate) fn search<S: Subject>(seeds: Range<u64>, pauses: Pauses) -> Result<(), String> {
    let mut from = seeds.start;
    while from < seeds.end {
        let to = seeds.end.min(from + BATCH);
        let plans: Vec<Plan> = (from..to).map(|seed| Plan::new::<S>(seed, pauses)).collect();
        for history in record::<S>(&plans) {
            check(&history).map_err(|violation| violation.to_string())?;
        }
        from = to;
    }
    Ok(())
}

fn all_are_explained<S: Subject>(count: u64, pauses: Pauses) {
    let first = first_seed();
    if let Err(violation) = search::<S>(first..first + count, pauses) {
        panic!("{violation}");
    }
}

/// Always the same histories; under Miri, where there is time for a few only, others for each
/// `-Zmiri-seed`, on which its hash maps depend as well.
fn first_seed() -> u64 {
    if cfg!(miri) { RandomState::new().build_hasher().finish() >> 1 } else { 0 }
}

pub(crate) fn an_order_explains_every_history<S: Subject>() {
    all_are_explained::<S>(if cfg!(miri) { 2 } else { 20_000 }, Pauses::Spin);
}

pub(crate) fn an_order_explains_every_history_of_threads_that_pause<S: Subject>() {
    all_are_explained::<S>(if cfg!(miri) { 1 } else { 2_000 }, Pauses::Any);
}
