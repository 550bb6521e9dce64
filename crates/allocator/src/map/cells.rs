//! The memory of an allocator in at most `N` cells of one size, collected in a single walk.

use core::fmt;

use super::{Extent, State, Walk};

/// A cell as it is before anything is known of the size of the whole.
const SMALLEST: usize = 16;

/// How the bytes of one cell are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Where it begins.
    pub address: usize,
    /// Whether it begins a region.
    pub begins: bool,
    /// Bytes that are given out.
    pub live: usize,
    /// Bytes that can be given out.
    pub free: usize,
    /// Bytes of the allocator's own.
    pub book: usize,
    /// Bytes that the system has got back.
    pub returned: usize,
}

impl Cell {
    /// All of them. Less than the size of a cell at the end of a region.
    pub fn size(&self) -> usize {
        self.live + self.free + self.book + self.returned
    }

    /// How it is drawn.
    pub(super) fn shade(&self) -> Shade {
        let blocks = self.live + self.free;
        if self.book > blocks && self.book >= self.returned {
            Shade::Book
        } else if self.returned > blocks {
            Shade::Returned
        } else if self.live == 0 {
            Shade::Free
        } else if self.live == blocks {
            Shade::Full
        } else {
            // As `f64`: the product may be more than a `usize`.
            Shade::Part((self.live as f64 * 3.0 / blocks as f64) as u8)
        }
    }

    fn add(&mut self, other: &Self) {
        self.live += other.live;
        self.free += other.free;
        self.book += other.book;
        self.returned += other.returned;
    }
}

/// What most of a cell is; of memory for blocks, how full it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    Free,
    /// Given out in part: 0 is below a third, 2 is two thirds or more.
    Part(u8),
    Full,
    Book,
    Returned,
}

/// A map of an allocator's memory in at most `N` cells, taken without allocating, in one walk, so that
/// it shows one moment. Cells are as small as the memory lets them be: 16 bytes times a power of two.
///
/// It takes 48 bytes a cell, on the stack or wherever it is put. See [the module](super) for an example.
///
/// 1. `cells[..len]` are the cells in the order of the walk. Each covers `cell_size` bytes from its
///    `address`, the last of a region perhaps fewer, and each but those that begin a region begins
///    where the one before it ends.
#[derive(Clone)]
pub struct Map<const N: usize> {
    cells: [Cell; N],
    len: usize,
    cell_size: usize,
    /// Bytes in regions for which there was no cell.
    left_out: usize,
}

impl<const N: usize> Map<N> {
    /// The memory of `heap` as it is now.
    pub fn of(heap: &(impl Walk + ?Sized)) -> Self {
        let mut map =
            Self { cells: [Cell::default(); N], len: 0, cell_size: SMALLEST, left_out: 0 };
        let mut end = None;
        let mut placed = true;
        heap.walk(&mut |extent| {
            let begins = end != Some(extent.address);
            end = extent.address.checked_add(extent.size);
            // The rest of a region that has no place has none either.
            placed = (placed || begins) && map.add(extent, begins);
            if !placed {
                map.left_out += extent.size;
            }
        });
        map
    }

    /// The cells, region by region.
    pub fn cells(&self) -> &[Cell] {
        &self.cells[..self.len]
    }

    /// How many bytes a cell stands for.
    pub fn cell_size(&self) -> usize {
        self.cell_size
    }

    /// The bytes of regions that had no place, because there are more regions than cells.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// The cells of each region.
    pub fn regions(&self) -> impl Iterator<Item = &[Cell]> {
        // A cell that begins a region belongs to it, not to the region before.
        self.cells().chunk_by(|_, next| !next.begins)
    }

    /// Put an extent into cells. False if there are none for it.
    fn add(&mut self, extent: Extent, mut begins: bool) -> bool {
        let live = match extent.state {
            State::Live => extent.size,
            State::Page { live, .. } => live.min(extent.size),
            _ => 0,
        };
        // Of a page, the live bytes in proportion: how many of the first `count` bytes.
        let live_of = |count| (live as u128 * count as u128 / extent.size as u128) as usize;
        let mut done = 0;
        while done < extent.size {
            let address = extent.address.wrapping_add(done);
            let Some((cell, room)) = self.cell_at(address, begins) else { return false };
            begins = false;
            let count = room.min(extent.size - done);
            match extent.state {
                State::Live | State::Page { .. } => {
                    let part = live_of(done + count) - live_of(done);
                    cell.live += part;
                    cell.free += count - part;
                }
                State::Free => cell.free += count,
                State::Book => cell.book += count,
                State::Returned => cell.returned += count,
            }
            done += count;
        }
        true
    }

    /// The cell for the byte at `address`, the next one of the walk, and for how many bytes from there
    /// on it has room.
    fn cell_at(&mut self, address: usize, begins: bool) -> Option<(&mut Cell, usize)> {
        loop {
            if let Some(last) = self.len.checked_sub(1)
                && !begins
                && self.cells[last].size() < self.cell_size
            {
                let room = self.cell_size - self.cells[last].size();
                return Some((&mut self.cells[last], room));
            }
            if self.len < N {
                let cell = &mut self.cells[self.len];
                self.len += 1;
                *cell = Cell { address, begins, ..Cell::default() };
                return Some((cell, self.cell_size));
            }
            // A new region needs a cell of its own: none comes free when each region has but one.
            if begins && self.cells().iter().all(|cell| cell.begins) {
                return None;
            }
            self.cell_size = self.cell_size.checked_mul(2)?;
            self.merge_pairs();
        }
    }

    /// Make one cell of each two of a region.
    fn merge_pairs(&mut self) {
        let (mut from, mut to) = (0, 0);
        while from < self.len {
            let mut cell = self.cells[from];
            from += 1;
            if from < self.len && !self.cells[from].begins {
                cell.add(&self.cells[from]);
                from += 1;
            }
            self.cells[to] = cell;
            to += 1;
        }
        self.len = to;
    }
}

impl<const N: usize> fmt::Debug for Map<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Map")
            .field("cell_size", &self.cell_size)
            .field("cells", &self.cells())
            .field("left_out", &self.left_out)
            .finish()
    }
}
