//! Blocks on their way home, many at a time.
//!
//! A thread that frees blocks of another one's heap could link each into the heap's inbox through the block
//! itself. The owner, emptying it, would then follow a chain of pointers through memory that was last written
//! on another core: one cache miss after the other, each waiting for the one before. So the pointers are
//! collected in an array, eight to a cache line, and the array is sent; nobody touches the blocks.
//! (The same aim, by other means: Lietar et al., "snmalloc: A Message Passing Allocator", ISMM 2019.)
//!
//! A parcel goes round: its sender fills and sends it, the receiver empties it and says so, and the sender
//! fills it again. A sender has a fixed number of them; when all are on their way, it sends single blocks.

#[cfg(loom)]
use core::ptr;

use crate::sync::{AtomicBool, Cell, Ordering};

/// How many blocks a parcel holds. Makes it 512 bytes; under loom, enough for a model.
pub(crate) const ROOM: usize = if cfg!(loom) { 4 } else { 61 };

/// 1. While `on_its_way` is false, the rest belongs to the sender; from the moment its address was left in an
///    inbox until `on_its_way` is false again, to whoever took it from there.
/// 2. All bytes zero are an empty parcel.
/// 3. `blocks[..len]` were written since the parcel was last emptied, and `len <= ROOM`.
#[repr(C, align(64))]
pub(crate) struct Parcel {
    /// The node before it in the inbox.
    pub(crate) next: Cell<*mut u8>,
    /// How many bytes the blocks have together: how much memory waits for being sent.
    bytes: Cell<usize>,
    len: Cell<u32>,
    on_its_way: AtomicBool,
    blocks: [Cell<*mut u8>; ROOM],
}

impl Parcel {
    /// Elsewhere than in loom's models, a parcel begins as zeros.
    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self {
            next: Cell::new(ptr::null_mut()),
            bytes: Cell::new(0),
            len: Cell::new(0),
            on_its_way: AtomicBool::new(false),
            blocks: core::array::from_fn(|_| Cell::new(ptr::null_mut())),
        }
    }

    /// As its sender: whether it came back, or never left.
    pub(crate) fn is_here(&self) -> bool {
        // Acquire: pairs with the Release in `unpack`.
        !self.on_its_way.load(Ordering::Acquire)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len.get() == 0
    }

    // ANCHOR: add
    /// As its sender: add a block of `size` bytes. Whether it should be sent now, because it is full or
    /// holds up `enough` bytes.
    #[inline(always)]
    pub(crate) fn add(&self, block: *mut u8, size: usize, enough: usize) -> bool {
        // There is room for one more; said so, no index is out of bounds.
        let len = (self.len.get() as usize).min(ROOM - 1);
        self.blocks[len].set(block);
        self.len.set(len as u32 + 1);
        self.bytes.set(self.bytes.get() + size);
        len + 1 == ROOM || self.bytes.get() >= enough
    }
    // ANCHOR_END: add

    /// As its sender: before its address is left in an inbox.
    pub(crate) fn seal(&self) {
        // Relaxed: the push that follows is a Release.
        self.on_its_way.store(true, Ordering::Relaxed);
    }

    // ANCHOR: unpack
    /// As its receiver: deal with each block and give the parcel back.
    pub(crate) fn unpack(&self, mut each: impl FnMut(*mut u8)) {
        for block in self.blocks.iter().take(self.len.get() as usize) {
            each(block.get());
        }
        self.len.set(0);
        self.bytes.set(0);
        // Release: pairs with the Acquire in `is_here`: the sender writes to it after all was read.
        self.on_its_way.store(false, Ordering::Release);
    }
    // ANCHOR_END: unpack
}
