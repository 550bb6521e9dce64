//! What stands around a block, inside the block that the heap underneath gave: a header in front, a canary
//! behind.
//!
//! ```text
//! start of the inner block        block                        block + size
//! | for the alignment | size | tag | what the program asked for | canary |
//! ```
//!
//! 1. The tag of a live block is made from the secret, the block's address, and its layout; its lowest bits
//!    are the alignment. That of a freed block has all other bits turned round.
//! 2. The canary is made from the secret, the block's address, and its size. None of its bytes is 0, as what
//!    is written too far is often the 0 at the end of a string.
//! 3. Every byte of a freed block is [`FREED`].
//!
//! The tag is the one word of a block that two threads may change at once: when both free it.

use core::alloc::Layout;
// In the memory of blocks, which loom does not know of.
use core::sync::atomic::{AtomicUsize, Ordering};

use super::mistake::What;
use super::secret::Secret;
use crate::watch::MeantAt;

/// The bytes in front of a block.
pub(crate) const FRONT: usize = size_of::<Header>();
/// The bytes behind it.
pub(crate) const BEHIND: usize = size_of::<usize>();
/// What a freed block is filled with: as a pointer, it leads nowhere.
const FREED: u8 = 0xDF;

#[repr(C)]
struct Header {
    size: AtomicUsize,
    tag: AtomicUsize,
}

/// The layout of an inner block with room for a block and its books, and where in it the block begins.
#[inline]
pub(crate) fn around(layout: Layout) -> Option<(Layout, usize)> {
    let front = FRONT.max(layout.align());
    let size = layout.size().checked_add(front + BEHIND)?;
    let layout = Layout::from_size_align(size, layout.align().max(align_of::<Header>())).ok()?;
    Some((layout, front))
}

/// Which bits of a tag are the alignment.
const ALIGN_BITS: usize = 63;

fn live_tag(secret: &Secret, block: *const u8, layout: Layout) -> usize {
    let align = layout.align().trailing_zeros() as usize;
    secret.mix(block.addr(), layout.size().rotate_left(6) ^ align) & !ALIGN_BITS | align
}

fn canary(secret: &Secret, block: *const u8, size: usize) -> [u8; BEHIND] {
    (secret.mix(!block.addr(), size) | usize::from_ne_bytes([1; BEHIND])).to_ne_bytes()
}

/// A block and the books around it.
///
/// Its functions are unsafe to call unless [`FRONT`] bytes before it are there, and it is aligned as a word is.
/// Those that look behind it ask for more.
#[derive(Clone, Copy)]
pub(crate) struct Books<'a> {
    pub(crate) secret: &'a Secret,
    pub(crate) block: *mut u8,
}

impl Books<'_> {
    /// # Safety
    ///
    /// As above.
    #[inline]
    unsafe fn header(&self) -> &Header {
        let header = self.block.wrapping_sub(FRONT).cast::<Header>();
        // SAFETY: the caller's promise. All that is ever done to these bytes is atomic.
        unsafe { &*header }
    }

    /// The block is given out.
    ///
    /// # Safety
    ///
    /// As above, and the block and its canary are there, and nobody else's.
    #[inline]
    pub(crate) unsafe fn open(&self, layout: Layout) {
        let tag = live_tag(self.secret, self.block, layout);
        // Relaxed, in this whole file: the block goes from thread to thread by other ways, and takes its
        // header along.
        let _meant = MeantAt::new(self.block.wrapping_sub(FRONT), FRONT);
        // Where the heap below kept atomics of another size, Miri's compiler breaks off; so they are overwritten.
        #[cfg(miri)]
        // SAFETY: the caller's promise.
        unsafe {
            self.block.wrapping_sub(FRONT).write_bytes(0, FRONT);
        }
        // SAFETY: the caller's promise.
        let header = unsafe { self.header() };
        header.size.store(layout.size(), Ordering::Relaxed);
        header.tag.store(tag, Ordering::Relaxed);
        let behind = self.block.wrapping_add(layout.size());
        let _meant = MeantAt::new(behind, BEHIND);
        let canary = canary(self.secret, self.block, layout.size());
        // SAFETY: the caller's promise.
        unsafe { behind.cast::<[u8; BEHIND]>().write(canary) };
    }

    /// What the header says, which may be nonsense: a size, and a tag.
    unsafe fn read(&self) -> (usize, usize) {
        let _meant = MeantAt::new(self.block.wrapping_sub(FRONT), FRONT);
        // SAFETY: the caller's promise.
        let header = unsafe { self.header() };
        (header.size.load(Ordering::Relaxed), header.tag.load(Ordering::Relaxed))
    }

    /// The layout of a live block; or what is wrong, with the layout if it is known. `there` says whether a
    /// byte is there to be read.
    ///
    /// # Safety
    ///
    /// As above.
    #[inline]
    pub(crate) unsafe fn live(
        &self,
        there: impl Fn(*const u8) -> bool,
    ) -> Result<Layout, (What, Option<Layout>)> {
        // SAFETY: the caller's promise.
        let (size, tag) = unsafe { self.read() };
        let align = 1_usize.checked_shl((tag & ALIGN_BITS) as u32).unwrap_or(0);
        let layout = Layout::from_size_align(size, align).ok();
        let expected = layout.map(|layout| live_tag(self.secret, self.block, layout));
        if expected == Some(tag) {
            // SAFETY: the header is as it was written, so the canary is where it says.
            let intact = unsafe { self.canary_is_intact(size) };
            return layout.filter(|_| intact).ok_or((What::WrittenBehind, layout));
        }
        if expected == Some(tag ^ !ALIGN_BITS) {
            return Err((What::DoubleFree, layout));
        }
        // Is it a block whose header was overwritten, as far as its tag?
        let behind = self.block.wrapping_add(size);
        let is_there =
            size < isize::MAX as usize && there(behind) && there(behind.wrapping_add(BEHIND - 1));
        // SAFETY: both ends of it are there.
        if is_there && unsafe { self.canary_is_intact(size) } {
            return Err((What::WrittenBefore, None));
        }
        Err((What::NoBlock, None))
    }

    /// # Safety
    ///
    /// A canary's bytes are there behind the first `size` bytes.
    unsafe fn canary_is_intact(&self, size: usize) -> bool {
        let behind = self.block.wrapping_add(size);
        let _meant = MeantAt::new(behind, BEHIND);
        // SAFETY: the caller's promise.
        let found = unsafe { behind.cast::<[u8; BEHIND]>().read() };
        found == canary(self.secret, self.block, size)
    }

    /// From live to freed. `false`: another thread was faster.
    ///
    /// # Safety
    ///
    /// As above; `layout` is what [`live`](Self::live) said.
    #[inline]
    pub(crate) unsafe fn free(&self, layout: Layout) -> bool {
        let live = live_tag(self.secret, self.block, layout);
        let freed = live ^ !ALIGN_BITS;
        let _meant = MeantAt::new(self.block.wrapping_sub(FRONT), FRONT);
        // SAFETY: the caller's promise.
        let tag = unsafe { &self.header().tag };
        // Relaxed: as in `open`; the tag alone says who was first.
        tag.compare_exchange(live, freed, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Fill a freed block.
    ///
    /// # Safety
    ///
    /// The block has `size` bytes, and nobody uses it any more.
    #[inline]
    pub(crate) unsafe fn fill(&self, size: usize) {
        let _meant = MeantAt::new(self.block, size);
        // SAFETY: the caller's promise.
        unsafe { self.block.write_bytes(FREED, size) };
    }

    /// The layout of a freed and filled block; or what is wrong.
    ///
    /// # Safety
    ///
    /// The block was live, then freed and filled, and is still there.
    #[inline]
    pub(crate) unsafe fn freed(&self) -> Result<Layout, (What, Option<Layout>)> {
        // SAFETY: the caller's promise.
        let (size, tag) = unsafe { self.read() };
        let align = 1_usize.checked_shl((tag & ALIGN_BITS) as u32).unwrap_or(0);
        let layout = Layout::from_size_align(size, align).ok();
        let Some(layout) =
            layout.filter(|&layout| live_tag(self.secret, self.block, layout) ^ !ALIGN_BITS == tag)
        else {
            return Err((What::WrittenBefore, None));
        };
        // SAFETY: the header is as it was written, so the canary is where it says.
        if !unsafe { self.canary_is_intact(size) } {
            return Err((What::WrittenBehind, Some(layout)));
        }
        let _meant = MeantAt::new(self.block, size);
        // SAFETY: the block has this size, was filled, and is nobody's.
        let bytes = unsafe { core::slice::from_raw_parts(self.block, size) };
        let untouched = bytes.chunks(64).all(|part| part == &[FREED; 64][..part.len()]);
        if untouched { Ok(layout) } else { Err((What::WrittenAfterFree, Some(layout))) }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::vec::Vec;

    use super::*;

    /// What is written too far is often the 0 at the end of a string.
    #[test]
    fn no_byte_of_a_canary_is_zero() {
        let secret = Secret::from_seed(1);
        for size in 1..1000 {
            let block = core::ptr::without_provenance(4096 + 16 * size);
            assert!(!canary(&secret, block, size).contains(&0));
        }
    }

    #[test]
    fn tags_tell_blocks_layouts_and_secrets_apart() {
        let tags = [1, 2].map(|seed| {
            let secret = Secret::from_seed(seed);
            [(4096, 24, 8), (4112, 24, 8), (4096, 25, 8), (4096, 24, 4)].map(|(at, size, align)| {
                let layout = Layout::from_size_align(size, align).unwrap_or(Layout::new::<u8>());
                live_tag(&secret, core::ptr::without_provenance(at), layout) & !ALIGN_BITS
            })
        });
        let mut all: Vec<_> = tags.as_flattened().into();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 8);
    }
}
