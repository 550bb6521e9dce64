//! What holds whatever the bytes are: the bodies of the fuzz targets, which are in `fuzz/targets`, and of
//! `tests/corpus.rs`, which gives them the files that are kept.
//!
//! Each body panics if something is wrong. It returns what was refused.
#![allow(clippy::unwrap_used)]

mod log;
mod operations;

use allocator::map::Walk;
use allocator::{FirstFit, SlotAllocator};

pub use log::log;
pub use operations::operations;

/// Nothing to complain of, or what there was.
pub type Outcome = Result<(), String>;

/// A target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// As which it is run.
    pub name: &'static str,
    /// What it does with an input.
    pub body: fn(&[u8]) -> Outcome,
}

/// All of them: a new allocator adds its line here, and a file in `fuzz/targets`.
pub const TARGETS: [Target; 3] = [
    Target { name: "log", body: log },
    Target { name: "slots", body: slots },
    Target { name: "first_fit", body: first_fit },
];

/// Operations on slots of an odd size, more than one word of bits.
pub fn slots(input: &[u8]) -> Outcome {
    let heap = Box::new(SlotAllocator::<200, 75>::new());
    operations(input, &*heap, |heap, live| {
        assert_eq!((heap.in_use(), heap.stats().blocks), (live.len(), Some(live.len())));
    });
    assert_eq!(heap.in_use(), 0);
    Ok(())
}

/// Operations on an arena that soon is full.
pub fn first_fit(input: &[u8]) -> Outcome {
    let heap = Box::new(FirstFit::<16_384>::new());
    operations(input, &*heap, |heap, live| {
        heap.check().unwrap();
        assert!(heap.stats().used >= live.iter().map(|it| it.size()).sum());
    });
    let stats = heap.stats();
    assert_eq!((stats.used, stats.largest_free), (0, stats.capacity), "all is one block again");
    Ok(())
}
