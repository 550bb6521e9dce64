//! One block: what is written in front of it, and what is kept in it while it is free.

use core::ptr::{self, NonNull};

use crate::links;

/// A word: a link or a footer.
pub(super) const WORD: usize = size_of::<usize>();
/// A header, in front of each block.
pub(super) const HEADER: usize = size_of::<Header>();
/// Blocks begin and end at multiples of it. A size leaves three bits for flags.
pub(super) const GRANULE: usize = 8;
/// How far in front of the next block a footer is: as near to its header as a word can be.
const FOOTER: usize = 2 * WORD;
/// The smallest block: two links, a footer, and what a header takes.
pub(super) const LEAST: usize = 2 * WORD + FOOTER;

/// What is in front of a block: its size, less than 4 GiB, and flags in the bits that a size leaves free.
///
/// Four bytes, on every machine: with eight, every second size would take eight bytes more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header(u32);

impl Header {
    /// The block is free.
    const FREE: u32 = 1;
    /// So is the one before it.
    const AFTER_FREE: u32 = 2;
    const FLAGS: u32 = GRANULE as u32 - 1;

    #[inline(always)]
    pub(super) const fn used(size: usize) -> Self {
        Self(size as u32)
    }

    #[inline(always)]
    pub(super) const fn free(size: usize) -> Self {
        Self(size as u32 | Self::FREE)
    }

    /// The same flags, another size.
    #[inline(always)]
    pub(super) const fn with_size(self, size: usize) -> Self {
        Self(size as u32 | self.0 & Self::FLAGS)
    }

    #[inline(always)]
    pub(super) const fn with_after_free(self, after_free: bool) -> Self {
        Self(self.0 & !Self::AFTER_FREE | if after_free { Self::AFTER_FREE } else { 0 })
    }

    /// The distance to the next block: header and all. 0: there is none.
    #[inline(always)]
    pub(super) const fn size(self) -> usize {
        (self.0 & !Self::FLAGS) as usize
    }

    #[inline(always)]
    pub(super) const fn is_free(self) -> bool {
        self.0 & Self::FREE != 0
    }

    #[inline(always)]
    pub(super) const fn is_after_free(self) -> bool {
        self.0 & Self::AFTER_FREE != 0
    }
}

/// A block in a region, by the address of its first byte after the header.
///
/// ```text
/// used   header | bytes of its owner ........................... | header of the next
/// free   header | next | previous | ................. | footer | | header of the next
///               ^ the block
/// ```
///
/// The links lead through a list of free blocks. The footer is the block's own address, and how the next
/// block finds it.
///
/// Having one is the proof that its methods lean on:
///
/// 1. It is a multiple of `GRANULE`, and was derived from the start of its region, so that it is valid for
///    reads and writes of the header before it and of everything up to the end of the region.
/// 2. Its header is written, and `size` bytes further there is the next block. The last one of a region has
///    size 0: its next one is itself.
/// 3. A free block has its links and its footer, unless it is `rest` (see [`Core`](super::Core)).
///
/// A block that is merged with the one before it ends, and so do all of a region that is removed. Who does
/// that forgets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block(NonNull<u8>);

impl Block {
    /// The block at `payload`.
    ///
    /// # Safety
    ///
    /// What this type says of itself.
    #[inline(always)]
    pub(super) const unsafe fn at(payload: *mut u8) -> Self {
        // SAFETY: there is a header in front of it, so it is not null.
        Self(unsafe { NonNull::new_unchecked(payload) })
    }

    /// The first byte that the block's owner may use.
    #[inline(always)]
    pub(crate) const fn payload(self) -> *mut u8 {
        self.0.as_ptr()
    }

    #[inline(always)]
    pub(super) fn address(self) -> usize {
        self.payload().addr()
    }

    /// From this block to the next, header and all.
    #[inline(always)]
    pub(crate) fn size(self) -> usize {
        self.header().size()
    }

    /// How many bytes the block's owner may use, or could if it were given out.
    #[inline(always)]
    pub(crate) fn usable(self) -> usize {
        self.size() - HEADER
    }

    pub(crate) fn is_free(self) -> bool {
        self.header().is_free()
    }

    /// The bytes of a free block in which nothing is kept. Their pages may be given back to the system,
    /// and may come back as any bytes.
    pub(crate) fn inside(self) -> (*mut u8, usize) {
        // SAFETY: a free block begins with two links.
        let start = unsafe { self.payload().add(2 * WORD) };
        (start, self.size() - LEAST)
    }

    #[inline(always)]
    pub(super) fn header(self) -> Header {
        // SAFETY: there is the header (invariant 1).
        let place = unsafe { self.payload().sub(HEADER) };
        // SAFETY: it is aligned as the block is, and is written (invariant 2).
        Header(unsafe { links::read_header(place.cast()) })
    }

    /// [`usable`](Self::usable) of a block that is given out, for anybody who has it: whoever owns the books may
    /// be writing to the header, since the one before is given out or comes back, but not another size.
    #[inline(always)]
    pub(super) fn usable_for_anybody(self) -> usize {
        // SAFETY: there is the header (invariant 1).
        let place = unsafe { self.payload().sub(HEADER) };
        // SAFETY: it is aligned as the block is, and is written (invariant 2).
        Header(unsafe { links::read_shared_header(place.cast()) }).size() - HEADER
    }

    /// Write the header. It must agree with where the next block is.
    #[inline(always)]
    pub(super) fn set_header(self, header: Header) {
        // SAFETY: there is the header (invariant 1).
        let place = unsafe { self.payload().sub(HEADER) };
        // SAFETY: it is aligned as the block is.
        unsafe { links::write_header(place.cast(), header.0) };
    }

    /// Write down whether the block before is free.
    #[inline(always)]
    pub(super) fn set_after_free(self, after_free: bool) {
        self.set_header(self.header().with_after_free(after_free));
    }

    /// The place `distance` bytes further, where a block is or is about to be.
    ///
    /// # Safety
    ///
    /// A multiple of `GRANULE`, and not past the last block of the region.
    #[inline(always)]
    pub(super) unsafe fn further(self, distance: usize) -> Self {
        // SAFETY: the caller's promise: still in the region.
        let payload = unsafe { self.payload().add(distance) };
        // SAFETY: as aligned as this one, derived from it, and the caller's promise.
        unsafe { Self::at(payload) }
    }

    /// The next block. The last one's next is itself.
    #[inline(always)]
    pub(super) fn next(self) -> Self {
        // SAFETY: there it is (invariant 2).
        unsafe { self.further(self.header().size()) }
    }

    /// The block before this one.
    ///
    /// # Safety
    ///
    /// It is free and has a footer.
    #[inline(always)]
    pub(super) unsafe fn free_before(self) -> Self {
        // SAFETY: there is its footer.
        let footer = unsafe { self.payload().sub(FOOTER) };
        // SAFETY: the same, and `set_footer` wrote it.
        let before = unsafe { links::read(footer.cast()) };
        // SAFETY: `set_footer` wrote the block's own address.
        unsafe { Self::at(before) }
    }

    /// Write the footer of a free block of `size` bytes.
    #[inline(always)]
    pub(super) fn set_footer(self, size: usize) {
        // SAFETY: a block has `LEAST` bytes or more: behind the links, and in front of the next header.
        let footer = unsafe { self.payload().add(size - FOOTER) };
        // SAFETY: inside a free block, and aligned: a size and `FOOTER` are multiples of a word.
        unsafe { links::write(footer.cast(), self.payload()) };
    }

    /// The block's neighbour in a list. Of a free block, or a record.
    #[inline(always)]
    pub(super) fn link(self, link: Link) -> Option<Self> {
        // SAFETY: `set_link` wrote it.
        unsafe { Self::from_link(self.pointer(link)) }
    }

    #[inline(always)]
    pub(super) fn set_link(self, link: Link, block: Option<Self>) {
        self.set_pointer(link, Self::to_link(block));
    }

    /// What is kept in the block, which is free or a record.
    #[inline(always)]
    pub(super) fn pointer(self, link: Link) -> *mut u8 {
        // SAFETY: `set_pointer` wrote it when the block became free, or the record was made.
        unsafe { links::read(self.place(link)) }
    }

    #[inline(always)]
    pub(super) fn set_pointer(self, link: Link, pointer: *mut u8) {
        // SAFETY: in a free block or a record, aligned as that is.
        unsafe { links::write(self.place(link), pointer) };
    }

    /// Where a link is kept.
    #[inline(always)]
    pub(super) fn place(self, link: Link) -> *mut *mut u8 {
        // SAFETY: a free block has room for two words, and a record for four.
        unsafe { self.payload().cast::<*mut u8>().add(link as usize) }
    }

    /// A block as it is kept in memory.
    #[inline(always)]
    pub(super) fn to_link(block: Option<Self>) -> *mut u8 {
        block.map_or(ptr::null_mut(), Self::payload)
    }

    /// The block that was kept as `link`.
    ///
    /// # Safety
    ///
    /// It came from [`to_link`](Self::to_link), and the block is still one.
    #[inline(always)]
    pub(super) unsafe fn from_link(link: *mut u8) -> Option<Self> {
        NonNull::new(link).map(Self)
    }
}

/// The words at the start of a free block, or of the record at the end of a region.
#[derive(Clone, Copy, Debug)]
pub(super) enum Link {
    Next = 0,
    Previous = 1,
    /// Of a record alone: where its region begins.
    Start = 2,
    /// Of a record alone: where its region ends.
    End = 3,
}
