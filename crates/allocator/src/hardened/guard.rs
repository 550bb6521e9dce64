//! Large blocks between two pages that nobody may touch.
//!
//! ```text
//! | guard | canary | what the program asked for | canary | guard |
//!         ^ a page begins                               ^ a page begins
//! ```
//!
//! A block ends where the guard begins, as nearly as its alignment allows: an overrun faults at once. What is
//! left of its pages on either side is filled, and looked at when it is freed. Once freed, all of it is
//! closed, and its memory is the system's; its addresses wait in quarantine.
//!
//! The books are beside the blocks, in a table of fixed size, so that a pointer from elsewhere is known
//! without looking at what it points to. A place of the table is empty, taken (by a thread that is changing it),
//! live, or freed.

use core::alloc::Layout;
use core::ptr;

use super::mistake::What;
use super::secret::Secret;
use crate::sync::{AtomicPtr, AtomicUsize, Ordering, array_of, const_unless_loom};

/// How many blocks can be guarded or wait in quarantine at once.
pub(crate) const PLACES: usize = if cfg!(all(feature = "std", unix, not(loom))) { 512 } else { 0 };

const EMPTY: usize = 0;
const TAKEN: usize = 1;
const LIVE: usize = 2;
const FREED: usize = 3;

/// What is left of a block's pages is filled with this.
const CANARY: u8 = 0xCA;

/// A mapping and the block in it.
///
/// 1. Whoever changes `state` to `TAKEN` may change all else, until it changes `state` again.
/// 2. Unless empty or taken, `start` and `len` are a mapping of [`sys::reserve`], and the block's pages are
///    inside it, with a page before and a page behind.
pub(crate) struct Place {
    state: AtomicUsize,
    /// Null if empty or taken.
    block: AtomicPtr<u8>,
    size: AtomicUsize,
    align: AtomicUsize,
    start: AtomicPtr<u8>,
    len: AtomicUsize,
}

impl Place {
    const_unless_loom! {
        fn new() -> Self {
            Self {
                state: AtomicUsize::new(EMPTY),
                block: AtomicPtr::new(ptr::null_mut()),
                size: AtomicUsize::new(0),
                align: AtomicUsize::new(1),
                start: AtomicPtr::new(ptr::null_mut()),
                len: AtomicUsize::new(0),
            }
        }
    }

    /// Take the place, if it is in this state.
    fn take(&self, from: usize) -> bool {
        // Acquire: pairs with the Release in `leave`, so that this thread sees all that was written there.
        let took = self.state.compare_exchange(from, TAKEN, Ordering::Acquire, Ordering::Relaxed);
        took.is_ok()
    }

    /// Let go of a place that was taken.
    fn leave(&self, state: usize) {
        // Release: pairs with the Acquire in `take` and in `layout`.
        self.state.store(state, Ordering::Release);
    }

    /// Give back the addresses. The place was taken.
    fn unmap(&self) {
        // Relaxed, here and in `map`: the place was taken, which orders this.
        self.block.store(ptr::null_mut(), Ordering::Relaxed);
        let start = self.start.load(Ordering::Relaxed);
        // SAFETY: invariant 2; the block was freed.
        unsafe { sys::unmap(start, self.len.load(Ordering::Relaxed)) };
    }

    /// Map a block into a place that was taken. Null: the place is as it was.
    fn map(&self, layout: Layout) -> *mut u8 {
        let page = sys::page();
        let lead = layout.align().max(page);
        // No overflow: both are at most `isize::MAX`, rounded up.
        let pages = layout.size().next_multiple_of(page);
        let Some(len) = pages.checked_add(lead).and_then(|len| len.checked_add(page)) else {
            return ptr::null_mut();
        };
        let start = sys::reserve(len);
        if start.is_null() {
            return start;
        }
        // A page, and what is missing to the alignment: at most `lead` bytes.
        let first = (start.addr() + page).next_multiple_of(lead) - start.addr();
        let end = first + pages;
        let at = ((start.addr() + end - layout.size()) & !(layout.align() - 1)) - start.addr();
        // SAFETY: inside the mapping.
        let place = unsafe { start.add(first) };
        // SAFETY: whole pages of the mapping.
        if !unsafe { sys::open(place, pages) } {
            // SAFETY: the whole mapping.
            unsafe { sys::unmap(start, len) };
            return ptr::null_mut();
        }
        // SAFETY: inside the mapping.
        let block = unsafe { start.add(at) };
        for (from, to) in [(first, at), (at + layout.size(), end)] {
            // SAFETY: inside the pages that were opened.
            let slack = unsafe { start.add(from) };
            // SAFETY: as above.
            unsafe { slack.write_bytes(CANARY, to - from) };
        }
        self.start.store(start, Ordering::Relaxed);
        self.len.store(len, Ordering::Relaxed);
        self.size.store(layout.size(), Ordering::Relaxed);
        self.align.store(layout.align(), Ordering::Relaxed);
        // Release: pairs with the Acquire in `Guarded::find`.
        self.block.store(block, Ordering::Release);
        block
    }

    /// The layout of a live block; or what is wrong.
    pub(crate) fn live(&self) -> Result<Layout, (What, Option<Layout>)> {
        // Acquire: pairs with the Release in `leave`.
        let state = self.state.load(Ordering::Acquire);
        // Relaxed: ordered by the line above.
        let (size, align) = (self.size.load(Ordering::Relaxed), self.align.load(Ordering::Relaxed));
        let layout = Layout::from_size_align(size, align).ok();
        layout.filter(|_| state == LIVE).ok_or((What::DoubleFree, layout))
    }

    /// Free the block: nobody may touch it any more. Or what is wrong with it.
    ///
    /// # Safety
    ///
    /// `layout` is what [`live`](Self::live) said, and nobody uses the block.
    pub(crate) unsafe fn free(&self, layout: Layout) -> Result<(), What> {
        if !self.take(LIVE) {
            return Err(What::DoubleFree);
        }
        // Relaxed: the place is taken.
        let block = self.block.load(Ordering::Relaxed);
        let page = sys::page();
        let before = block.addr() % page;
        let first = block.wrapping_sub(before);
        let len = (before + layout.size()).next_multiple_of(page);
        let is_filled = |from: usize, to: usize| {
            let slack = first.wrapping_add(from);
            // SAFETY: from the first of the block's pages to the last, which are open (invariant 2).
            let slack = unsafe { core::slice::from_raw_parts(slack, to - from) };
            slack.iter().all(|&byte| byte == CANARY)
        };
        if !is_filled(0, before) {
            return Err(What::WrittenBefore);
        }
        if !is_filled(before + layout.size(), len) {
            return Err(What::WrittenBehind);
        }
        // SAFETY: whole pages of the mapping; nobody uses them.
        unsafe { sys::close(first, len) };
        self.leave(FREED);
        Ok(())
    }
}

/// The table.
pub(crate) struct Guarded {
    /// A block of as many bytes or more is guarded.
    pub(crate) from: usize,
    places: [Place; PLACES],
}

impl Guarded {
    const_unless_loom! {
        pub(crate) fn new(from: usize) -> Self {
            Self { from, places: array_of!(Place::new()) }
        }
    }

    /// A block of zeros, or null: too many, or the system has no memory.
    #[cold]
    pub(crate) fn allocate(&self, layout: Layout, secret: &Secret) -> *mut u8 {
        let (behind, before) = self.places.split_at(secret.random() % PLACES.max(1));
        for place in before.iter().chain(behind) {
            if place.take(FREED) {
                place.unmap();
            } else if !place.take(EMPTY) {
                continue;
            }
            let block = place.map(layout);
            place.leave(if block.is_null() { EMPTY } else { LIVE });
            return block;
        }
        ptr::null_mut()
    }

    /// The place of a block that is live, or was lately.
    #[inline]
    pub(crate) fn find(&self, block: *const u8) -> Option<&Place> {
        if self.from == usize::MAX {
            return None;
        }
        // Acquire: pairs with the Release in `map`.
        self.places.iter().find(|place| ptr::eq(place.block.load(Ordering::Acquire), block))
    }

    /// Whether an address is in a live block.
    pub(crate) fn has(&self, address: *const u8) -> bool {
        self.from != usize::MAX
            && self.places.iter().any(|place| {
                // Acquire: pairs with the Release in `map`.
                let block = place.block.load(Ordering::Acquire);
                let offset = address.addr().wrapping_sub(block.addr());
                place.live().is_ok_and(|layout| offset < layout.size())
            })
    }

    /// Give back the addresses of all that was freed.
    pub(crate) fn flush(&self) {
        for place in &self.places {
            if place.take(FREED) {
                place.unmap();
                place.leave(EMPTY);
            }
        }
    }
}

#[cfg(all(feature = "std", unix, not(miri), not(loom)))]
mod sys {
    use core::ptr;

    use crate::thread_heap::os::keep_errno;

    /// The unit in which memory can be closed.
    pub(super) fn page() -> usize {
        // SAFETY: a question that changes nothing.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        usize::try_from(page).unwrap_or(65_536)
    }

    fn map(place: *mut u8, len: usize, flags: i32) -> *mut u8 {
        let flags = flags | libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_NORESERVE;
        // SAFETY: a private mapping, wherever the system likes; or in place of one that the caller gives up.
        let start = unsafe { libc::mmap(place.cast(), len, libc::PROT_NONE, flags, -1, 0) };
        if start == libc::MAP_FAILED { ptr::null_mut() } else { start.cast() }
    }

    /// Addresses that nobody may touch yet. Null: there are none.
    pub(super) fn reserve(len: usize) -> *mut u8 {
        map(ptr::null_mut(), len, 0)
    }

    /// Put memory there, all zeros. `false`: there is none.
    ///
    /// # Safety
    ///
    /// Whole pages of a mapping of [`reserve`].
    pub(super) unsafe fn open(start: *mut u8, len: usize) -> bool {
        // SAFETY: the caller's promise.
        unsafe { libc::mprotect(start.cast(), len, libc::PROT_READ | libc::PROT_WRITE) == 0 }
    }

    /// Give the memory back and keep the addresses, which nobody may touch from now on. If that fails (too many
    /// mappings), it stays as it was.
    ///
    /// # Safety
    ///
    /// Whole pages of a mapping of [`reserve`]; nobody uses them.
    pub(super) unsafe fn close(start: *mut u8, len: usize) {
        keep_errno(|| map(start, len, libc::MAP_FIXED));
    }

    /// Give the addresses back.
    ///
    /// # Safety
    ///
    /// A whole mapping of [`reserve`]; nobody uses it.
    pub(super) unsafe fn unmap(start: *mut u8, len: usize) {
        // SAFETY: the caller's promise.
        keep_errno(|| unsafe { libc::munmap(start.cast(), len) });
    }
}

/// Where there is no way to close memory, or no operating system: no block is guarded. Miri has no such pages.
#[cfg(not(all(feature = "std", unix, not(miri), not(loom))))]
mod sys {
    use core::ptr;

    pub(super) fn page() -> usize {
        4096
    }

    pub(super) fn reserve(_: usize) -> *mut u8 {
        ptr::null_mut()
    }

    pub(super) unsafe fn open(_: *mut u8, _: usize) -> bool {
        false
    }

    pub(super) unsafe fn close(_: *mut u8, _: usize) {}

    pub(super) unsafe fn unmap(_: *mut u8, _: usize) {}
}
