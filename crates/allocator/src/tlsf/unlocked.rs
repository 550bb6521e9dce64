//! Two-level segregated fit, without a lock: from layouts to blocks and back.

use core::alloc::Layout;
use core::ptr;

use super::block::{Block, GRANULE, Header, LEAST, WORD};
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

    /// A block for `layout`, or null.
    #[inline(always)]
    pub(crate) fn allocate(&mut self, layout: Layout) -> *mut u8 {
        let size = size_for(layout.size());
        if layout.align() > GRANULE {
            return self.allocate_aligned(size, layout.align());
        }
        match self.lists.fitting(size) {
            Some((class, block)) => {
                let header = block.header();
                if self.rest_size >= size && self.rest_size < header.size() {
                    return self.cut_rest(size);
                }
                self.lists.remove_head(class, block);
                self.cut(block, header, size)
            }
            None if self.rest_size >= size => self.cut_rest(size),
            None => self.allocate_tight(size),
        }
    }

    /// A block of `size` bytes though no list is known to have one: the list that such a block would be
    /// in may have one all the same.
    #[cold]
    #[inline(never)]
    fn allocate_tight(&mut self, size: usize) -> *mut u8 {
        let fits = |block: &Block| block.header().size() >= size;
        let Some(block) = self.lists.from(size).find(fits) else { return ptr::null_mut() };
        let header = block.header();
        self.lists.remove(block, header.size());
        self.cut(block, header, size)
    }

    /// A block of `size` bytes whose address is a multiple of `align`, more than a granule.
    #[cold]
    #[inline(never)]
    fn allocate_aligned(&mut self, size: usize, align: usize) -> *mut u8 {
        let fits = |block: &Block| {
            let end = gap_before(*block, align).and_then(|gap| gap.checked_add(size));
            end.is_some_and(|end| end <= block.header().size())
        };
        // A block with room for the longest gap needs no search.
        let longest = size.checked_add(align).and_then(|all| all.checked_add(LEAST));
        let roomy = longest.and_then(|all| self.lists.fitting(all)).map(|(_, block)| block);
        let search = || self.rest.filter(fits).or_else(|| self.lists.from(size).find(fits));
        let Some(block) = roomy.or_else(search) else { return ptr::null_mut() };
        let Some(gap) = gap_before(block, align) else { return ptr::null_mut() };
        let header = block.header();
        self.take_out(block, header.size());
        if gap == 0 {
            return self.cut(block, header, size);
        }
        // SAFETY: `fits`, or a block that is roomy: there are `size` bytes more.
        let aligned = unsafe { block.further(gap) };
        let payload = self.cut(aligned, header.with_size(header.size() - gap), size);
        self.list(block, header.with_size(gap));
        payload
    }

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
        let next_is_rest = self.rest == Some(next);
        if !next_is_rest {
            let next_header = next.header();
            if next_header.is_free() {
                self.lists.remove(next, next_header.size());
                size += next_header.size();
            }
        }
        if header.is_after_free() {
            if let Some(rest) = self.rest_before(block) {
                self.rest_size += size;
                rest.set_header(Header::free(self.rest_size));
                rest.next().set_after_free(true);
                return rest;
            }
            // SAFETY: the header says so, and it is not the rest: it has a footer (invariant 4).
            let before = unsafe { block.free_before() };
            let before_size = before.header().size();
            self.lists.remove(before, before_size);
            block = before;
            size += before_size;
        }
        if next_is_rest {
            self.rest = Some(block);
            self.rest_size += size;
            block.set_header(Header::free(self.rest_size));
        } else {
            self.list(block, Header::free(size));
        }
        block
    }

    /// Make a block longer or shorter where it is. `false`: it is as it was.
    ///
    /// # Safety
    ///
    /// It came from here and is not yet released. `new_size` is at most `isize::MAX`.
    #[inline]
    pub(crate) unsafe fn resize(&mut self, block: *mut u8, new_size: usize) -> bool {
        // SAFETY: what is given out is a block, and the pointer was derived from the region's start.
        let block = unsafe { Block::at(block) };
        let size = size_for(new_size);
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
        // SAFETY: `left` bytes, at least those of a block, before the one after next.
        let tail = unsafe { block.further(size) };
        // What was given out is in the tail as well if the block got shorter.
        let tail_header = if left <= free_behind { next_header } else { Header::free(0) };
        self.keep(tail, tail_header.with_size(left));
        true
    }

    /// How many bytes of a block its owner may use: what was asked for, or a little more.
    ///
    /// # Safety
    ///
    /// It came from here and is not yet released.
    #[inline]
    pub(crate) unsafe fn usable_size(block: *mut u8) -> usize {
        // SAFETY: what is given out is a block, and the pointer was derived from the region's start.
        let block = unsafe { Block::at(block) };
        block.usable()
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
    fn cut_rest(&mut self, size: usize) -> *mut u8 {
        let Some(block) = self.rest else { return ptr::null_mut() };
        let left = self.rest_size - size;
        if left < LEAST {
            block.set_header(Header::used(self.rest_size));
            block.next().set_after_free(false);
            (self.rest, self.rest_size) = (None, 0);
        } else {
            // SAFETY: `left` bytes, at least those of a block, before the next one.
            let tail = unsafe { block.further(size) };
            tail.set_header(block.header().with_size(left));
            block.set_header(Header::used(size));
            (self.rest, self.rest_size) = (Some(tail), left);
        }
        block.payload()
    }

    /// The rest, if it ends where `block` begins.
    #[inline(always)]
    fn rest_before(&self, block: Block) -> Option<Block> {
        self.rest.filter(|rest| rest.address() + self.rest_size == block.address())
    }

    /// Have a free block: as the rest, if it is larger than that, or else in a list.
    #[inline(always)]
    pub(super) fn keep(&mut self, block: Block, header: Header) {
        if header.size() <= self.rest_size {
            self.list(block, header);
            return;
        }
        if let Some(rest) = self.rest.replace(block) {
            self.list(rest, rest.header());
        }
        self.rest_size = header.size();
        block.set_header(header);
        block.next().set_after_free(true);
    }

    /// Put a free block into its list.
    #[inline(always)]
    fn list(&mut self, block: Block, header: Header) {
        block.set_header(header);
        block.set_footer(header.size());
        block.next().set_after_free(true);
        self.lists.insert(block, header.size());
    }

    /// Take a free block out of its list, or from being the rest.
    #[inline(always)]
    pub(super) fn take_out(&mut self, block: Block, size: usize) {
        if self.rest == Some(block) {
            (self.rest, self.rest_size) = (None, 0);
        } else {
            self.lists.remove(block, size);
        }
    }
}

/// The size of a block with room for `size` bytes, at most `isize::MAX`.
#[inline(always)]
fn size_for(size: usize) -> usize {
    ((size + WORD + GRANULE - 1) & !(GRANULE - 1)).max(LEAST)
}

/// How far behind `block` the first multiple of `align` is that leaves no gap, or one that is a block.
fn gap_before(block: Block, align: usize) -> Option<usize> {
    let gap = block.address().wrapping_neg() & (align - 1);
    if gap == 0 || gap >= LEAST { Some(gap) } else { gap.checked_add(align) }
}
