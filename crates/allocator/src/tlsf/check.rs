//! A look at everything a core wrote down: does it still agree with itself?

use core::fmt;

use super::block::{Block, Header, LEAST, Link};
use super::classes::Class;
use super::region::Region;
use super::unlocked::Core;
use crate::Stats;

/// What a scan of [`Tlsf`](super::Tlsf) found wrong: somebody wrote outside of their block, or to one
/// that was no longer theirs. Blocks are named by their addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// By its header, the block has `size` bytes: too few, or more than are left in its region.
    Size {
        /// The block.
        block: usize,
        /// What its header says, in bytes.
        size: usize,
    },
    /// The header does not say whether the block before is free.
    Before {
        /// The block.
        block: usize,
    },
    /// The block and the one before it are free, and not merged.
    Unmerged {
        /// The second of the two.
        block: usize,
    },
    /// The last word of the free block is not its address.
    Footer {
        /// The block.
        block: usize,
    },
    /// The free block and its neighbours in its list do not agree that they are neighbours.
    List {
        /// The block.
        block: usize,
    },
    /// There are `free` blocks that ought to be in lists, and `listed` that are.
    Count {
        /// By the headers.
        free: usize,
        /// By the lists.
        listed: usize,
    },
    /// A bit does not say whether its list is empty.
    Bitmap,
    /// The free block that is in no list is not free, or not as large as it was.
    Rest,
}

impl Core {
    /// What is used and what is free. Looks at every block.
    pub(crate) fn stats(&self) -> Stats {
        let mut stats = Stats { blocks: Some(0), ..Stats::EMPTY };
        for block in self.regions().flat_map(Region::blocks) {
            stats.capacity += block.size();
            if block.is_free() {
                stats.largest_free = stats.largest_free.max(block.usable());
            } else {
                stats.used += block.size();
                stats.blocks = stats.blocks.map(|count| count + 1);
            }
        }
        stats
    }

    /// Whether the invariants hold. Looks at every block.
    pub(crate) fn check(&self) -> Result<(), Damage> {
        let rest = self.rest.map_or(Header::free(0), Block::header);
        if rest.size() != self.rest_size || !rest.is_free() {
            return Err(Damage::Rest);
        }
        let mut free = 0;
        for region in self.regions() {
            free += self.check_region(region)?;
        }
        let bitmaps = &self.lists.bitmaps;
        if !bitmaps.agree() {
            return Err(Damage::Bitmap);
        }
        // A list whose bit is clear is not seen here, and its blocks are missing in the count.
        let mut listed = 0;
        let mut class = bitmaps.first(Class::of(LEAST));
        while let Some(this) = class {
            let mut next = self.lists.head(this);
            if next.is_none() {
                return Err(Damage::Bitmap);
            }
            while let Some(block) = next.filter(|_| listed <= free) {
                listed += 1;
                next = block.link(Link::Next);
            }
            class = bitmaps.after(this);
        }
        if listed == free { Ok(()) } else { Err(Damage::Count { free, listed }) }
    }

    /// How many blocks of a region ought to be in a list.
    fn check_region(&self, region: Region) -> Result<usize, Damage> {
        let end = region.record();
        let mut listed = 0;
        let mut free_before = false;
        let mut block = region.first();
        while block != end {
            let (address, header) = (block.address(), block.header());
            let size = header.size();
            if size < LEAST || size > end.address() - address {
                return Err(Damage::Size { block: address, size });
            }
            if header.is_after_free() != free_before {
                return Err(Damage::Before { block: address });
            }
            if header.is_free() && free_before {
                return Err(Damage::Unmerged { block: address });
            }
            if header.is_free() && self.rest != Some(block) {
                self.check_listed(block)?;
                listed += 1;
            }
            free_before = header.is_free();
            block = block.next();
        }
        if end.header().is_after_free() != free_before {
            return Err(Damage::Before { block: end.address() });
        }
        Ok(listed)
    }

    fn check_listed(&self, block: Block) -> Result<(), Damage> {
        // SAFETY: the block is free, and not the rest: it has a footer.
        if unsafe { block.next().free_before() } != block {
            return Err(Damage::Footer { block: block.address() });
        }
        // A link is not followed before it is known to lead into a region.
        let neighbour = |link: Link| {
            let neighbour = block.link(link);
            neighbour.is_none_or(|other| self.owns(other.payload())).then_some(neighbour)
        };
        let follows = match neighbour(Link::Previous) {
            Some(Some(previous)) => previous.link(Link::Next),
            Some(None) => self.lists.head(Class::of(block.size())),
            None => None,
        };
        let is_followed = match neighbour(Link::Next) {
            Some(Some(next)) => next.link(Link::Previous) == Some(block),
            Some(None) => true,
            None => false,
        };
        if follows == Some(block) && is_followed {
            Ok(())
        } else {
            Err(Damage::List { block: block.address() })
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size { block, size } => {
                write!(f, "the header of the block at {block:#x} says {size} bytes")
            }
            Self::Before { block } => {
                write!(f, "the header of the block at {block:#x} is wrong about the one before it")
            }
            Self::Unmerged { block } => {
                write!(f, "the block at {block:#x} and the one before it are free, and not merged")
            }
            Self::Footer { block } => {
                write!(f, "the free block at {block:#x} does not end with its address")
            }
            Self::List { block } => {
                write!(f, "the free block at {block:#x} is not linked into its list")
            }
            Self::Count { free, listed } => {
                write!(f, "{free} blocks are free, {listed} are in lists")
            }
            Self::Bitmap => f.write_str("a bit does not say whether its list is empty"),
            Self::Rest => f.write_str("the free block that is in no list is not as it was"),
        }
    }
}

impl core::error::Error for Damage {}
