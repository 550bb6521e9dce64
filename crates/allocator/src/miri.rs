//! What Miri sees of a heap: for each block, a block of Miri's own.
//!
//! To Miri an arena is one large object. It cannot know that a part of it was freed, or ends where
//! another begins, or was lost. So under Miri the program never gets a block of the arena. The heap does
//! all that it does elsewhere, on its own memory; beside its block the program gets one that Miri made,
//! of the same layout, and works with that. When it comes back, a table tells which block inside the
//! heap belongs to it.
//!
//! The algorithms themselves are tested without this, through [`Heap`] alone.

use core::alloc::Layout;
use core::mem;
use core::ptr;
use core::slice;

use crate::Heap;
use crate::lock::Lock;

unsafe extern "Rust" {
    /// A block as the system's allocator gives it, to Miri.
    safe fn miri_alloc(size: usize, align: usize) -> *mut u8;
    /// Gives it back. Whatever is wrong with the block or its layout, Miri reports.
    fn miri_dealloc(block: *mut u8, size: usize, align: usize);
}

/// A heap whose blocks Miri can tell apart.
#[derive(Debug)]
pub(crate) struct Mirror<'a, H>(pub(crate) &'a H);

impl<H: Heap> Mirror<'_, H> {
    // ANCHOR: give_out
    /// What the program gets for a block that the heap gave.
    fn give_out(&self, inside: *mut u8, layout: Layout) -> *mut u8 {
        if inside.is_null() {
            return inside;
        }
        let outside = miri_alloc(layout.size(), layout.align());
        TABLE.with(|table| table.insert(Entry { outside: outside.addr(), inside, layout }));
        outside
    }
    // ANCHOR_END: give_out

    // ANCHOR: take_back
    /// The block of the heap that the program's block stands for. It stands for it no longer.
    ///
    /// If there is none, or with another layout, that is a mistake of the program, and Miri says which:
    /// freed already, from elsewhere, a wrong layout.
    ///
    /// # Safety
    ///
    /// The caller gives the block up.
    unsafe fn take_back(&self, outside: *mut u8, layout: Layout) -> *mut u8 {
        let entry = TABLE.with(|table| table.remove(outside.addr(), layout));
        // SAFETY: the caller gives it up; all else Miri checks.
        unsafe { miri_dealloc(outside, layout.size(), layout.align()) };
        match entry {
            Some(entry) => self.own(entry),
            None => refuse("a block was given to a heap, and came from none"),
        }
    }
    // ANCHOR_END: take_back

    fn own(&self, entry: Entry) -> *mut u8 {
        if !self.0.owns(entry.inside) {
            refuse("a block was given to another heap than it came from");
        }
        entry.inside
    }
}

// SAFETY: a block is one of Miri's. It is given back only by `release` and `reallocate`.
unsafe impl<H: Heap> Heap for Mirror<'_, H> {
    unsafe fn allocate(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let inside = unsafe { self.0.allocate(layout) };
        self.give_out(inside, layout)
    }

    unsafe fn allocate_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let inside = unsafe { self.0.allocate_zeroed(layout) };
        let outside = self.give_out(inside, layout);
        if !outside.is_null() {
            // SAFETY: the block is new and has this size. If a byte was never written, Miri says so.
            let bytes = unsafe { slice::from_raw_parts(inside, layout.size()) };
            if bytes.iter().any(|&byte| byte != 0) {
                refuse("a zeroed block is not zero");
            }
            // SAFETY: the block is new and has this size.
            unsafe { outside.write_bytes(0, layout.size()) };
        }
        outside
    }

    unsafe fn release(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        let inside = unsafe { self.take_back(block, layout) };
        // SAFETY: it stands for the caller's block, came from this heap and has this layout.
        unsafe { self.0.release(inside, layout) };
    }

    /// The heap does what it can do, in place or not; what the program gets is another block each time.
    unsafe fn reallocate(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let Some(entry) = TABLE.with(|table| table.find(block.addr(), layout)) else {
            // SAFETY: this reports what is wrong with the block, and does not return.
            unsafe { self.take_back(block, layout) };
            return ptr::null_mut();
        };
        // SAFETY: the caller's promise, for the block that it stands for.
        let inside = unsafe { self.0.reallocate(self.own(entry), layout, new_size) };
        // SAFETY: the caller has checked the size.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        let moved = self.give_out(inside, new_layout);
        if !moved.is_null() {
            // SAFETY: both have this size, and one of them is new.
            unsafe { ptr::copy_nonoverlapping(block, moved, layout.size().min(new_size)) };
            // SAFETY: the caller gave it up. What is inside was released, or is used again.
            unsafe { self.take_back(block, layout) };
        }
        moved
    }

    fn owns(&self, block: *const u8) -> bool {
        self.0.owns(block)
    }
}

/// Say what is wrong, and end.
#[allow(improper_ctypes_definitions, reason = "nothing but Rust calls it")]
extern "C" fn refuse(what: &'static str) -> ! {
    // A panic cannot leave a function of another language, and so cannot leave an allocator.
    panic!("{what}")
}

/// Every block that is given out, of every heap.
static TABLE: Lock<Table> = Lock::new(Table { slots: &mut [], used: 0 });

#[derive(Clone, Copy)]
struct Entry {
    /// As a number: a pointer here would be one, and Miri's search for leaks would find the block.
    outside: usize,
    inside: *mut u8,
    layout: Layout,
}

// SAFETY: a pointer is used by nobody but whoever gives the block back.
unsafe impl Send for Entry {}

/// Open addressing: an entry stands in the first slot that was free, from its own on.
///
/// 1. Between an entry's own slot and where it stands, no slot is free.
/// 2. At least one slot in four is free, or there are none.
/// 3. There are as many slots as some power of two, or none.
struct Table {
    slots: &'static mut [Option<Entry>],
    used: usize,
}

impl Table {
    fn insert(&mut self, entry: Entry) {
        if self.used >= self.slots.len() / 4 * 3 {
            self.grow();
        }
        let mut at = self.own(entry.outside);
        while self.slots[at].is_some() {
            at = self.behind(at);
        }
        self.slots[at] = Some(entry);
        self.used += 1;
    }

    fn find(&self, outside: usize, layout: Layout) -> Option<Entry> {
        self.place(outside, layout).and_then(|at| self.slots[at])
    }

    fn remove(&mut self, outside: usize, layout: Layout) -> Option<Entry> {
        let mut at = self.place(outside, layout)?;
        let removed = self.slots[at].take();
        self.used -= 1;
        // What stands behind may have wanted to stand here (invariant 1).
        loop {
            at = self.behind(at);
            let Some(entry) = self.slots[at].take() else { return removed };
            self.used -= 1;
            self.insert(entry);
        }
    }

    fn place(&self, outside: usize, layout: Layout) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = self.own(outside);
        while let Some(entry) = self.slots[at] {
            if entry.outside == outside {
                return (entry.layout == layout).then_some(at);
            }
            at = self.behind(at);
        }
        None
    }

    fn own(&self, outside: usize) -> usize {
        // Neighbours are a few bytes apart, or many: mix all bits into the upper half.
        let mixed = (outside as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32) as usize & (self.slots.len() - 1)
    }

    fn behind(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }

    fn grow(&mut self) {
        let length = (self.slots.len() * 2).max(64);
        let of = |length| Layout::array::<Option<Entry>>(length).expect("it fits");
        let slots = miri_alloc(of(length).size(), of(length).align()).cast::<Option<Entry>>();
        for at in 0..length {
            // SAFETY: the block has `length` slots.
            let slot = unsafe { slots.add(at) };
            // SAFETY: as above.
            unsafe { slot.write(None) };
        }
        // SAFETY: `length` slots, each of them just written, and known to nobody else.
        let slots = unsafe { slice::from_raw_parts_mut(slots, length) };
        let old = mem::replace(&mut self.slots, slots);
        self.used = 0;
        for entry in old.iter().flatten() {
            self.insert(*entry);
        }
        if let (old @ [_, ..], layout) = (&mut *old, of(length / 2)) {
            // SAFETY: it came from `miri_alloc`, with this layout, and is not used any more.
            unsafe { miri_dealloc(old.as_mut_ptr().cast(), layout.size(), layout.align()) };
        }
    }
}
