//! One thread's heap: its pages, its segments, and what other threads leave for it.

use core::cell::{Cell, UnsafeCell};
use core::mem::offset_of;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

use super::classes::{self, COUNT};
use super::inbox::Inbox;
use super::list::List;
use super::os::{self, PAGE};
use super::ownership::Ownership;
use super::page::Page;
use super::parcel::Parcel;
use super::pool;
use super::segment::{Head, SLICE, SLICES, Segment};
use super::slack::Slack;
use super::traffic::{OPEN, PARCELS};
use super::usage;
use crate::lock::Lock;
use crate::tlsf::Core;

/// One thread's heap. It is never freed: when its thread ends it waits for another one.
///
/// 1. What is a `Cell` is touched by the owner alone, who `ownership` says it is.
/// 2. `open` has a page of the heap, or `NO_PAGE`, for every class; `waiting` the pages of the class that have a
///    free block or are empty, none of them open.
/// 3. `roomy` has the heap's segments with a free slice.
#[repr(C, align(64))]
pub(crate) struct Local {
    pub(crate) open: [Cell<*const Page>; COUNT],
    waiting: [List<Page>; COUNT],
    /// The bytes of open pages that were seen empty and kept, since they were last looked through.
    pub(crate) kept: Cell<usize>,
    pub(crate) roomy: List<Segment>,
    /// All segments. Whoever walks the list or changes it holds the lock.
    pub(crate) all: Lock<List<Head>>,
    /// What medium blocks come from.
    pub(crate) medium: UnsafeCell<Core>,
    /// The most bytes that medium blocks had, since memory was last given back.
    pub(crate) medium_high: Cell<usize>,
    /// When they have more than this, it was given back in vain.
    pub(crate) medium_needed: Cell<usize>,
    pub(crate) medium_slack: Slack,
    /// What this heap counts for in `usage::LEFT_BEHIND`.
    pub(crate) left_behind: Cell<usize>,
    /// The same for free slices.
    pub(crate) slack: Slack,
    /// How many medium blocks are live, and how many bytes they have. The owner alone writes.
    pub(crate) medium_count: AtomicUsize,
    pub(crate) medium_bytes: AtomicUsize,
    /// Set while the books are being changed in several steps: a child of `fork` leaves such a heap alone.
    pub(crate) busy: AtomicBool,
    /// Whose blocks are being collected, and in which parcel.
    pub(crate) outgoing: [(Cell<*const Local>, Cell<*const Parcel>); OPEN],
    pub(crate) next_parcel: Cell<usize>,
    /// The first of `PARCELS` parcels; null in a heap that owns nothing.
    pub(crate) parcels: Cell<*const Parcel>,
    /// What follows is for everybody, on lines of its own.
    pub(crate) shared: Shared,
}

#[repr(align(128))]
pub(crate) struct Shared {
    pub(crate) inbox: Inbox,
    pub(crate) ownership: Ownership,
    /// The heap that was made before this one; written before anybody sees this one.
    made_before: Cell<*const Local>,
}

// SAFETY: what is not atomic and not under the lock is the owner's (invariant 1), and `ownership` hands it
// over with everything that was written before.
unsafe impl Sync for Local {}

/// A page that gives nothing, for everybody.
struct NoPage(Page);
// SAFETY: nobody writes to it.
unsafe impl Sync for NoPage {}
static NO_PAGE: NoPage = NoPage(Page::none());

pub(crate) fn no_page() -> *const Page {
    &raw const NO_PAGE.0
}

/// What a thread that has no heap yet points to: a heap that gives nothing and owns nothing.
pub(crate) static NOT_YET: Local = Local::empty();

/// What a thread points to that had a heap and is about to end.
pub(crate) static NO_MORE: Local = Local::empty();

/// The heap that was made last. They are linked by `made_before` and never unmade.
static HEAPS: AtomicPtr<Local> = AtomicPtr::new(ptr::null_mut());

impl Local {
    const fn empty() -> Self {
        Self {
            open: [const { Cell::new(&raw const NO_PAGE.0) }; COUNT],
            waiting: [const { List::new() }; COUNT],
            kept: Cell::new(0),
            roomy: List::new(),
            all: Lock::new(List::new()),
            medium: UnsafeCell::new(Core::new()),
            medium_high: Cell::new(0),
            medium_needed: Cell::new(0),
            medium_slack: Slack::new(),
            left_behind: Cell::new(0),
            slack: Slack::new(),
            medium_count: AtomicUsize::new(0),
            medium_bytes: AtomicUsize::new(0),
            busy: AtomicBool::new(false),
            outgoing: [const { (Cell::new(ptr::null()), Cell::new(ptr::null())) }; OPEN],
            next_parcel: Cell::new(0),
            parcels: Cell::new(ptr::null()),
            shared: Shared {
                inbox: Inbox::new(),
                ownership: Ownership::new(),
                made_before: Cell::new(ptr::null()),
            },
        }
    }

    /// A heap for the calling thread: one whose thread has ended, or a new one. `None`: no memory.
    pub(crate) fn take() -> Option<&'static Self> {
        let Some(heap) = Self::all().find(|heap| heap.shared.ownership.take()) else {
            return Self::make();
        };
        usage::sub(&usage::LEFT_BEHIND, heap.left_behind.take());
        Some(heap)
    }

    /// All heaps, the newest first.
    pub(crate) fn all() -> impl Iterator<Item = &'static Self> {
        // Acquire: pairs with the Release in `make`: the heap is seen as it was made.
        // SAFETY: heaps are never unmade.
        let last = unsafe { HEAPS.load(Ordering::Acquire).as_ref() };
        // SAFETY: as above.
        core::iter::successors(last, |heap| unsafe { heap.shared.made_before.get().as_ref() })
    }

    fn make() -> Option<&'static Self> {
        /// What is mapped for a heap.
        #[repr(C)]
        struct Room {
            heap: Local,
            parcels: [Parcel; PARCELS],
        }
        let mapping = os::map(size_of::<Room>().next_multiple_of(PAGE), PAGE, 0);
        let heap = mapping.start.cast::<Self>();
        if heap.is_null() {
            return None;
        }
        // SAFETY: inside the mapping. It is zeros, which is what a parcel begins with, and memory that no parcel
        // needed is never touched.
        let parcels = unsafe { heap.byte_add(offset_of!(Room, parcels)) }.cast::<Parcel>();
        // SAFETY: the mapping is large enough, and aligned to a page. Nobody writes to `NOT_YET`, and it is no
        // larger on the stack than a pointer.
        unsafe { heap.copy_from_nonoverlapping(&raw const NOT_YET, 1) };
        // SAFETY: written above, and it stays.
        let this = unsafe { &*heap };
        this.parcels.set(parcels);
        // Relaxed: only the address is kept.
        let mut last = HEAPS.load(Ordering::Relaxed);
        loop {
            this.shared.made_before.set(last);
            // Release: pairs with the Acquire in `all`; as a read-modify-write it continues the others'.
            match HEAPS.compare_exchange_weak(last, heap, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return Some(this),
                Err(now) => last = now,
            }
        }
    }

    // Small blocks, given out.

    #[inline(always)]
    pub(crate) fn open(&self, class: usize) -> &Page {
        // SAFETY: pages live as long as their segments, and a segment is given back with no page of it in
        // any list (invariant 2).
        // The remainder is the class itself; with it, no index is out of bounds. So it is further below.
        unsafe { &*self.open[class % COUNT].get() }
    }

    /// A block of a class whose open page has no used block to give out again. Whether it is all zeros. As
    /// the owner.
    #[inline]
    pub(crate) fn allocate(&self, class: usize) -> Option<(*mut u8, bool)> {
        if let Some(block) = self.open(class).carve() {
            return Some(block);
        }
        self.while_busy(|| {
            self.settle();
            loop {
                let page = self.open(class);
                if let Some(block) = page.pop() {
                    return Some((block, false));
                }
                if let Some(block) = page.carve() {
                    return Some(block);
                }
                self.open_another(class)?;
            }
        })
    }

    /// Put the open page of a class away, which is full, and open another one.
    fn open_another(&self, class: usize) -> Option<()> {
        let waiting = &self.waiting[class % COUNT];
        let next = match waiting.first() {
            Some(page) => {
                // SAFETY: it is the first in the list.
                unsafe { waiting.remove(page) };
                page
            }
            None => self.new_page(class)?,
        };
        let last = self.open(class);
        if !ptr::eq(last, no_page()) {
            last.mark_full();
        }
        self.open[class % COUNT].set(next);
        next.start_open();
        Some(())
    }

    /// A page that nobody used, cut for a class.
    fn new_page(&self, class: usize) -> Option<&Page> {
        let segment = match self.roomy.first() {
            Some(segment) => segment,
            None => self.new_segment()?,
        };
        let free = segment.free.load(Ordering::Relaxed);
        // Memory that is there first.
        let dirty = free & segment.dirty.load(Ordering::Relaxed);
        let index = if dirty != 0 { dirty } else { free }.trailing_zeros() as usize;
        let bit = 1 << index;
        segment.free.store(free & !bit, Ordering::Relaxed);
        if free == bit {
            // SAFETY: it had a free slice (invariant 3).
            unsafe { self.roomy.remove(segment) };
        }
        if dirty == 0 {
            self.slack.need(usage::ALLOWED);
        } else {
            segment.set_dirty(segment.dirty.load(Ordering::Relaxed) & !bit);
            usage::sub(&usage::DIRTY, SLICE);
        }
        usage::use_more(SLICE);
        let zeros = segment.stale.get() & bit == 0;
        let page = &segment.pages[index % SLICES];
        page.cut(segment.slice(index), class, classes::SIZES[class % COUNT], zeros);
        Some(page)
    }

    fn new_segment(&self) -> Option<&Segment> {
        let mapping = pool::take()?;
        // SAFETY: the pool gives whole segments.
        let segment = unsafe { Segment::new(mapping, self) };
        // SAFETY: new, and all its slices are free; it is given back when it is in no list any more.
        unsafe { self.roomy.push_front(segment) };
        // SAFETY: as above.
        self.all.with(|all| unsafe { all.push_front(&segment.head) });
        Some(segment)
    }

    // Small blocks, taken back.

    /// The `countdown` of a page of this heap has reached 0. As the owner.
    ///
    /// # Safety
    ///
    /// `page` is a page in use of this heap. It may be gone afterwards, which is why it is not a reference: one
    /// that is an argument must be good until the function returns.
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn page_event(&self, page: *const Page) {
        // SAFETY: the caller's promise.
        self.while_busy(|| unsafe { self.settle_page(page) });
    }

    /// # Safety
    ///
    /// As for [`page_event`](Self::page_event).
    pub(crate) unsafe fn settle_page(&self, page: *const Page) {
        // SAFETY: the caller's promise.
        let page = unsafe { &*page };
        let waiting = &self.waiting[page.class.load(Ordering::Relaxed) as usize % COUNT];
        if page.full.load(Ordering::Relaxed) {
            page.unmark_full();
            // SAFETY: a full page is in no list, and it leaves this one before it is closed.
            unsafe { waiting.push_front(page) };
        } else if page.open.load(Ordering::Relaxed) {
            page.keep();
            // Not the page itself: it may be gone before that returns.
            self.keep(page.fresh.load(Ordering::Relaxed) as usize);
        } else {
            // SAFETY: neither full nor open, so it waits (invariant 2).
            unsafe { waiting.remove(page) };
            // SAFETY: an empty page of ours, in no list any more.
            unsafe { self.give_up(page) };
        }
    }

    /// The thread ends: send what was collected, tidy up, and leave the heap to whoever wants it. As the
    /// owner.
    pub(crate) fn abandon(&self) {
        self.while_busy(|| {
            self.send_all();
            self.settle();
            self.close_empty_pages();
            if usage::too_dirty(0) {
                self.purge();
            }
            self.tidy_medium();
        });
        self.let_go();
    }

    /// Stop being the owner.
    pub(crate) fn let_go(&self) {
        let Shared { inbox, ownership, .. } = &self.shared;
        ownership.let_go(|| !inbox.is_empty(), || self.while_busy(|| self.settle()));
    }

    /// Call `f` with `busy` set.
    pub(crate) fn while_busy<R>(&self, f: impl FnOnce() -> R) -> R {
        let before = self.busy.load(Ordering::Relaxed);
        // Relaxed, and a fence for the compiler alone: who looks is the same thread's copy in a child of
        // `fork`.
        self.busy.store(true, Ordering::Relaxed);
        core::sync::atomic::compiler_fence(Ordering::SeqCst);
        let result = f();
        core::sync::atomic::compiler_fence(Ordering::SeqCst);
        self.busy.store(before, Ordering::Relaxed);
        result
    }

    /// In a child of `fork`, whose parent's other threads are gone.
    pub(crate) fn orphan_after_fork(&self) {
        if !self.busy.load(Ordering::Relaxed) {
            self.forget_empty_parcels();
            self.shared.ownership.orphan_after_fork();
        }
    }

    /// Call `f` with each segment, under the lock.
    pub(crate) fn segments(&self, f: impl FnMut(&Head)) {
        self.all.with(|all| all.iter().for_each(f));
    }
}

/// The page that a block is in.
///
/// # Safety
///
/// `head` is that of a segment of pages, and `block` is in it.
#[inline(always)]
pub(crate) unsafe fn page_of<'a>(head: NonNull<Head>, block: *mut u8) -> &'a Page {
    let index = (block.addr() - head.addr().get()) / SLICE;
    // SAFETY: the pages stand in the header of the segment.
    let pages = unsafe { head.byte_add(offset_of!(Segment, pages)) }.cast::<Page>();
    // SAFETY: the block is in the segment, so `index < SLICES`.
    let page = unsafe { pages.add(index) };
    // SAFETY: as above; and pages are only touched through shared references.
    unsafe { page.as_ref() }
}
