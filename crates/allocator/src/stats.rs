//! What an allocator says about itself.

use core::fmt;

/// The state of an arena at one moment, in bytes. A used byte is one that is given out, or lost
/// to rounding a block up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// What can be given out at all.
    pub capacity: usize,
    /// What is given out.
    pub used: usize,
    /// The longest free run: the largest block of small alignment that `alloc` has now.
    pub largest_free: usize,
}

impl Stats {
    /// What is not given out. More than [`largest_free`](Self::largest_free) when the arena is
    /// fragmented.
    pub fn free(&self) -> usize {
        self.capacity - self.used
    }
}

/// What a scan of an arena found wrong: somebody wrote where the allocator keeps its books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Corruption {
    /// The map has `counted` used granules, the counter says `recorded`.
    Count {
        /// Used granules in the map.
        counted: usize,
        /// Used granules by the counter.
        recorded: usize,
    },
    /// The map calls granules used that the arena does not have.
    PastTheEnd,
    /// The search begins at granule `recorded`, and would miss `found`, which is free below it.
    FirstFree {
        /// The first free granule in the map.
        found: usize,
        /// Where the search begins.
        recorded: usize,
    },
    /// A granule is used that counts as never used.
    NotFresh {
        /// Its number.
        granule: usize,
    },
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { counted, recorded } => {
                write!(f, "the map has {counted} used granules, the counter says {recorded}")
            }
            Self::PastTheEnd => f.write_str("granules past the end of the arena are used"),
            Self::FirstFree { found, recorded } => {
                write!(f, "granule {found} is free, and the search begins at {recorded}")
            }
            Self::NotFresh { granule } => {
                write!(f, "granule {granule} is used, but counts as never used")
            }
        }
    }
}

impl core::error::Error for Corruption {}
