//! Two-level segregated fit, without a lock: from layouts to blocks and back.

use core::alloc::Layout;
use core::ptr;

use super::block::{Block, GRANULE, HEADER, Header, LEAST};
use super::classes::Class;
use super::lists::Lists;
use super::region::Region;

/// An allocator for one thread at a time.
///
/// 1. A region is blocks from end to end, and then its record (see [`Region`]).
/// 2. Two free blocks are never neighbours.
/// 3. A block's header says if it is free, and if the one before it is.
/// 4. A free block is in the list of its size and has a footer, or it is `rest`, which is in no list and
///    has none. What is given out is in no list, and nothing here touches it but its header.
pub(crate) struct Core {
    /// The free block that is cut if no list has one that fits better. It is the largest that was left
    /// over from cutting, and cutting it again changes no list.
    pub(super) rest: Option<Block>,
    /// Its size, or 0.
    pub(super) rest_size: usize,
    pub(super) lists: Lists,
    /// The first region. Each knows the next.
    pub(super) regions: Option<Region>,
}

// SAFETY: a core reaches its regions through pointers of its own, and touches nothing in them that was
// given out.
unsafe impl Send for Core {}

impl Core {
    pub(crate) const fn new() -> Self {
        Self { rest: None, rest_size: 0, lists: Lists::EMPTY, regions: None }
    }

    // ANCHOR: allocate
    /// A block for `layout`, or null.
    #[inline(always)]
    pub(crate) fn allocate(&mut self, layout: Layout) -> *mut u8 {
        let size = size_for(layout);
        let gap = |block: Block| block.address() & (layout.align() - 1);
        match self.lists.fitting(size) {
            Some((class, block)) if gap(block) == 0 => {
                self.lists.remove_head(class, block);
                self.cut(block, block.header(), size)
            }
            None if self.rest_size >= size => match self.rest {
                Some(rest) if gap(rest) == 0 => self.cut_rest(rest, size),
                _ => self.allocate_aligned(size, layout.align()),
            },
            Some(_) => self.allocate_aligned(size, layout.align()),
            None => self.allocate_tight(size, layout.align()),
        }
    }
    // ANCHOR_END: allocate

    /// A block of `size` bytes though no list is known to have one: the list that such a block would be
    /// in may have one all the same.
    #[cold]
    #[inline(never)]
    fn allocate_tight(&mut self, size: usize, align: usize) -> *mut u8 {
        let fits = |block: &Block| {
            gap_before(*block, align).checked_add(size).is_some_and(|end| end <= block.size())
        };
        match self.rest.filter(fits).or_else(|| self.lists.from(size).find(fits)) {
            Some(block) => self.cut_inside(block, size, align),
            None => ptr::null_mut(),
        }
    }

    /// A block of `size` bytes whose address is a multiple of `align`, which the one that has the right
    /// size is not.
    #[cold]
    #[inline(never)]
    fn allocate_aligned(&mut self, size: usize, align: usize) -> *mut u8 {
        // A block with room for the longest gap needs no search.
        let longest = size.checked_add(align).and_then(|all| all.checked_add(LEAST));
        match longest.and_then(|all| self.lists.fitting(all)) {
            Some((_, block)) => self.cut_inside(block, size, align),
            None => self.allocate_tight(size, align),
        }
    }

    /// Give out `size` bytes of a free block from the first multiple of `align` on that it can be cut at.
    /// It has as many behind that.
    fn cut_inside(&mut self, block: Block, size: usize, align: usize) -> *mut u8 {
        let header = block.header();
        self.take_out(block, header.size());
        let gap = gap_before(block, align);
        if gap == 0 {
            return self.cut(block, header, size);
        }
        // SAFETY: the caller's promise: `size` bytes more, in the block.
        let aligned = unsafe { block.further(gap) };
        let payload = self.cut(aligned, header.with_size(header.size() - gap), size);
        aligned.set_after_free(true);
        self.list(block, header.with_size(gap));
        payload
    }

    // ANCHOR: release
    /// Take a block back: it, or the free block that it is a part of now.
    ///
    /// # Safety
    ///
    /// It came from here, is not yet released, and nobody uses it any more.
    #[inline(always)]
    pub(crate) unsafe fn release(&mut self, block: *mut u8) -> Block {
        // SAFETY: what is given out is a block, and the pointer was derived from the region's start.
        let mut block = unsafe { Block::at(block) };
        let header = block.header();
        let mut size = header.size();
        let next = block.next();
        let next_header = next.header();
        let mut next_is_rest = false;
        if !next_header.is_free() {
            next.set_header(next_header.with_after_free(true));
        } else {
            size += next_header.size();
            next_is_rest = self.is_rest(next);
            if !next_is_rest {
                self.lists.remove(next, next_header.size());
            }
        }
        if header.is_after_free() {
            if let Some(rest) = self.rest_before(block) {
                self.rest_size += size;
                rest.set_header(Header::free(self.rest_size));
                return rest;
            }
            // SAFETY: the header says so, and it is not the rest: it has a footer (invariant 4).
            let before = unsafe { block.free_before() };
            let before_size = before.size();
            block = before;
            size += before_size;
            if !next_is_rest && Class::of(before_size) == Class::of(size) {
                // It is in the right list already.
                block.set_header(Header::free(size));
                block.set_footer(size);
                return block;
            }
            self.lists.remove(before, before_size);
        }
        if next_is_rest {
            block.set_header(Header::free(size));
            (self.rest, self.rest_size) = (Some(block), size);
        } else {
            self.list(block, Header::free(size));
        }
        block
    }
    // ANCHOR_END: release

    /// Make a block longer or shorter where it is. `false`: it is as it was.
    ///
    /// # Safety
    ///
    /// It came from here and is not yet released. `layout` is the one it is to have, with its alignment.
    #[inline]
    pub(crate) unsafe fn resize(&mut self, block: *mut u8, layout: Layout) -> bool {
        // SAFETY: what is given out is a block, and the pointer was derived from the region's start.
        let block = unsafe { Block::at(block) };
        let size = size_for(layout);
        let header = block.header();
        let next = block.next();
        let next_header = next.header();
        let free_behind = if next_header.is_free() { next_header.size() } else { 0 };
        let room = header.size() + free_behind;
        if size > room {
            return false;
        }
        if size == header.size() || (free_behind == 0 && room - size < LEAST) {
            return true;
        }
        if free_behind != 0 {
            self.take_out(next, free_behind);
        }
        let left = room - size;
        if left < LEAST {
            block.set_header(header.with_size(room));
            block.next().set_after_free(false);
            return true;
        }
        block.set_header(header.with_size(size));
        // SAFETY: `left` bytes, at least those of a block, before the next one that is used.
        let tail = unsafe { block.further(size) };
        if left <= free_behind {
            self.keep(tail, next_header.with_size(left));
        } else {
            // Some of it was given out until now.
            self.keep(tail, Header::free(left));
            tail.next().set_after_free(true);
        }
        true
    }

    /// Make a block longer by moving its first `kept` bytes to the front, into the free block before. Null:
    /// it is as it was.
    ///
    /// # Safety
    ///
    /// As for [`resize`](Self::resize), which has failed, and the block has `kept` bytes.
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn grow_backwards(
        &mut self,
        block: *mut u8,
        kept: usize,
        layout: Layout,
    ) -> *mut u8 {
        // SAFETY: what is given out is a block, and the pointer was derived from the region's start.
        let block = unsafe { Block::at(block) };
        let size = size_for(layout);
        if !block.header().is_after_free() {
            return ptr::null_mut();
        }
        let before = match self.rest_before(block) {
            Some(rest) => rest,
            // SAFETY: the header says so, and it is not the rest: it has a footer (invariant 4).
            None => unsafe { block.free_before() },
        };
        let next = block.next();
        let free_behind = if next.is_free() { next.size() } else { 0 };
        let room = before.size() + block.size() + free_behind;
        if room < size || before.address() & (layout.align() - 1) != 0 {
            return ptr::null_mut();
        }
        self.take_out(before, before.size());
        if free_behind != 0 {
            self.take_out(next, free_behind);
        } else {
            next.set_after_free(true);
        }
        // SAFETY: both are in what was these three blocks, and long enough.
        unsafe { ptr::copy(block.payload(), before.payload(), kept) };
        self.cut(before, Header::free(room), size)
    }

    /// How many bytes of a block its owner may use: what was asked for, or a little more. Without the core: it may
    /// be in use elsewhere.
    ///
    /// # Safety
    ///
    /// It came from here and is not yet released.
    #[inline]
    pub(crate) unsafe fn usable_size(block: *mut u8) -> usize {
        // SAFETY: what is given out is a block, and the pointer was derived from the region's start.
        let block = unsafe { Block::at(block) };
        block.usable_for_anybody()
    }

    /// The free blocks of at least `size` bytes.
    pub(crate) fn free_blocks(&self, size: usize) -> impl Iterator<Item = Block> {
        let large = move |block: &Block| block.size() >= size;
        self.rest.into_iter().chain(self.lists.from(size)).filter(large)
    }

    /// Give out `size` bytes of a block that is in no list. What is left of it is free.
    #[inline(always)]
    fn cut(&mut self, block: Block, header: Header, size: usize) -> *mut u8 {
        let left = header.size() - size;
        if left < LEAST {
            block.set_header(Header::used(header.size()));
            block.next().set_after_free(false);
        } else {
            block.set_header(Header::used(size));
            // SAFETY: `left` bytes, at least those of a block, before the next one.
            let tail = unsafe { block.further(size) };
            self.keep(tail, header.with_size(left));
        }
        block.payload()
    }

    /// Give out the first `size` bytes of the rest, which has as many.
    #[inline(always)]
    fn cut_rest(&mut self, rest: Block, size: usize) -> *mut u8 {
        let left = self.rest_size - size;
        if left < LEAST {
            rest.set_header(Header::used(self.rest_size));
            rest.next().set_after_free(false);
            (self.rest, self.rest_size) = (None, 0);
        } else {
            // SAFETY: `left` bytes, at least those of a block, before the next one.
            let tail = unsafe { rest.further(size) };
            tail.set_header(rest.header().with_size(left));
            rest.set_header(Header::used(size));
            (self.rest, self.rest_size) = (Some(tail), left);
        }
        rest.payload()
    }

    #[inline(always)]
    fn is_rest(&self, block: Block) -> bool {
        Block::to_link(self.rest) == block.payload()
    }

    /// The rest, if it ends where `block` begins.
    #[inline(always)]
    fn rest_before(&self, block: Block) -> Option<Block> {
        let end = self.rest.map_or(0, Block::address) + self.rest_size;
        if end == block.address() { self.rest } else { None }
    }

    /// Have a free block: as the rest, if it is larger than that, or else in a list. The block behind it
    /// knows that it is free.
    #[inline(always)]
    pub(super) fn keep(&mut self, block: Block, header: Header) {
        if header.size() <= self.rest_size {
            self.list(block, header);
            return;
        }
        block.set_header(header);
        if let Some(rest) = self.rest.replace(block) {
            self.list(rest, rest.header());
        }
        self.rest_size = header.size();
    }

    /// Put a free block into its list. The block behind it knows that it is free.
    #[inline(always)]
    fn list(&mut self, block: Block, header: Header) {
        block.set_header(header);
        block.set_footer(header.size());
        self.lists.insert(block, header.size());
    }

    /// Take a free block out of its list, or from being the rest.
    #[inline(always)]
    pub(super) fn take_out(&mut self, block: Block, size: usize) {
        if self.is_rest(block) {
            (self.rest, self.rest_size) = (None, 0);
        } else {
            self.lists.remove(block, size);
        }
    }
}

/// The size of a block for `layout`.
///
/// Blocks whose sizes are multiples of two granules stay aligned to that: where nothing but such is asked
/// for, an alignment of two granules is free.
#[inline(always)]
fn size_for(layout: Layout) -> usize {
    let below = ((layout.align() - 1) & GRANULE) | (GRANULE - 1);
    ((layout.size() + HEADER + below) & !below).max(LEAST)
}

/// How far behind `block` the first multiple of `align` is that leaves no gap, or one that is a block.
fn gap_before(block: Block, align: usize) -> usize {
    let below = align - 1;
    if block.address() & below == 0 {
        return 0;
    }
    LEAST + (block.address().wrapping_add(LEAST).wrapping_neg() & below)
}
