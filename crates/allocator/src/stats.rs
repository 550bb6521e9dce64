//! What an allocator says about itself.

use core::fmt;

use crate::map::{State, Walk};
use crate::text::{Bytes, Percent};

/// The state of an allocator at one moment, in bytes. What an allocator does not count is `None`.
///
/// ```
/// use std::alloc::{GlobalAlloc, Layout};
/// use allocator::SlotAllocator;
/// use allocator::map::Walk;
///
/// let slots = SlotAllocator::<64, 4>::new();
/// let block = unsafe { slots.alloc(Layout::new::<[u64; 5]>()) };
/// let stats = slots.stats();
/// assert_eq!((stats.used, stats.free(), stats.blocks), (64, 192, Some(1)));
/// println!("{stats}");
/// # unsafe { slots.dealloc(block, Layout::new::<[u64; 5]>()) };
/// ```
///
/// prints
///
/// ```text
/// capacity          256 B
/// used               64 B   25.0 %, in 1 block
/// free              192 B   75.0 %
/// largest free       64 B   external fragmentation 66.7 %
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// What can be given out of the memory that the allocator has now.
    pub capacity: usize,
    /// What is given out, with what is lost to rounding blocks up.
    pub used: usize,
    /// The largest free block: what `alloc` can serve now, if its alignment is small.
    pub largest_free: usize,
    /// All memory that the allocator has now, with its books: an arena's length, or what the system
    /// gave and has not got back.
    pub held: Option<usize>,
    /// What the callers of the blocks in `used` asked for.
    pub requested: Option<usize>,
    /// The most that `used` ever was.
    pub peak: Option<usize>,
    /// How many blocks are given out.
    pub blocks: Option<usize>,
}

impl Stats {
    /// An allocator without memory. To begin with: `Stats { capacity, used, ..Stats::EMPTY }`.
    pub const EMPTY: Self = Self {
        capacity: 0,
        used: 0,
        largest_free: 0,
        held: None,
        requested: None,
        peak: None,
        blocks: None,
    };

    /// What is not given out. More than [`largest_free`](Self::largest_free) when the memory is
    /// fragmented.
    pub fn free(&self) -> usize {
        self.capacity.saturating_sub(self.used)
    }

    /// How much of what is free is not in the largest free block, from 0 to 1: at 0 all that is free
    /// can be had in one piece. 0 if nothing is free.
    pub fn external_fragmentation(&self) -> f64 {
        1.0 - share(self.largest_free, self.free()).unwrap_or(1.0)
    }

    /// How much of what is given out nobody asked for, from 0 to 1: it is lost to rounding up. 0 if
    /// nothing is given out, `None` if the allocator does not count what was asked for.
    pub fn internal_fragmentation(&self) -> Option<f64> {
        let requested = self.requested?;
        Some(1.0 - share(requested, self.used).unwrap_or(1.0))
    }

    /// What a walk through `heap` finds, for an allocator that keeps no counts of its own.
    ///
    /// Blocks are counted if the walk shows each of them. In a page of small blocks nothing larger than
    /// one of those is free, so the largest free block may be off by what the walk does not tell.
    pub fn of_walk(heap: &(impl Walk + ?Sized)) -> Self {
        let mut stats = Self { held: Some(0), blocks: Some(0), ..Self::EMPTY };
        heap.walk(&mut |extent| {
            let (live, free) = match extent.state {
                State::Live => (extent.size, 0),
                State::Free => (0, extent.size),
                State::Page { block, live } => {
                    stats.blocks = stats.blocks.map(|count| count + live / block.max(1));
                    stats.largest_free =
                        stats.largest_free.max(block.min(extent.size.saturating_sub(live)));
                    (live, extent.size.saturating_sub(live))
                }
                State::Book => (0, 0),
                State::Returned => return,
            };
            stats.held = stats.held.map(|held| held + extent.size);
            stats.capacity += live + free;
            stats.used += live;
            match extent.state {
                State::Live => stats.blocks = stats.blocks.map(|count| count + 1),
                State::Free => stats.largest_free = stats.largest_free.max(free),
                _ => {}
            }
        });
        stats
    }
}

/// What part of `whole` is `part`; of nothing there are no parts.
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole != 0).then(|| part as f64 / whole as f64)
}

/// A small table, without an end of line after its last.
impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_capacity = |part| Percent(share(part, self.capacity).unwrap_or(0.0));
        write!(f, "capacity     {:>10}", Bytes(self.capacity))?;
        if let Some(held) = self.held
            && held != self.capacity
        {
            write!(f, "   of {} held", Bytes(held))?;
        }
        write!(f, "\nused         {:>10}   {}", Bytes(self.used), of_capacity(self.used))?;
        match self.blocks {
            Some(1) => f.write_str(", in 1 block")?,
            Some(blocks) => write!(f, ", in {blocks} blocks")?,
            None => {}
        }
        if let (Some(requested), Some(lost)) = (self.requested, self.internal_fragmentation()) {
            write!(f, "\nrequested    {:>10}   ", Bytes(requested))?;
            write!(f, "internal fragmentation {}", Percent(lost))?;
        }
        write!(f, "\nfree         {:>10}   {}", Bytes(self.free()), of_capacity(self.free()))?;
        write!(f, "\nlargest free {:>10}   ", Bytes(self.largest_free))?;
        write!(f, "external fragmentation {}", Percent(self.external_fragmentation()))?;
        if let Some(peak) = self.peak {
            write!(f, "\npeak         {:>10}   {}", Bytes(peak), of_capacity(peak))?;
        }
        Ok(())
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
    /// Of the blocks that a page of [`ThreadHeap`](crate::ThreadHeap) ever gave out, `free` are in its list,
    /// and `live` should be with their owners: together they are not `carved`.
    Page {
        /// How many blocks were given out for the first time.
        carved: usize,
        /// How many are in the list. One more than there can be if the list leads out of the page, or in a
        /// circle.
        free: usize,
        /// How many are given out, by the books.
        live: usize,
    },
    /// A region of [`ThreadHeap`](crate::ThreadHeap) is damaged.
    Region(crate::Damage),
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
            Self::Page { carved, free, live } => write!(
                f,
                "of {carved} blocks of a page {live} are given out, and {free} are in its list"
            ),
            Self::Region(damage) => write!(f, "in a region: {damage}"),
        }
    }
}

impl core::error::Error for Corruption {}
