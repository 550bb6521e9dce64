//! rlsf behind a spin lock, as talc is: what is compared is the two of them, not their locks. (Its
//! `GlobalTlsf` has a lock of the system and takes memory on the fly; `Tlsf` has neither.)

use std::alloc::{GlobalAlloc, Layout};
use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};

use rlsf::Tlsf;

/// 32 classes of sizes, each in 32 parts: blocks up to 128 GiB.
type Core = Tlsf<'static, u32, u32, 32, 32>;

pub(crate) struct Rlsf(spin::Mutex<Core>);

impl Rlsf {
    pub(crate) fn new(arena: &'static mut [u8]) -> Self {
        let mut core = Core::new();
        // SAFETY: bytes may be taken for bytes that mean nothing, if only those are written that mean
        // something; nobody else has them any more.
        let arena = unsafe { &mut *(ptr::from_mut(arena) as *mut [MaybeUninit<u8>]) };
        core.insert_free_block(arena);
        Self(spin::Mutex::new(core))
    }
}

// SAFETY: what `Tlsf` promises.
unsafe impl GlobalAlloc for Rlsf {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.0.lock().allocate(layout).map_or(ptr::null_mut(), NonNull::as_ptr)
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: a block of this allocator is not null.
        let block = unsafe { NonNull::new_unchecked(block) };
        // SAFETY: the caller's promise.
        unsafe { self.0.lock().deallocate(block, layout.align()) };
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: a block of this allocator is not null.
        let block = unsafe { NonNull::new_unchecked(block) };
        // SAFETY: the caller's promise.
        let layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: the caller's promise.
        let moved = unsafe { self.0.lock().reallocate(block, layout) };
        moved.map_or(ptr::null_mut(), NonNull::as_ptr)
    }
}
