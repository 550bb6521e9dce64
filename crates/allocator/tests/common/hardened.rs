//! `Hardened` over every allocator, as a subject of the shared tests.

use std::alloc::Layout;
use std::ptr::NonNull;

#[cfg(all(feature = "std", not(loom)))]
use allocator::ThreadHeap;
use allocator::{FirstFit, Hardened, Heap, SlotAllocator, Tlsf};

use super::subjects::{LARGE, Subject};

/// An allocator that can be hardened.
pub(crate) trait Inner: Heap + Sync {
    fn new() -> Self;

    /// Look for damage.
    fn scan(&self) {}

    fn nothing_is_given_out(&self);
}

impl<A: Inner> Subject for Hardened<A> {
    fn make() -> Box<Self> {
        Box::new(Self::with_seed(A::new(), 1))
    }

    fn scan(&self) {
        self.check();
        self.inner().scan();
    }

    fn nothing_is_given_out(&self) {
        self.flush();
        self.inner().nothing_is_given_out();
    }
}

impl<const BYTES: usize> Inner for FirstFit<BYTES> {
    fn new() -> Self {
        Self::new()
    }

    fn scan(&self) {
        self.check().unwrap();
    }

    fn nothing_is_given_out(&self) {
        assert_eq!(self.stats().used, 0);
    }
}

impl<const SIZE: usize, const SLOTS: usize> Inner for SlotAllocator<SIZE, SLOTS> {
    fn new() -> Self {
        Self::new()
    }

    fn nothing_is_given_out(&self) {
        assert_eq!(self.in_use(), 0);
    }
}

/// `Tlsf`, with memory from the system.
pub(crate) struct Lent {
    tlsf: Box<Tlsf>,
    memory: *mut u8,
}

// SAFETY: the memory is the allocator's, until it is dropped.
unsafe impl Sync for Lent {}

const MEMORY: Layout = Layout::new::<[u8; LARGE]>();

impl Inner for Lent {
    fn new() -> Self {
        let tlsf = Box::new(Tlsf::new());
        // SAFETY: the size is not 0.
        let memory = unsafe { std::alloc::alloc(MEMORY) };
        // SAFETY: the allocator's alone, and dropped after it.
        unsafe { tlsf.add_region(NonNull::new(memory).unwrap(), MEMORY.size()).unwrap() };
        Self { tlsf, memory }
    }

    fn scan(&self) {
        self.tlsf.check().unwrap();
    }

    fn nothing_is_given_out(&self) {
        assert_eq!(self.tlsf.stats().used, 0);
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // SAFETY: from `alloc`, with this layout; nobody asks the allocator any more.
        unsafe { std::alloc::dealloc(self.memory, MEMORY) };
    }
}

// SAFETY: it is `Tlsf`.
unsafe impl Heap for Lent {
    unsafe fn allocate(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { self.tlsf.allocate(layout) }
    }

    unsafe fn release(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { self.tlsf.release(block, layout) };
    }

    unsafe fn resize(&self, block: *mut u8, layout: Layout, new_size: usize) -> bool {
        // SAFETY: the caller's promise.
        unsafe { self.tlsf.resize(block, layout, new_size) }
    }

    fn owns(&self, block: *const u8) -> bool {
        self.tlsf.owns(block)
    }
}

#[cfg(all(feature = "std", not(loom)))]
impl Inner for ThreadHeap {
    fn new() -> Self {
        Self::new()
    }

    /// It is the whole process's: others have blocks.
    fn nothing_is_given_out(&self) {}
}
