//! Slots of one size, found by a bitmap.

use core::alloc::Layout;
use core::cell::UnsafeCell;
use core::fmt;
use core::mem::MaybeUninit;
use core::ptr;

use crate::bitmap::Bitmap;
use crate::front::front;
use crate::map::{Extent, State, Walk};
use crate::sync::const_unless_loom;
use crate::watch::Grounds;
use crate::{Class, Heap};

/// `SLOTS` slots of `SIZE` bytes each, inside the value itself; usable from any thread, without a
/// lock.
///
/// A layout that fits a slot gets a whole one; a layout that does not fit gets null, and so does
/// every layout when no slot is free. The lowest free slot is taken first. A slot that another
/// thread frees during the search may be missed.
///
/// | | |
/// |---|---|
/// | `alloc` | looks at `SLOTS / 8` bytes at most, then one atomic read-modify-write; another for each race lost |
/// | `dealloc` | one atomic read-modify-write |
/// | `realloc` | in place, or null: slots do not grow |
/// | space | `SLOTS * SIZE` bytes for the slots, one byte a slot beside them |
///
/// The slots live in the value: moving or dropping it ends every block it gave out, as with any
/// pointer into a value. A `static` does neither.
///
/// ```
/// use std::alloc::{GlobalAlloc, Layout};
/// use allocator::SlotAllocator;
///
/// static POINTS: SlotAllocator<16, 1000> = SlotAllocator::new();
///
/// let layout = Layout::new::<[f64; 2]>();
/// let point = unsafe { POINTS.alloc(layout) }.cast::<[f64; 2]>();
/// assert!(!point.is_null());
/// unsafe { point.write([1.0, 2.0]) };
/// assert_eq!(POINTS.in_use(), 1);
/// unsafe { POINTS.dealloc(point.cast(), layout) };
/// assert_eq!(POINTS.in_use(), 0);
/// ```
///
/// # Contract
///
/// As [`GlobalAlloc`](core::alloc::GlobalAlloc) asks: a pointer given to `dealloc` came from the same allocator and was not
/// given back yet. Breaking that is undefined behaviour, because two owners may then hold one slot;
/// the call itself touches the bitmap alone: a pointer from elsewhere is ignored, and freeing twice,
/// with nothing allocated in between, is freeing once. Layouts of size 0, which the trait forbids,
/// get null.
///
/// # Invariants
///
/// 1. Slot `i` is bytes `i * SIZE..(i + 1) * SIZE` of `slots`.
/// 2. The bytes of slot `i` belong to whoever claimed `i` from `used`; nothing here reads or writes
///    them.
pub struct SlotAllocator<const SIZE: usize, const SLOTS: usize> {
    used: Bitmap<SLOTS>,
    grounds: Grounds,
    slots: UnsafeCell<Slots<SIZE, SLOTS>>,
}

/// As many slots as the bits of a word on a 64-bit machine, of 4 bytes each: where this crate, and
/// its chapter, began.
pub type FourByteAllocator = SlotAllocator<4, 64>;

/// A multiple of 64, so that the alignment of a slot depends on `SIZE` alone.
#[repr(C, align(64))]
struct Slots<const SIZE: usize, const SLOTS: usize>([[MaybeUninit<u8>; SIZE]; SLOTS]);

// SAFETY: `slots` is only reached through pointers from `alloc`, and each slot's bytes belong to
// one caller at a time (invariant 2). What that caller's threads do with them is between them.
unsafe impl<const SIZE: usize, const SLOTS: usize> Sync for SlotAllocator<SIZE, SLOTS> {}

impl<const SIZE: usize, const SLOTS: usize> SlotAllocator<SIZE, SLOTS> {
    /// The alignment of every slot: the greatest power of two, up to 64, that divides `SIZE`.
    pub const ALIGN: usize =
        if SIZE.trailing_zeros() < 6 { 1 << SIZE.trailing_zeros() } else { 64 };

    const_unless_loom! {
        /// An allocator with every slot free. `SIZE` 0 does not compile.
        pub fn new() -> Self {
            const { assert!(SIZE > 0, "a slot has at least one byte") };
            Self {
                used: Bitmap::new(),
                grounds: Grounds::new(),
                slots: UnsafeCell::new(Slots([[MaybeUninit::uninit(); SIZE]; SLOTS])),
            }
        }
    }

    /// How many slots there are.
    pub const fn capacity(&self) -> usize {
        SLOTS
    }

    /// How many slots are given out. While other threads allocate, a number that was true lately.
    pub fn in_use(&self) -> usize {
        self.used.count()
    }

    fn first(&self) -> *mut u8 {
        self.slots.get().cast()
    }

    const fn fits(size: usize, align: usize) -> bool {
        0 < size && size <= SIZE && align <= Self::ALIGN
    }
}

// SAFETY: blocks do not overlap: two claims that are not separated by a release are of different
// slots, and slots do not overlap (invariant 1). They fit their layout (`fits`). They stay valid
// until the allocator is moved or dropped. Nothing here panics: `Bitmap` bounds every index.
unsafe impl<const SIZE: usize, const SLOTS: usize> Heap for SlotAllocator<SIZE, SLOTS> {
    unsafe fn allocate(&self, layout: Layout) -> *mut u8 {
        if !Self::fits(layout.size(), layout.align()) {
            return ptr::null_mut();
        }
        self.grounds.close(self.first(), SIZE * SLOTS);
        let Some(slot) = self.used.claim() else { return ptr::null_mut() };
        // SAFETY: `slot < SLOTS`, so this stays inside `slots` (invariant 1).
        unsafe { self.first().add(slot * SIZE) }
    }

    unsafe fn release(&self, block: *mut u8, _: Layout) {
        // Only the address: the bytes of the block stay untouched.
        let offset = block.addr().wrapping_sub(self.first().addr());
        self.used.release(offset / SIZE);
    }

    unsafe fn resize(&self, _: *mut u8, layout: Layout, new_size: usize) -> bool {
        // The whole slot is the caller's.
        Self::fits(new_size, layout.align())
    }

    fn owns(&self, block: *const u8) -> bool {
        block.addr().wrapping_sub(self.first().addr()) < SIZE * SLOTS
    }
}

front!(impl[const SIZE: usize, const SLOTS: usize] for SlotAllocator<SIZE, SLOTS>);

/// Each slot is an extent, as it was when it was looked at.
impl<const SIZE: usize, const SLOTS: usize> Walk for SlotAllocator<SIZE, SLOTS> {
    fn walk(&self, visit: &mut dyn FnMut(Extent)) {
        for slot in 0..SLOTS {
            let state = if self.used.is_claimed(slot) { State::Live } else { State::Free };
            visit(Extent { address: self.first().addr() + slot * SIZE, size: SIZE, state });
        }
    }

    fn for_each_class(&self, visit: &mut dyn FnMut(Class)) {
        let live = self.in_use();
        visit(Class { size: SIZE, live, free: SLOTS - live });
    }
}

impl<const SIZE: usize, const SLOTS: usize> Default for SlotAllocator<SIZE, SLOTS> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const SIZE: usize, const SLOTS: usize> fmt::Debug for SlotAllocator<SIZE, SLOTS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlotAllocator")
            .field("size", &SIZE)
            .field("slots", &SLOTS)
            .field("in_use", &self.in_use())
            .finish()
    }
}
