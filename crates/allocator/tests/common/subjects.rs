//! Every allocator of the crate, in the sizes in which it is tested.

use std::alloc::GlobalAlloc;
use std::mem::MaybeUninit;
use std::sync::Mutex;
use std::sync::atomic::AtomicPtr;

use allocator::{FirstFit, Heap, SlotAllocator, ThreadHeap, Tlsf};

/// An allocator that the shared tests can make and look over.
pub(crate) trait Subject: Heap + GlobalAlloc + Sync {
    /// A new one, with nothing given out.
    fn make() -> Box<Self>;

    /// Look for damage.
    fn scan(&self) {}

    /// All that was given out was given back: this must show it.
    fn nothing_is_given_out(&self);
}

impl<const BYTES: usize> Subject for FirstFit<BYTES> {
    fn make() -> Box<Self> {
        Box::new(Self::new())
    }

    fn scan(&self) {
        self.check().unwrap();
    }

    fn nothing_is_given_out(&self) {
        let stats = self.stats();
        assert_eq!((stats.used, stats.largest_free), (0, stats.capacity), "one free block again");
    }
}

impl<const SIZE: usize, const SLOTS: usize> Subject for SlotAllocator<SIZE, SLOTS> {
    fn make() -> Box<Self> {
        Box::new(Self::new())
    }

    fn nothing_is_given_out(&self) {
        assert_eq!(self.in_use(), 0);
    }
}

/// Memory that is never given back, and that Miri does not take for lost.
fn lasting(length: usize) -> &'static mut [MaybeUninit<u8>] {
    static KEPT: Mutex<Vec<AtomicPtr<u8>>> = Mutex::new(Vec::new());
    let memory = Box::leak(Box::new_uninit_slice(length));
    KEPT.lock().unwrap().push(AtomicPtr::new(memory.as_mut_ptr().cast()));
    memory
}

impl Subject for Tlsf {
    fn make() -> Box<Self> {
        let heap = Box::new(Self::new());
        heap.add_static(lasting(LARGE / 2)).unwrap();
        heap.add_static(lasting(LARGE / 2)).unwrap();
        heap
    }

    fn scan(&self) {
        self.check().unwrap();
    }

    fn nothing_is_given_out(&self) {
        assert_eq!(self.stats().blocks, Some(0));
    }
}

impl Subject for ThreadHeap {
    fn make() -> Box<Self> {
        Box::new(Self::new())
    }

    fn scan(&self) {
        self.check().unwrap();
    }

    fn nothing_is_given_out(&self) {
        // It is the heap of the whole process: other tests have blocks of it.
    }
}

/// Large enough for thousands of blocks; Miri has less patience.
pub(crate) const LARGE: usize = if cfg!(miri) { 20_000 } else { 100_000 };

/// Give `$stamp!` the list: a name, a type, sizes to ask for, and alignments, as powers of two.
macro_rules! every_allocator {
    ($stamp:ident) => {
        $stamp! {
            slots_of_one_byte: SlotAllocator<1, 70>, 1..2, 0..1;
            slots_of_no_round_size: SlotAllocator<24, 19>, 1..30, 0..5;
            slots_in_many_words: SlotAllocator<64, 700>, 1..65, 0..7;
            first_fit_of_no_round_size: FirstFit<1111>, 1..40, 0..5;
            first_fit_of_two_kib: FirstFit<2048>, 1..200, 0..7;
            first_fit_of_many_blocks: FirstFit<LARGE>, 1..LARGE / 30, 0..13;
            tlsf_of_two_regions: Tlsf, 1..LARGE / 30, 0..13;
            thread_heap: ThreadHeap, 1..LARGE, 0..13;
        }
    };
}
pub(crate) use every_allocator;

/// The same of what is hardened.
macro_rules! every_hardened_allocator {
    ($stamp:ident) => {
        $stamp! {
            hardened_slots: Hardened<SlotAllocator<96, 60>>, 1..75, 0..6;
            hardened_first_fit_of_no_round_size: Hardened<FirstFit<1111>>, 1..40, 0..5;
            hardened_first_fit: Hardened<FirstFit<LARGE>>, 1..LARGE / 30, 0..13;
            hardened_tlsf: Hardened<Lent>, 1..LARGE / 30, 0..13;
        }
    };
}
pub(crate) use every_hardened_allocator;
