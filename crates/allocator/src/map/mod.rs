//! A map of an allocator's memory: what is given out, what is free, what its books take.
//!
//! An allocator that can be looked through is [`Walk`]: it shows its memory piece by piece, under its
//! lock, so whoever looks must not allocate. [`Map`] collects the pieces in cells of its own, inside
//! itself, and is drawn afterwards: as text for a terminal, or as SVG for a page.
//!
//! ```
//! use std::alloc::{GlobalAlloc, Layout};
//! use allocator::SlotAllocator;
//! use allocator::map::Map;
//!
//! static SLOTS: SlotAllocator<16, 100> = SlotAllocator::new();
//! let blocks: Vec<_> = (0..70).map(|_| unsafe { SLOTS.alloc(Layout::new::<u128>()) }).collect();
//! for &block in blocks.iter().skip(20).step_by(2) {
//!     unsafe { SLOTS.dealloc(block, Layout::new::<u128>()) };
//! }
//! let map = Map::<64>::of(&SLOTS);
//! println!("{}", map.text(16));
//! # assert_eq!(map.cell_size(), 32);
//! # for (number, &block) in blocks.iter().enumerate() {
//! #     if number < 20 || number % 2 == 1 {
//! #         unsafe { SLOTS.dealloc(block, Layout::new::<u128>()) };
//! #     }
//! # }
//! ```
//!
//! prints, with another address,
//!
//! ```text
//! 1.6 KiB at 0x5617c86ba040
//!       0 |██████████▒▒▒▒▒▒|
//!     512 |▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒|
//!    1024 |▒▒▒·············|
//!    1536 |··              |
//! a cell is 32 B: █ given out  ▓▒░ in part  · free  # books  - given back to the system
//! ```

mod cells;
mod svg;
mod text;

pub use cells::{Cell, Map};
pub use svg::Svg;
pub use text::Text;

use crate::{Class, Stats};

// ANCHOR: walk
/// An allocator whose memory can be looked through.
pub trait Walk {
    /// Call `visit` with each piece of the allocator's memory.
    ///
    /// Memory comes region by region, in any order; the pieces of a region come in the order of their
    /// addresses, each where the one before it ended. A piece that begins elsewhere begins a region.
    ///
    /// The allocator may hold its lock meanwhile: `visit` must not allocate or free with it. An
    /// allocator without a lock shows what it saw while it looked, which may be no one moment.
    fn walk(&self, visit: &mut dyn FnMut(Extent));

    /// Call `visit` with each size class, under the same conditions. An allocator without classes has
    /// nothing to show.
    fn for_each_class(&self, visit: &mut dyn FnMut(Class)) {
        let _ = visit;
    }

    /// What is used and what is free. Counted by a walk, unless the allocator knows it anyway.
    fn stats(&self) -> Stats {
        Stats::of_walk(self)
    }
}
// ANCHOR_END: walk

/// A piece of memory in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Where it begins.
    pub address: usize,
    /// How long it is, in bytes.
    pub size: usize,
    /// What it is used for.
    pub state: State,
}

/// What a piece of memory is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Nothing: it can be given out.
    Free,
    /// A block that is given out, with what it was rounded up to; or several side by side, if the allocator
    /// cannot tell where one ends.
    Live,
    /// Blocks of `block` bytes each, of which `live` bytes are given out: which ones is not told.
    Page {
        /// The size of a block, in bytes.
        block: usize,
        /// What is given out, in bytes.
        live: usize,
    },
    /// The allocator's own: headers, bitmaps, lists.
    Book,
    /// Addresses whose memory the system has got back.
    Returned,
}
