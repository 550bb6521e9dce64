//! Which addresses are ours: one bit for each place that a segment can stand at. Large blocks, which do not fill
//! the places that they stand at, are in a list of their own.
//!
//! The table covers all addresses that a program has, and is mostly never touched: the system gives it memory
//! page by page.

use core::sync::atomic::{AtomicUsize, Ordering};

use super::segment::SIZE;

/// The addresses that the table covers: 47 bits is what Linux gives a program that does not ask for more.
/// Miri's addresses begin low, and it takes its time to make a large table.
const ADDRESS_BITS: u32 = if usize::BITS == 32 {
    32
} else if cfg!(miri) {
    36
} else {
    47
};
const PLACES: usize = 1 << (ADDRESS_BITS - SIZE.trailing_zeros());
const BITS: usize = usize::BITS as usize;

static TABLE: [AtomicUsize; PLACES / BITS] = [const { AtomicUsize::new(0) }; PLACES / BITS];

fn word_and_bit(segment: usize) -> Option<(&'static AtomicUsize, usize)> {
    let place = segment / SIZE;
    Some((TABLE.get(place / BITS)?, 1 << (place % BITS)))
}

/// A segment stands at this address from now on. `false`: the table does not reach that far, and the segment
/// cannot be used.
#[must_use]
pub(crate) fn add(segment: *mut u8) -> bool {
    let Some((word, bit)) = word_and_bit(segment.addr()) else { return false };
    // Relaxed: whoever asks about a block got the block by a way that orders this before.
    word.fetch_or(bit, Ordering::Relaxed);
    true
}

/// And no more.
pub(crate) fn remove(segment: *mut u8) {
    if let Some((word, bit)) = word_and_bit(segment.addr()) {
        // Relaxed: as in `add`.
        word.fetch_and(!bit, Ordering::Relaxed);
    }
}

/// Whether a block at this address would be in one of our segments.
pub(crate) fn has(block: *const u8) -> bool {
    // Relaxed: as in `add`.
    word_and_bit(block.addr()).is_some_and(|(word, bit)| word.load(Ordering::Relaxed) & bit != 0)
}
