//! Any layout in constant time: two-level segregated fit.

mod block;
mod check;
#[forbid(unsafe_code)]
mod classes;
mod lists;
mod region;
mod unlocked;
#[forbid(unsafe_code)]
mod walk;

use core::alloc::Layout;
use core::fmt;
use core::ptr::{self, NonNull};

use crate::front::front;
use crate::lock::Lock;
use crate::sync::const_unless_loom;
use crate::{Heap, Stats};
pub use check::Damage;
pub(crate) use region::Region;
pub(crate) use unlocked::Core;

/// TODO
pub struct Tlsf {
    core: Lock<Core>,
}

impl Tlsf {
    const_unless_loom! {
        /// An allocator without any memory: it has none to give until [`add_region`](Self::add_region).
        pub fn new() -> Self {
            Self { core: Lock::new(Core::new()) }
        }
    }

    /// TODO
    ///
    /// # Safety
    ///
    /// TODO
    pub unsafe fn add_region(&self, start: NonNull<u8>, len: usize) -> usize {
        self.core.with(|core| {
            // SAFETY: the caller's promise.
            unsafe { core.add_region(start.as_ptr(), len) }
        })
    }
}

impl Tlsf {
    /// What is used, what is free, and in what pieces. Takes the lock and looks at every block.
    pub fn stats(&self) -> Stats {
        self.core.with(|core| core.stats())
    }

    /// Look over all blocks and lists for signs that something else wrote there. For tests.
    ///
    /// # Errors
    ///
    /// The first contradiction found.
    pub fn check(&self) -> Result<(), Damage> {
        self.core.with(|core| core.check())
    }
}

// SAFETY: TODO
unsafe impl Heap for Tlsf {
    #[inline]
    unsafe fn allocate(&self, layout: Layout) -> *mut u8 {
        self.core.with(|core| core.allocate(layout))
    }

    #[inline]
    unsafe fn release(&self, block: *mut u8, _layout: Layout) {
        self.core.with(|core| {
            // SAFETY: the caller's promise.
            unsafe { core.release(block) };
        });
    }

    #[inline]
    unsafe fn resize(&self, block: *mut u8, layout: Layout, new_size: usize) -> bool {
        // SAFETY: the caller's promise.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        self.core.with(|core| {
            // SAFETY: the caller's promise.
            unsafe { core.resize(block, new_layout) }
        })
    }

    unsafe fn reallocate(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller checked it.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        self.core.with(|core| unsafe {
            if core.resize(block, new_layout) {
                return block;
            }
            let moved = core.allocate(new_layout);
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, layout.size().min(new_size));
                core.release(block);
            }
            moved
        })
    }

    fn owns(&self, block: *const u8) -> bool {
        self.core.with(|core| core.owns(block))
    }
}

front!(impl[] for Tlsf);

impl Default for Tlsf {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Tlsf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tlsf").finish_non_exhaustive()
    }
}
