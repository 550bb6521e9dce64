//! The allocator of a whole program: [`ThreadHeap`].
//!
//! | module | what it holds | `unsafe` |
//! |---|---|---|

#[cfg(not(loom))]
mod classes;
#[cfg(not(loom))]
mod cover;
#[cfg(all(unix, not(loom)))]
mod fork;
mod inbox;
#[cfg(not(loom))]
mod large;
#[cfg(not(loom))]
mod local;
#[cfg(not(loom))]
mod look;
#[cfg(not(loom))]
mod medium;
#[cfg(loom)]
pub mod model;
#[cfg(not(loom))]
pub(crate) mod os;
mod ownership;
#[cfg(not(loom))]
mod page;
mod parcel;
#[cfg(not(loom))]
mod place;
#[cfg(not(loom))]
mod pool;
#[cfg(not(loom))]
mod segment;
#[cfg(not(loom))]
mod slack;
#[cfg(not(loom))]
mod tls;
#[cfg(not(loom))]
mod touched;
#[cfg(not(loom))]
mod traffic;
#[cfg(not(loom))]
mod usage;

#[cfg(not(loom))]
pub use handle::ThreadHeap;

#[cfg(not(loom))]
mod handle {
    use core::alloc::Layout;
    use core::fmt;
    use core::ptr::{self, NonNull};
    use core::sync::atomic::Ordering;

    use super::local::{Local, page_of};
    use super::segment::{self, Head, Kind};
    use super::{classes, cover, large, medium, tls, usage};
    use crate::Heap;
    use crate::front::front;
    use crate::tlsf::Core;

    /// A heap for a whole program.
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
            // SAFETY: the caller's promise, in this whole function.
            unsafe {
                let head = segment::head_of(block);
                match head.as_ref().kind {
                    Kind::Pages => page_of(head, block).size.load(Ordering::Relaxed) as usize,
                    Kind::Region => Core::usable_size(block),
                    Kind::Large => large::usable(head.as_ref()),
                }
            }
        }

        /// Take a block back whose layout is not known: what `free` does. With the feature `requested` the
        /// count of what was asked for is not kept by it.
        ///
        /// # Safety
        ///
        /// `block` is a live block of a `ThreadHeap`, and nobody uses it any more.
        #[inline]
        pub unsafe fn free(&self, block: *mut u8) {
            // SAFETY: the caller's promise, in this whole function. The size only says how much memory waits
            // for being sent home, if the block is another thread's.
            unsafe { self.release(block, Layout::from_size_align_unchecked(64, 1)) }
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
    fn allocate_slowly(layout: Layout) -> (*mut u8, bool) {
        let size = rounded(layout);
        let found = if size <= classes::LARGEST {
            let class = classes::of(size);
            in_own_heap(|heap| heap.allocate(class)).flatten()
        } else if size <= medium::LARGEST {
            in_own_heap(|heap| (heap.allocate_medium(layout), false))
        } else {
            Some((large::allocate(layout.size(), layout.align()), true))
        };
        let (block, zeros) = found.unwrap_or((ptr::null_mut(), false));
        if !block.is_null() {
            usage::count_requested(0, layout.size());
        }
        (block, zeros)
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
        // SAFETY: the header of a segment in use.
        let (kind, owner) =
            unsafe { (head.as_ref().kind, head.as_ref().owner.load(Ordering::Relaxed)) };
        match kind {
            // SAFETY: the caller's promise.
            Kind::Large => unsafe { large::release(head.as_ptr()) },
            // SAFETY: the caller's promise; the thread owns its heap.
            Kind::Region if ptr::eq(owner, tls::heap()) => unsafe {
                (*owner).release_medium(block)
            },
            _ => {
                // SAFETY: heaps are never unmade.
                let owner = unsafe { &*owner };
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
        unsafe fn allocate(&self, layout: Layout) -> *mut u8 {
            let size = rounded(layout);
            if size <= classes::LARGEST {
                let class = classes::of(size);
                // SAFETY: heaps are never unmade.
                if let Some(block) = unsafe { &*tls::heap() }.open(class).pop() {
                    usage::count_requested(0, layout.size());
                    return block;
                }
            }
            allocate_slowly(layout).0
        }

        #[inline(always)]
        unsafe fn allocate_zeroed(&self, layout: Layout) -> *mut u8 {
            let size = rounded(layout);
            let (block, zeros) = if size <= classes::LARGEST {
                let class = classes::of(size);
                // SAFETY: heaps are never unmade.
                match unsafe { &*tls::heap() }.open(class).pop() {
                    Some(block) => {
                        usage::count_requested(0, layout.size());
                        (block, false)
                    }
                    None => allocate_slowly(layout),
                }
            } else {
                allocate_slowly(layout)
            };
            if !zeros && !block.is_null() {
                // SAFETY: the block is new and has this size.
                unsafe { block.write_bytes(0, layout.size()) };
            }
            block
        }

        #[inline(always)]
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
                    // SAFETY: heaps are never unmade, and the page is this one's.
                    unsafe { (*heap).page_event(page) };
                }
            } else {
                // SAFETY: the caller's promise.
                unsafe { release_elsewhere(head, block, layout.size()) };
            }
        }

        unsafe fn resize(&self, block: *mut u8, layout: Layout, new_size: usize) -> bool {
            // SAFETY: a live block.
            let done = unsafe {
                let head = segment::head_of(block);
                match head.as_ref().kind {
                    Kind::Pages => {
                        let size = page_of(head, block).size.load(Ordering::Relaxed) as usize;
                        // Shrunk to less than half, it moves to a smaller class.
                        new_size <= size && new_size > size / 2
                    }
                    Kind::Region => {
                        let owner = head.as_ref().owner.load(Ordering::Relaxed);
                        ptr::eq(owner, tls::heap()) && {
                            let layout =
                                Layout::from_size_align_unchecked(new_size, layout.align());
                            (*owner).resize_medium(block, layout)
                        }
                    }
                    Kind::Large => {
                        new_size > classes::LARGEST.max(layout.size() / 4)
                            && large::resize(head.as_ptr(), new_size)
                    }
                }
            };
            if done {
                usage::count_requested(layout.size(), new_size);
            }
            done
        }

        unsafe fn reallocate(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
            // SAFETY: the caller's promise, in this whole function.
            unsafe {
                if self.resize(block, layout, new_size) {
                    return block;
                }
                let head = segment::head_of(block);
                if head.as_ref().kind == Kind::Large && new_size > layout.size() {
                    let moved = large::move_pages(head.as_ptr(), new_size);
                    if !moved.is_null() {
                        usage::count_requested(layout.size(), new_size);
                        return moved;
                    }
                }
                let moved =
                    self.allocate(Layout::from_size_align_unchecked(new_size, layout.align()));
                if !moved.is_null() {
                    ptr::copy_nonoverlapping(block, moved, layout.size().min(new_size));
                    self.release(block, layout);
                }
                moved
            }
        }

        fn owns(&self, block: *const u8) -> bool {
            cover::has(block) || large::has(block)
        }
    }

    front!(impl[] for handle ThreadHeap);
}
