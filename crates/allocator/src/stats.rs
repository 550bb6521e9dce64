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
    /// `counted` bytes are in no free block, and `recorded` bytes are given out.
    Count {
        /// Bytes in no free block.
        counted: usize,
        /// Bytes given out, by the books.
        recorded: usize,
    },
    /// The links of a free block lead to where no free block can end, or none can begin.
    Link {
        /// Where it begins, in bytes from the start of the arena.
        at: usize,
        /// Where it says that it ends.
        end: usize,
        /// Where it says that the next one begins.
        next: usize,
    },
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { counted, recorded } => {
                write!(f, "{counted} bytes are in no free block, {recorded} were given out")
            }
            Self::Link { at, end, next } => write!(
                f,
                "the free block at {at} says that it ends at {end} and that the next is at {next}"
            ),
        }
    }
}

impl core::error::Error for Corruption {}
