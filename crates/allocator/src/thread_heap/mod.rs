//! The allocator of a whole program: [`ThreadHeap`].
//!
//! | module | what it holds | `unsafe` |
//! |---|---|---|

#[cfg(not(loom))]
mod classes;
mod inbox;
#[cfg(not(loom))]
mod large;
#[cfg(not(loom))]
mod local;
#[cfg(not(loom))]
mod os;
mod ownership;
#[cfg(not(loom))]
mod page;
mod parcel;
#[cfg(not(loom))]
mod pool;
#[cfg(not(loom))]
mod segment;
#[cfg(not(loom))]
mod tls;
#[cfg(not(loom))]
mod usage;

#[cfg(not(loom))]
pub use handle::ThreadHeap;

#[cfg(not(loom))]
mod handle {
    use core::alloc::Layout;
    use core::fmt;
    use core::ptr;
    use core::sync::atomic::Ordering;

    use super::local::{Local, page_of};
    use super::segment::{self, Head, Kind, Segment};
    use super::{classes, large, tls};
    use crate::Heap;
    use crate::front::front;

    /// A heap for a whole program.
    #[derive(Clone, Copy)]
    pub struct ThreadHeap(());

    impl ThreadHeap {
        /// A handle on the process's heap. All handles are alike.
        pub const fn new() -> Self {
            Self(())
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

    /// A small block of a class whose open page has none to give out again.
    #[cold]
    #[inline(never)]
    fn allocate_slowly(class: usize) -> Option<(*mut u8, bool)> {
        match tls::own_heap() {
            Some(heap) => heap.allocate(class),
            None => with_any(|heap| heap.allocate(class))?,
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

    #[cold]
    #[inline(never)]
    unsafe fn release_slowly(head: &Head, block: *mut u8, size: usize) {
        let owner = head.owner.load(Ordering::Relaxed);
        match head.kind {
            // SAFETY: the caller's promise.
            Kind::Large => unsafe { large::release(ptr::from_ref(head).cast_mut()) },
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
                    return block;
                }
                return match allocate_slowly(class) {
                    Some((block, _)) => block,
                    None => ptr::null_mut(),
                };
            }
            large::allocate(layout.size(), layout.align())
        }

        #[inline(always)]
        unsafe fn allocate_zeroed(&self, layout: Layout) -> *mut u8 {
            let size = rounded(layout);
            if size > classes::LARGEST {
                return large::allocate(layout.size(), layout.align());
            }
            let class = classes::of(size);
            // SAFETY: heaps are never unmade.
            let (block, zeros) = match unsafe { &*tls::heap() }.open(class).pop() {
                Some(block) => (block, false),
                None => match allocate_slowly(class) {
                    Some(block) => block,
                    None => return ptr::null_mut(),
                },
            };
            if !zeros {
                // SAFETY: the block is new and has this size.
                unsafe { block.write_bytes(0, layout.size()) };
            }
            block
        }

        #[inline(always)]
        unsafe fn release(&self, block: *mut u8, layout: Layout) {
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
                    unsafe { &*heap }.page_event(page);
                }
            } else {
                // SAFETY: the caller's promise.
                unsafe { release_slowly(head.as_ref(), block, layout.size()) };
            }
        }

        unsafe fn resize(&self, block: *mut u8, layout: Layout, new_size: usize) -> bool {
            // SAFETY: a live block.
            unsafe {
                let head = segment::head_of(block);
                match head.as_ref().kind {
                    Kind::Pages => {
                        let size = page_of(head, block).size.load(Ordering::Relaxed) as usize;
                        // Shrunk to less than half, it moves to a smaller class.
                        new_size <= size && new_size > size / 2
                    }
                    Kind::Region => todo!(),
                    Kind::Large => {
                        new_size > classes::LARGEST.max(layout.size() / 4)
                            && large::resize(head.as_ptr(), new_size)
                    }
                }
            }
        }

        fn owns(&self, block: *const u8) -> bool {
            let _ = block;
            todo!()
        }
    }

    front!(impl[] for ThreadHeap);
    const _: usize = size_of::<Segment>();
}
