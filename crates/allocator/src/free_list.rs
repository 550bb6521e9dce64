//! The free blocks of an arena: a list that runs through the blocks themselves, in the order of their
//! addresses.

use core::ops::Range;
use core::ptr;

use crate::Corruption;
use crate::links;

/// What every place and every size is a multiple of, in bytes: a free block has room for two links.
pub(crate) const GRANULE: usize = 16;

/// What the allocator keeps outside of the arena. All places are offsets: the arena may be moved.
#[derive(Debug)]
pub(crate) struct Books {
    /// Where the first free block begins, or the end of the arena.
    first: usize,
    /// How many bytes are not free.
    used: usize,
}

impl Books {
    /// The books of an arena that is free, and all zeros.
    pub(crate) const NEW: Self = Self { first: 0, used: 0 };
}

/// A free block, as its links describe it.
#[derive(Clone, Copy, Debug)]
struct Block {
    at: usize,
    end: usize,
    /// Where the next free block begins, or the end of the arena.
    next: usize,
}

/// The free blocks of the `len` bytes from `arena` on.
///
/// 1. From `books.first`, each free block leads to the next, and the last to `len`.
/// 2. `at < end < next` for each of them, or `next == end == len`: they do not overlap, stand in order,
///    and between two of them there is a used byte.
/// 3. All places are multiples of [`GRANULE`].
/// 4. A free block begins with two links: `next`, then `end`. Each is counted back from the end of the
///    arena, so that in an arena of zeros all is one free block.
/// 5. Nobody else touches free blocks.
/// 6. `books.used` and the lengths of the free blocks are `len` together.
pub(crate) struct FreeList<'a> {
    arena: *mut u8,
    len: usize,
    books: &'a mut Books,
}

impl<'a> FreeList<'a> {
    /// # Safety
    ///
    /// `arena` is valid for `len` bytes, aligned to a granule; it began as zeros with [`Books::NEW`], and
    /// since then its free blocks were touched by this type alone. Nobody else has its list now.
    pub(crate) unsafe fn new(arena: *mut u8, len: usize, books: &'a mut Books) -> Self {
        Self { arena, len, books }
    }

    /// Take `size` bytes at the first place that is a multiple of `align`, as an address.
    ///
    /// `size` is a multiple of a granule, and not 0.
    // ANCHOR: take
    pub(crate) fn take(&mut self, size: usize, align: usize) -> Option<usize> {
        let mut before = None;
        let mut at = self.books.first;
        while at < self.len {
            let block = self.read(at);
            let place = self.aligned(at, align)?;
            if block.end.checked_sub(place).is_some_and(|room| room >= size) {
                self.carve(before, block, place..place + size);
                return Some(place);
            }
            before = Some(at);
            at = block.next;
        }
        None
    }

    /// Take `used` out of a free block. What is left before and behind it are free blocks.
    fn carve(&mut self, before: Option<usize>, block: Block, used: Range<usize>) {
        let mut next = block.next;
        if used.end < block.end {
            next = used.end;
            self.write(Block { at: used.end, ..block });
        }
        if block.at < used.start {
            self.write(Block { at: block.at, end: used.start, next });
        } else {
            self.link(before, next);
        }
        self.books.used += used.len();
    }
    // ANCHOR_END: take

    /// Free `range`. What is free already, even in part, is not freed again.
    // ANCHOR: give_back
    pub(crate) fn give_back(&mut self, range: Range<usize>) {
        let (before, next) = self.around(range.start);
        if range.is_empty()
            || next < range.end
            || before.is_some_and(|before| range.start < before.end)
        {
            return;
        }
        let mut freed = Block { at: range.start, end: range.end, next };
        if next == range.end && next < self.len {
            // The neighbour behind is free: the two are one.
            let behind = self.read(next);
            (freed.end, freed.next) = (behind.end, behind.next);
        }
        match before {
            // The neighbour before is free: it goes on to the end of this one.
            Some(before) if before.end == range.start => {
                self.write(Block { at: before.at, ..freed });
            }
            _ => {
                self.write(freed);
                self.link(before.map(|before| before.at), freed.at);
            }
        }
        self.books.used -= range.len();
    }
    // ANCHOR_END: give_back

    /// Take exactly `range`, if a free block begins with it.
    pub(crate) fn extend(&mut self, range: Range<usize>) -> bool {
        let (before, next) = self.around(range.start);
        if next != range.start || next == self.len {
            return false;
        }
        let block = self.read(next);
        let fits = range.end <= block.end;
        if fits {
            self.carve(before.map(|before| before.at), block, range);
        }
        fits
    }

    /// How many bytes are not free.
    pub(crate) fn used(&self) -> usize {
        self.books.used
    }

    /// The free blocks, in their order.
    pub(crate) fn free(&self) -> impl Iterator<Item = Range<usize>> {
        let block = |at| (at < self.len).then(|| self.read(at));
        core::iter::successors(block(self.books.first), move |it| block(it.next))
            .map(|block| block.at..block.end)
    }

    /// Whether the invariants hold.
    pub(crate) fn check(&self) -> Result<(), Corruption> {
        let mut free = 0;
        let mut at = self.books.first;
        if at > self.len || !at.is_multiple_of(GRANULE) {
            return Err(Corruption::Link { at, end: at, next: at });
        }
        while at < self.len {
            let Block { end, next, .. } = self.read(at);
            let ordered = at < end && (end < next || end == self.len) && next <= self.len;
            if !ordered || !end.is_multiple_of(GRANULE) || !next.is_multiple_of(GRANULE) {
                return Err(Corruption::Link { at, end, next });
            }
            free += end - at;
            at = next;
        }
        let counted = self.len - free;
        if counted != self.books.used {
            return Err(Corruption::Count { counted, recorded: self.books.used });
        }
        Ok(())
    }

    /// The last free block that begins before `at`, and where the first one begins that does not.
    fn around(&self, at: usize) -> (Option<Block>, usize) {
        let mut before = None;
        let mut next = self.books.first;
        while next < at {
            let block = self.read(next);
            before = Some(block);
            next = block.next;
        }
        (before, next)
    }

    /// The first place from `at` on whose address is a multiple of `align`.
    fn aligned(&self, at: usize, align: usize) -> Option<usize> {
        if align <= GRANULE {
            return Some(at);
        }
        let start = self.arena.addr();
        Some((start + at).checked_next_multiple_of(align)? - start)
    }

    /// The free block at `at`, which is before the end of the arena.
    fn read(&self, at: usize) -> Block {
        // SAFETY: a free block begins there, with a link (invariants 1, 3, 4), and nobody else touches it.
        let next = unsafe { links::read(self.place(at)) };
        // SAFETY: as above, the second link.
        let end = unsafe { links::read(self.place(at).wrapping_add(1)) };
        let from_start = |link: *mut u8| self.len.wrapping_sub(link.addr());
        Block { at, end: from_start(end), next: from_start(next) }
    }

    fn write(&mut self, block: Block) {
        self.write_next(block.at, block.next);
        let link = ptr::without_provenance_mut(self.len - block.end);
        // SAFETY: the bytes of the block are free, so they are ours alone, and enough for two links.
        unsafe { links::write(self.place(block.at).wrapping_add(1), link) };
    }

    fn write_next(&mut self, at: usize, next: usize) {
        let link = ptr::without_provenance_mut(self.len - next);
        // SAFETY: the bytes at `at` are free, so they are ours alone.
        unsafe { links::write(self.place(at), link) };
    }

    /// Make `next` follow the free block at `before`, or be the first.
    fn link(&mut self, before: Option<usize>, next: usize) {
        match before {
            Some(before) => self.write_next(before, next),
            None => self.books.first = next,
        }
    }

    /// Where the links of the free block at `at` are.
    fn place(&self, at: usize) -> *mut *mut u8 {
        self.arena.wrapping_add(at).cast()
    }
}
