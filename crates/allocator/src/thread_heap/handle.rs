//! The face: which way a block goes.

use core::alloc::Layout;
use core::fmt;
use core::ptr::{self, NonNull};
use core::sync::atomic::Ordering;

use super::local::{Local, page_of};
use super::segment::{self, Head, Kind};
use super::{classes, cover, large, medium, pool, tls, usage};
use crate::front::front;
use crate::tlsf::Core;
use crate::{Corruption, Heap};

/// The allocator of a whole program, as fast as threads that have nothing to do with each other: each thread
/// has a heap of its own, and gives and takes blocks without a lock and without an atomic read-modify-write.
///
/// ```
/// use allocator::ThreadHeap;
///
/// #[global_allocator]
/// static HEAP: ThreadHeap = ThreadHeap::new();
///
/// let words: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
/// // Freed by another thread, they go home to the heap that they came from.
/// std::thread::spawn(move || drop(words)).join().unwrap();
/// ```
///
/// It is a handle on one heap of the process: all handles are alike, and cost nothing.
///
/// | a block of | comes from |
/// |---|---|
/// | at most 8 KiB | a page of 64 KiB with blocks of one size: eight sizes a doubling, so at most an eighth is lost to rounding |
/// | at most 1 MiB | a region of 4 MiB of the thread's, by two-level segregated fit, as in [`Tlsf`](crate::Tlsf) |
/// | more, or aligned to more | a mapping of its own |
///
/// | | |
/// |---|---|
/// | `alloc`, `dealloc` of a small block | a list's head moves: some ten instructions. Once a page there is more to do |
/// | `dealloc` of another thread's block | its address is noted, and sent with up to 60 others; a block alone when none of its parcels is at hand |
/// | `realloc` | in place if the block's class, or what follows it, allows; a mapping grows, or moves without a copy |
/// | `alloc_zeroed` | memory that comes fresh from the system is not written to |
/// | a thread | a heap of its own, most of it the lists of [`Tlsf`](crate::Tlsf), which the next thread takes over |
///
/// # Memory that is not in use
///
/// goes back to the system when there is too much of it: more than 1.5 MiB and a twelfth of what is in use in
/// pages, half a MiB in pages that are about to be used, and a MiB, or an eighth, of what each thread had in regions. If it
/// is needed again within a second, that was in vain, and four times as much is kept from then on, up to 32 MiB;
/// ten seconds without that, and it is as at first. All this happens when blocks are freed: a process that does
/// nothing gives nothing back. [`trim`](ThreadHeap::trim) gives back what there is; an allocation that the system
/// has no memory for does that too, and tries again, before it returns null.
///
/// # Threads that end, and `fork`
///
/// The heap of a thread that ends waits for another thread. Blocks that came from it may be freed at any
/// time, by any thread, which takes the heap for a moment to put them in order. Destructors of thread-locals
/// may allocate and free after the thread's own heap is gone: they borrow one.
///
/// In a child of `fork` the heaps of the threads that are gone are taken over like any others, but for those
/// that were in the middle of a change: their memory is lost to the child. No lock is held over a fork.
///
/// # Contract
///
/// As [`GlobalAlloc`](core::alloc::GlobalAlloc) asks. Freeing twice, or what is not a block, is undefined
/// behaviour: `Hardened` (feature `hardening`) finds it. A signal handler must not allocate.
#[derive(Clone, Copy)]
pub struct ThreadHeap(());

impl ThreadHeap {
    /// A handle on the process's heap. All handles are alike.
    pub const fn new() -> Self {
        Self(())
    }

    /// How many bytes the owner of a block may use: what was asked for, or a little more. What
    /// `malloc_usable_size` says.
    ///
    /// # Safety
    ///
    /// `block` is a live block of a `ThreadHeap`.
    #[inline]
    pub unsafe fn usable_size(&self, block: *const u8) -> usize {
        let block = block.cast_mut();
        // SAFETY: a live block.
        let head = unsafe { segment::head_of(block) };
        // SAFETY: the head of a segment in use.
        let shared = unsafe { head.as_ref() };
        match shared.kind {
            Kind::Pages => {
                // SAFETY: a segment of pages.
                let page = unsafe { page_of(head, block) };
                page.size.load(Ordering::Relaxed) as usize
            }
            // SAFETY: a live block.
            Kind::Region => unsafe { Core::usable_size(block) },
            Kind::Large => large::usable(shared),
        }
    }

    /// Look over the books of the calling thread's heap for signs that something else wrote there. For tests: it
    /// looks at every free block.
    ///
    /// # Errors
    ///
    /// The first contradiction found.
    pub fn check(&self) -> Result<(), Corruption> {
        tls::own_heap().map_or(Ok(()), Local::check)
    }

    /// Give all memory back to the system that neither the calling thread's heap nor those of threads that
    /// ended use. What other threads have at hand stays: a heap is its thread's.
    ///
    /// ```
    /// use allocator::ThreadHeap;
    /// use std::alloc::{GlobalAlloc, Layout};
    ///
    /// let heap = ThreadHeap::new();
    /// let layout = Layout::new::<[u64; 100]>();
    /// let blocks: Vec<_> = (0..100).map(|_| unsafe { heap.alloc(layout) }).collect();
    /// for block in blocks {
    ///     unsafe { heap.dealloc(block, layout) };
    /// }
    /// // A quiet moment: keep nothing for the next blocks.
    /// heap.trim();
    /// ```
    pub fn trim(&self) {
        if let Some(heap) = tls::own_heap() {
            heap.trim();
        }
        Local::trim_orphans();
    }

    /// Take a block back whose layout is not known: what `free` does. With the feature `requested` the
    /// count of what was asked for is not kept by it.
    ///
    /// # Safety
    ///
    /// `block` is a live block of a `ThreadHeap`, and nobody uses it any more.
    #[inline]
    pub unsafe fn free(&self, block: *mut u8) {
        // The size only says how much memory waits for being sent home, if the block is a small one and another
        // thread's.
        // SAFETY: the caller's promise.
        unsafe { self.release(block, Layout::new::<[u64; 8]>()) }
    }
}

impl Default for ThreadHeap {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ThreadHeap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadHeap").finish_non_exhaustive()
    }
}

/// The size that decides on the class: a multiple of the alignment, so that the class's size is one too.
#[inline(always)]
fn rounded(layout: Layout) -> usize {
    (layout.size() + (layout.align() - 1)) & !(layout.align() - 1)
}

/// A block that the open page of its class, if it has one, cannot give out again; null: no memory. Whether
/// it is all zeros.
#[cold]
#[inline(never)]
fn allocate_slowly(layout: Layout, zeros: bool) -> (*mut u8, bool) {
    let mut found = try_to_allocate(layout, zeros);
    if found.0.is_null() && usage::unused() >= layout.size() {
        found = allocate_after_trim(layout, zeros);
    }
    if !found.0.is_null() {
        usage::count_requested(0, layout.size());
    }
    found
}

/// Before somebody is told that there is no memory: some may lie unused here, though not in another thread's heap.
#[cold]
#[inline(never)]
fn allocate_after_trim(layout: Layout, zeros: bool) -> (*mut u8, bool) {
    ThreadHeap::new().trim();
    pool::empty();
    try_to_allocate(layout, zeros)
}

#[inline(always)]
fn try_to_allocate(layout: Layout, zeros: bool) -> (*mut u8, bool) {
    let size = rounded(layout);
    let found = if size <= classes::LARGEST {
        let class = classes::of(size);
        in_own_heap(|heap| heap.allocate(class)).flatten()
    } else if size <= medium::LARGEST {
        in_own_heap(|heap| (heap.allocate_medium(layout, zeros), zeros))
    } else {
        Some((large::allocate(layout.size(), layout.align()), true))
    };
    found.unwrap_or((ptr::null_mut(), false))
}

/// Call `f` with the calling thread's heap, or another one if it has none. `None`: there is no memory for
/// one.
#[inline]
fn in_own_heap<R>(f: impl Fn(&Local) -> R) -> Option<R> {
    match tls::own_heap() {
        Some(heap) => Some(f(heap)),
        None => with_any(f),
    }
}

/// The thread is about to end, or never got a heap: borrow one.
#[cold]
fn with_any<R>(f: impl FnOnce(&Local) -> R) -> Option<R> {
    let heap = Local::take()?;
    let result = f(heap);
    heap.let_go();
    Some(result)
}

/// Release a block that is not a small one of the thread's own.
///
/// # Safety
///
/// `head` is that of the segment of `block`, which is live, has about `size` bytes, and is not used any
/// more.
#[inline(never)]
unsafe fn release_elsewhere(head: NonNull<Head>, block: *mut u8, size: usize) {
    // SAFETY: the head of a segment in use.
    let shared = unsafe { head.as_ref() };
    let owner = shared.owner.load(Ordering::Relaxed);
    match shared.kind {
        // SAFETY: the caller's promise.
        Kind::Large => unsafe { large::release(head.as_ptr()) },
        kind => {
            // SAFETY: heaps are never unmade.
            let owner = unsafe { &*owner };
            if kind == Kind::Region && ptr::eq(owner, tls::heap()) {
                // SAFETY: the caller's promise; the thread owns its heap.
                return unsafe { owner.release_medium(block) };
            }
            // `free` does not know the size, and of such blocks a few hold up much memory.
            let size = match kind {
                // SAFETY: a live block of a region.
                Kind::Region => unsafe { Core::usable_size(block) },
                _ => size,
            };
            match tls::own_heap() {
                Some(heap) => heap.send(owner, block, size),
                None => owner.receive_block(block),
            }
        }
    }
}

// SAFETY: a small block is taken from a list of its owner's, or from where none was given out before, so
// it is apart from all live ones; its class's size is a multiple of the alignment, as is the distance
// from the aligned start of its page. A large one has a mapping of its own. They stay until released.
unsafe impl Heap for ThreadHeap {
    #[inline(always)]
    // ANCHOR: allocate
    unsafe fn allocate(&self, layout: Layout) -> *mut u8 {
        let size = rounded(layout);
        if size <= classes::LARGEST {
            let class = classes::of(size);
            // SAFETY: heaps are never unmade.
            let heap = unsafe { &*tls::heap() };
            if let Some(block) = heap.open(class).pop() {
                usage::count_requested(0, layout.size());
                return block;
            }
        }
        allocate_slowly(layout, false).0
    }
    // ANCHOR_END: allocate

    #[inline(always)]
    unsafe fn allocate_zeroed(&self, layout: Layout) -> *mut u8 {
        let size = rounded(layout);
        let (block, zeros) = if size <= classes::LARGEST {
            let class = classes::of(size);
            // SAFETY: heaps are never unmade.
            let heap = unsafe { &*tls::heap() };
            match heap.open(class).pop() {
                Some(block) => {
                    usage::count_requested(0, layout.size());
                    (block, false)
                }
                None => allocate_slowly(layout, true),
            }
        } else {
            allocate_slowly(layout, true)
        };
        if !zeros && !block.is_null() {
            // SAFETY: the block is new and has this size.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        block
    }

    #[inline(always)]
    // ANCHOR: release
    unsafe fn release(&self, block: *mut u8, layout: Layout) {
        usage::count_requested(layout.size(), 0);
        // SAFETY: a live block.
        let head = unsafe { segment::head_of(block) };
        let heap = tls::heap();
        // SAFETY: the header of a segment in use.
        let owner = unsafe { head.as_ref() }.owner_of_pages.load(Ordering::Relaxed);
        if ptr::eq(owner, heap) {
            // SAFETY: a segment of pages.
            let page = unsafe { page_of(head, block) };
            // SAFETY: the thread owns its heap, and gives the block up.
            if unsafe { page.push(block) } {
                // SAFETY: heaps are never unmade.
                let heap = unsafe { &*heap };
                // SAFETY: a page of this heap.
                unsafe { heap.page_event(page) };
            }
        } else {
            // SAFETY: the caller's promise.
            unsafe { release_elsewhere(head, block, layout.size()) };
        }
    }
    // ANCHOR_END: release

    unsafe fn resize(&self, block: *mut u8, layout: Layout, new_size: usize) -> bool {
        // SAFETY: a live block.
        let head = unsafe { segment::head_of(block) };
        // SAFETY: the head of a segment in use.
        let shared = unsafe { head.as_ref() };
        let done = match shared.kind {
            Kind::Pages => {
                // SAFETY: a segment of pages.
                let page = unsafe { page_of(head, block) };
                let size = page.size.load(Ordering::Relaxed) as usize;
                // Shrunk to less than half, it moves to a smaller class.
                new_size <= size && new_size > size / 2
            }
            Kind::Region => {
                // SAFETY: heaps are never unmade.
                let owner = unsafe { &*shared.owner.load(Ordering::Relaxed) };
                // SAFETY: the caller's promise.
                let layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
                ptr::eq(owner, tls::heap())
                    // SAFETY: the caller's promise; the thread owns its heap.
                    && unsafe { owner.resize_medium(block, layout) }
            }
            Kind::Large => {
                new_size > classes::LARGEST.max(layout.size() / 4)
                    // SAFETY: the caller's promise.
                    && unsafe { large::resize(shared, new_size) }
            }
        };
        if done {
            usage::count_requested(layout.size(), new_size);
        }
        done
    }

    unsafe fn reallocate(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promise.
        if unsafe { self.resize(block, layout, new_size) } {
            return block;
        }
        // SAFETY: a live block.
        let head = unsafe { segment::head_of(block) };
        // SAFETY: the head of a segment in use.
        if unsafe { head.as_ref() }.kind == Kind::Large && new_size > layout.size() {
            // SAFETY: of a live large block.
            let moved = unsafe { large::move_pages(head.as_ptr(), new_size) };
            if !moved.is_null() {
                usage::count_requested(layout.size(), new_size);
                return moved;
            }
        }
        // SAFETY: the caller's promise.
        unsafe { crate::heap::move_to_another(self, block, layout, new_size) }
    }

    fn owns(&self, block: *const u8) -> bool {
        cover::has(block) || large::has(block)
    }
}

front!(impl[] for handle ThreadHeap);
