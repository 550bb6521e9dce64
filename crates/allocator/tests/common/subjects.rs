//! Every allocator of the crate, in the sizes in which it is tested.

use std::alloc::GlobalAlloc;

use allocator::{FirstFit, Heap, SlotAllocator};

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
