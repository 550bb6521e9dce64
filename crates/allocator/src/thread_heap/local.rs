//! One thread's heap: its pages, its segments, and what other threads leave for it.

use core::cell::Cell;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

use super::classes::{self, COUNT};
use super::inbox::Inbox;
use super::ownership::Ownership;
use super::page::Page;
use super::parcel::Parcel;
use super::pool;
use super::segment::{self, ALL, Head, Kind, SLICE, Segment};
use super::usage;
use crate::links;
use crate::lock::Lock;

/// How many parcels a heap has to send blocks home in.
const PARCELS: usize = 16;

/// How many heaps a thread collects blocks for at once.
const OPEN: usize = 8;

/// A parcel with this many bytes in it is sent, full or not.
const ENOUGH: usize = 32 << 10;

/// One thread's heap. It is never freed: when its thread ends it waits for another one.
///
/// 1. What is a `Cell` is touched by the owner alone, who `ownership` says it is.
/// 2. `open` has a page of the heap, or `NONE`, for every class; `waiting` the first of a list of pages of the
///    class that have a free block or are empty, none of them open.
/// 3. `roomy` is the first of the list of the heap's segments with a free slice.
#[repr(C, align(64))]
pub(crate) struct Local {
    open: [Cell<*const Page>; COUNT],
    waiting: [Cell<*const Page>; COUNT],
    roomy: Cell<*const Segment>,
    /// The first of all segments. Whoever walks or changes the list holds the lock.
    all: Lock<Cell<*const Segment>>,
    /// Set while the books are being changed in several steps: a child of `fork` leaves such a heap alone.
    pub(crate) busy: AtomicBool,
    /// Whose blocks are being collected, and in which parcel.
    outgoing: [(Cell<*const Local>, Cell<*const Parcel>); OPEN],
    next_parcel: Cell<usize>,
    parcels: [Parcel; PARCELS],
    /// What follows is for everybody, on lines of its own.
    shared: Shared,
}

#[repr(align(128))]
struct Shared {
    inbox: Inbox,
    ownership: Ownership,
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
static NO_PAGE: NoPage = NoPage(Page::NONE);

fn no_page() -> *const Page {
    &raw const NO_PAGE.0
}

/// What a thread that has no heap yet points to: a heap that gives nothing and owns nothing.
pub(crate) static NOT_YET: Local = Local::EMPTY;

/// What a thread points to that had a heap and is about to end.
pub(crate) static NO_MORE: Local = Local::EMPTY;

/// The heap that was made last. They are linked by `made_before` and never unmade.
static HEAPS: AtomicPtr<Local> = AtomicPtr::new(ptr::null_mut());

/// How many heaps there are.
static HEAP_COUNT: AtomicUsize = AtomicUsize::new(0);

/// A list of pages that wait, by its first.
type List = Cell<*const Page>;

impl Local {
    pub(crate) const EMPTY: Self = Self {
        open: [const { Cell::new(&raw const NO_PAGE.0) }; COUNT],
        waiting: [const { Cell::new(ptr::null()) }; COUNT],
        roomy: Cell::new(ptr::null()),
        all: Lock::new(Cell::new(ptr::null())),
        busy: AtomicBool::new(false),
        outgoing: [const { (Cell::new(ptr::null()), Cell::new(ptr::null())) }; OPEN],
        next_parcel: Cell::new(0),
        parcels: [const { Parcel::NEW }; PARCELS],
        shared: Shared {
            inbox: Inbox::new(),
            ownership: Ownership::new(),
            made_before: Cell::new(ptr::null()),
        },
    };

    /// A heap for the calling thread: one whose thread has ended, or a new one. `None`: no memory.
    pub(crate) fn take() -> Option<&'static Self> {
        Self::all().find(|heap| heap.shared.ownership.take()).or_else(Self::make)
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
        let len = size_of::<Self>().next_multiple_of(super::os::PAGE);
        let mapping = super::os::map(len, super::os::PAGE, 0);
        let heap = mapping.start.cast::<Self>();
        if heap.is_null() {
            return None;
        }
        // SAFETY: the mapping is large enough, aligned to a page, and stays. A heap that is all zeros is
        // `EMPTY` but for its ownership and its open pages, and is not built on the stack.
        unsafe {
            (&raw mut (*heap).all).write(Lock::new(Cell::new(ptr::null())));
            (&raw mut (*heap).shared.ownership).write(Ownership::new());
            (&raw mut (*heap).open).write([const { Cell::new(&raw const NO_PAGE.0) }; COUNT]);
        }
        HEAP_COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: written above, the rest zeros, which is what `EMPTY` has there.
        let this = unsafe { &*heap };
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
        unsafe { &*self.open[class].get() }
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
        let next = match NonNull::new(self.waiting[class].get().cast_mut()) {
            Some(page) => {
                // SAFETY: as in `open`.
                let page = unsafe { page.as_ref() };
                Self::unlink(&self.waiting[class], page);
                page
            }
            None => self.new_page(class)?,
        };
        let last = self.open(class);
        if !ptr::eq(last, no_page()) {
            last.mark_full();
        }
        self.open[class].set(next);
        next.start_open();
        Some(())
    }

    /// A page that nobody used, cut for a class.
    fn new_page(&self, class: usize) -> Option<&Page> {
        // SAFETY: a segment in the list is the heap's.
        let segment = match unsafe { self.roomy.get().as_ref() } {
            Some(segment) => segment,
            None => self.new_segment()?,
        };
        let free = segment.free.load(Ordering::Relaxed);
        // Memory that is there first.
        let dirty = free & segment.dirty.get();
        let index = if dirty != 0 { dirty } else { free }.trailing_zeros() as usize;
        let bit = 1 << index;
        segment.free.store(free & !bit, Ordering::Relaxed);
        if free == bit {
            self.leave_roomy(segment);
        }
        if dirty != 0 {
            segment.dirty.set(segment.dirty.get() & !bit);
            usage::sub(&usage::DIRTY, SLICE);
        }
        usage::add(&usage::IN_USE, SLICE);
        let zeros = segment.stale.get() & bit == 0;
        let page = &segment.pages[index];
        page.cut(segment.slice(index), class, classes::SIZES[class], zeros);
        Some(page)
    }

    fn new_segment(&self) -> Option<&Segment> {
        let mapping = pool::take()?;
        // SAFETY: the pool gives whole segments.
        let segment = unsafe { Segment::new(mapping, self) };
        self.join_roomy(segment);
        self.all.with(|all| {
            // SAFETY: a segment in the list is the heap's.
            if let Some(next) = unsafe { all.get().as_ref() } {
                next.all_previous.set(segment);
            }
            segment.all_next.set(all.get());
            all.set(segment);
        });
        Some(segment)
    }

    // Small blocks, taken back.

    /// The `countdown` of a page of this heap has reached 0. As the owner.
    #[cold]
    #[inline(never)]
    pub(crate) fn page_event(&self, page: &Page) {
        self.while_busy(|| self.settle_page(page));
    }

    fn settle_page(&self, page: &Page) {
        let waiting = &self.waiting[page.class.load(Ordering::Relaxed) as usize];
        if page.full.load(Ordering::Relaxed) {
            page.unmark_full();
            Self::link(waiting, page);
        } else {
            Self::unlink(waiting, page);
            self.give_up(page);
        }
    }

    /// Give the slice of an empty page, which is in no list, back to its segment.
    fn give_up(&self, page: &Page) {
        let segment = self.close(page);
        // The last one stays: it will be needed soon.
        let others = !(segment.previous.get().is_null() && segment.next.get().is_null());
        if segment.free.load(Ordering::Relaxed) == ALL && others {
            self.give_back(segment);
        } else if usage::too_dirty() {
            self.purge();
        }
    }

    /// A page is not used any more: its slice is free.
    fn close(&self, page: &Page) -> &Segment {
        // SAFETY: a page stands in its segment's header, and is ours.
        let segment = unsafe { self.segment_of(page) };
        let bit = 1 << segment.index_of(page);
        page.clear();
        usage::sub(&usage::IN_USE, SLICE);
        usage::add(&usage::DIRTY, SLICE);
        segment.dirty.set(segment.dirty.get() | bit);
        segment.stale.set(segment.stale.get() | bit);
        let free = segment.free.load(Ordering::Relaxed) | bit;
        segment.free.store(free, Ordering::Relaxed);
        if free == bit {
            self.join_roomy(segment);
        }
        segment
    }

    /// Give a segment back whose slices are all free.
    fn give_back(&self, segment: &Segment) {
        self.leave_roomy(segment);
        self.all.with(|all| {
            // SAFETY: segments in the list are the heap's.
            match unsafe { segment.all_previous.get().as_ref() } {
                Some(previous) => previous.all_next.set(segment.all_next.get()),
                None => all.set(segment.all_next.get()),
            }
            // SAFETY: as above.
            if let Some(next) = unsafe { segment.all_next.get().as_ref() } {
                next.all_previous.set(segment.all_previous.get());
            }
        });
        usage::sub(&usage::DIRTY, segment.dirty.get().count_ones() as usize * SLICE);
        // SAFETY: no page of it is in use, and it is in no list.
        unsafe { pool::give(segment.head.mapping) };
    }

    /// Give the memory behind whatever is not in use back to the system.
    fn purge(&self) {
        self.close_empty_pages();
        let mut next = self.roomy.get();
        // SAFETY: segments in the list are the heap's.
        while let Some(segment) = unsafe { next.as_ref() } {
            usage::sub(&usage::DIRTY, segment.purge() * SLICE);
            next = segment.next.get();
        }
    }

    /// Open pages without a live block.
    fn close_empty_pages(&self) {
        for open in &self.open {
            // SAFETY: as in `open`.
            let page = unsafe { &*open.get() };
            if page.open.load(Ordering::Relaxed) && page.live() == 0 {
                open.set(no_page());
                page.stop_open();
                self.close(page);
            }
        }
    }

    // Lists.

    fn link(list: &List, page: &Page) {
        page.previous.set(ptr::null());
        page.next.set(list.get());
        // SAFETY: pages in the list are the heap's.
        if let Some(next) = unsafe { list.get().as_ref() } {
            next.previous.set(page);
        }
        list.set(page);
    }

    fn unlink(list: &List, page: &Page) {
        // SAFETY: pages in the list are the heap's.
        match unsafe { page.previous.get().as_ref() } {
            Some(previous) => previous.next.set(page.next.get()),
            None => list.set(page.next.get()),
        }
        // SAFETY: as above.
        if let Some(next) = unsafe { page.next.get().as_ref() } {
            next.previous.set(page.previous.get());
        }
    }

    fn join_roomy(&self, segment: &Segment) {
        segment.previous.set(ptr::null());
        segment.next.set(self.roomy.get());
        // SAFETY: segments in the list are the heap's.
        if let Some(next) = unsafe { self.roomy.get().as_ref() } {
            next.previous.set(segment);
        }
        self.roomy.set(segment);
    }

    fn leave_roomy(&self, segment: &Segment) {
        // SAFETY: segments in the list are the heap's.
        match unsafe { segment.previous.get().as_ref() } {
            Some(previous) => previous.next.set(segment.next.get()),
            None => self.roomy.set(segment.next.get()),
        }
        // SAFETY: as above.
        if let Some(next) = unsafe { segment.next.get().as_ref() } {
            next.previous.set(segment.previous.get());
        }
        segment.previous.set(ptr::null());
        segment.next.set(ptr::null());
    }

    /// # Safety
    ///
    /// `page` is one of the pages of a segment of this heap.
    unsafe fn segment_of(&self, page: &Page) -> &Segment {
        let _ = self;
        // SAFETY: the first byte of a page lies in its segment, behind its start.
        unsafe { segment::head_of(page.start()).cast::<Segment>().as_ref() }
    }

    // Between threads.

    /// Send a block of another heap home. `size` is about its size. As the owner of `self`.
    #[inline]
    pub(crate) fn send(&self, owner: &Local, block: *mut u8, size: usize) {
        let (to, parcel) = &self.outgoing[owner.number()];
        if !ptr::eq(to.get(), owner) {
            self.send_off(to, parcel);
            to.set(owner);
        }
        // SAFETY: a parcel of `parcels`.
        let open = match unsafe { parcel.get().as_ref() } {
            Some(open) => open,
            None => match self.empty_parcel() {
                Some(open) => {
                    parcel.set(open);
                    open
                }
                None => return owner.receive_block(block),
            },
        };
        if open.add(block, size, ENOUGH) {
            self.send_off(to, parcel);
        }
    }

    /// Where in `outgoing` blocks for this heap are collected.
    fn number(&self) -> usize {
        // Heaps lie some pages apart.
        let page = ptr::from_ref(self).addr() / super::os::PAGE;
        (page.wrapping_mul(0x9e37_79b9) >> 16) % OPEN
    }

    /// The parcel that was sent first, if it is back.
    fn empty_parcel(&self) -> Option<&Parcel> {
        let next = self.next_parcel.get();
        let parcel = &self.parcels[next];
        if !parcel.is_here() || !parcel.is_empty() {
            return None;
        }
        self.next_parcel.set((next + 1) % PARCELS);
        Some(parcel)
    }

    /// Send a parcel, if there is one.
    fn send_off(&self, to: &Cell<*const Local>, parcel: &Cell<*const Parcel>) {
        // SAFETY: a parcel of `parcels`, and heaps are never unmade.
        if let (Some(open), Some(owner)) = unsafe { (parcel.get().as_ref(), to.get().as_ref()) } {
            parcel.set(ptr::null());
            open.seal();
            // A parcel's address is even, and so is a block's: the lowest bit tells them apart.
            let node = ptr::from_ref(open).cast_mut().cast::<u8>().map_addr(|address| address | 1);
            owner.shared.inbox.push(node, |last| open.next.set(last));
            owner.was_left_something();
        }
    }

    /// As anybody: leave a single block.
    pub(crate) fn receive_block(&self, block: *mut u8) {
        // SAFETY: the block is free and ours to give: its first word holds the link.
        self.shared.inbox.push(block, |last| unsafe { links::write(block.cast(), last) });
        self.was_left_something();
    }

    fn was_left_something(&self) {
        let Shared { inbox, ownership, .. } = &self.shared;
        ownership.left_something(|| !inbox.is_empty(), || self.while_busy(|| self.settle()));
    }

    /// Deal with what other threads left. As the owner.
    fn settle(&self) {
        let mut node = self.shared.inbox.take();
        while !node.is_null() {
            if node.addr() & 1 == 0 {
                // SAFETY: a block that was sent alone holds the link.
                let next = unsafe { links::read(node.cast()) };
                self.take_back(node);
                node = next;
            } else {
                let parcel = node.map_addr(|address| address & !1).cast::<Parcel>();
                // SAFETY: an odd node is a parcel, and heaps, which hold parcels, are never unmade.
                let parcel = unsafe { &*parcel };
                node = parcel.next.get();
                parcel.unpack(|block| self.take_back(block));
            }
        }
    }

    /// Take a block of this heap back. As the owner.
    fn take_back(&self, block: *mut u8) {
        // SAFETY: a block that was freed is in a segment.
        let head = unsafe { segment::head_of(block) };
        // SAFETY: and this heap's.
        unsafe { self.free_own(head, block) };
    }

    /// Free a block of this heap. As the owner.
    ///
    /// # Safety
    ///
    /// `block` is a live block in the segment of `head`, which is this heap's. Nobody uses it any more.
    unsafe fn free_own(&self, head: NonNull<Head>, block: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe {
            match head.as_ref().kind {
                Kind::Pages => {
                    let page = page_of(head, block);
                    if page.push(block) {
                        self.settle_page(page);
                    }
                }
                Kind::Region | Kind::Large => todo!(),
            }
        }
    }

    /// The thread ends: send what was collected, tidy up, and leave the heap to whoever wants it. As the
    /// owner.
    pub(crate) fn abandon(&self) {
        self.while_busy(|| {
            for (to, parcel) in &self.outgoing {
                self.send_off(to, parcel);
                to.set(ptr::null());
            }
            self.settle();
            self.close_empty_pages();
            let mut next = self.roomy.get();
            // SAFETY: segments in the list are the heap's.
            while let Some(segment) = unsafe { next.as_ref() } {
                next = segment.next.get();
                if segment.free.load(Ordering::Relaxed) == ALL {
                    self.give_back(segment);
                }
            }
            if usage::too_dirty() {
                self.purge();
            }
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
            self.shared.ownership.orphan_after_fork();
        }
    }

    /// Call `f` with each segment of pages, under the lock.
    pub(crate) fn segments(&self, mut f: impl FnMut(&Segment)) {
        self.all.with(|all| {
            let mut next = all.get();
            // SAFETY: a segment in the list stays while the lock is held.
            while let Some(segment) = unsafe { next.as_ref() } {
                f(segment);
                next = segment.all_next.get();
            }
        });
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
    // SAFETY: the block is in the segment, so `index < SLICES`; pages are only touched through shared
    // references.
    unsafe { &*(&raw const (*head.cast::<Segment>().as_ptr()).pages).cast::<Page>().add(index) }
}

