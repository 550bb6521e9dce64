//! What each thread announces: the element of the push that it is about to make, or several.
//!
//! A write descriptor that is allocated must be freed, and so protected while others may read it.
//! These are never allocated one by one and never freed before the vector: each thread has one cell a
//! vector, and uses it again for each of its pushes (Maya Arbel-Raviv and Trevor Brown, *Reuse, don't
//! Recycle*, DISC 2017). A thread that reads a cell late may find the element of a later push there;
//! then its exchange of the slot fails, because the slot has been written since.
//!
//! A thread writes to its cell only when its last announcement in this vector has been completed: it has
//! seen a `top` after it, and completed what is pending in that. So a cell means something while `top`
//! names its thread and the slot is older than `top`.

use crate::buckets::{Buckets, Zeroed};
use crate::sync::{AtomicU64, Ordering, const_fn, zeros};
use crate::threads::Number;
use crate::wide::{Pair, Wide};

/// Cells that stand beside `top` in its cache line.
const NEAR: usize = 6;

/// `top`, and in the same cache line the cells of the first few threads: whoever pushes needs both,
/// and gets them with one message between processors.
#[derive(Debug)]
#[repr(C, align(128))]
pub(crate) struct Near {
    pub(crate) top: Wide,
    cells: [AtomicU64; NEAR],
}

/// The cell of a thread that is not among the first. In a cache line of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Far(AtomicU64);

// SAFETY: an atomic integer has the layout of the integer; padding may be anything.
unsafe impl Zeroed for Far {}

/// Several elements that are pushed at once.
#[derive(Debug)]
pub(crate) struct Batch {
    /// How many, and for the state of which sequence.
    header: Wide,
    elements: Buckets<AtomicU64>,
}

impl Default for Batch {
    fn default() -> Self {
        Self { header: Wide::default(), elements: Buckets::new() }
    }
}

// SAFETY: a pair of zeros, and null pointers.
unsafe impl Zeroed for Batch {}
// SAFETY: an integer.
unsafe impl Zeroed for AtomicU64 {}

/// All that the threads announce in one vector.
#[derive(Debug)]
pub(crate) struct Cells {
    pub(crate) near: Near,
    far: Buckets<Far>,
    batches: Buckets<Batch>,
}

impl Cells {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self {
                near: Near { top: Wide::new(), cells: zeros() },
                far: Buckets::new(),
                batches: Buckets::new(),
            }
        }
    }

    /// `None`: not there yet.
    #[inline]
    fn cell(&self, number: Number) -> Option<&AtomicU64> {
        match self.near.cells.get(number.index()) {
            Some(cell) => Some(cell),
            None => self.far.get(number.index() - NEAR).map(|far| &far.0),
        }
    }

    /// Make the cell of this thread, so that it can announce.
    pub(crate) fn prepare(&self, number: Number) {
        if let Some(far) = number.index().checked_sub(NEAR) {
            self.far.at(far);
        }
    }

    /// Announce `word`, or `None` if there is no cell yet. By the owner of the number alone, see the
    /// module.
    #[inline]
    pub(crate) fn try_announce(&self, number: Number, word: u64) -> Option<()> {
        // Release: pairs with the Acquire in `announced`. Whoever finds this word instead of the last
        // one also finds that the last one has been written to its slot.
        self.cell(number)?.store(word, Ordering::Release);
        Some(())
    }

    /// What the thread announces, perhaps for a later state than the one that the caller knows. Never
    /// `None` for a thread that some `top` has named.
    #[inline]
    pub(crate) fn announced(&self, number: Number) -> Option<u64> {
        // Acquire: pairs with the Release in `try_announce`, so that the look at the slot that must
        // follow is not the older one.
        Some(self.cell(number)?.load(Ordering::Acquire))
    }

    pub(crate) fn batch(&self, number: Number) -> &Batch {
        self.batches.at(number.index())
    }
}

impl Batch {
    /// Announce `words`. By the owner of the number alone, and as for a cell.
    pub(crate) fn fill(&self, words: impl Iterator<Item = u64>) {
        for (index, word) in words.enumerate() {
            // Release: pairs with the Acquire in `element`, as in a cell.
            self.elements.at(index).store(word, Ordering::Release);
        }
    }

    /// Announce how many: for the state with this sequence. Greater than the last time.
    pub(crate) fn address(&self, count: usize, sequence: u64) {
        let header = self.header.load();
        let new = Pair { word: count as u64, stamp: sequence };
        // The owner is the only one that writes here, so this succeeds.
        let done = self.header.exchange(header, new);
        debug_assert!(done);
    }

    /// How many are announced for the state with this sequence, or `None` if the owner has gone on,
    /// for then all of them have been written.
    pub(crate) fn count(&self, sequence: u64) -> Option<usize> {
        let header = self.header.load();
        (header.stamp == sequence).then_some(header.word as usize)
    }

    /// Element number `index`, perhaps of a later announcement.
    pub(crate) fn element(&self, index: usize) -> u64 {
        // Acquire: pairs with the Release in `fill`.
        self.elements.at(index).load(Ordering::Acquire)
    }
}
