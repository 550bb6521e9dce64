//! One bit a slot, claimed and released by any thread without a lock.

#[cfg(not(loom))]
use core::sync::atomic::AtomicU8;

use crate::sync::{AtomicUsize, Ordering, const_unless_loom};

/// How many slots a word stands for. Under loom two: a small model has several words then.
const BITS: usize = if cfg!(loom) { 2 } else { usize::BITS as usize };

/// A set of the numbers `0..SLOTS`; a number in it belongs to whoever claimed it.
///
/// 1. A bit goes from 0 to 1 in `claim` alone, and only one caller sees it go.
/// 2. It goes back to 0 in `release` alone.
pub(crate) struct Bitmap<const SLOTS: usize> {
    /// Slot `i` is bit `i % BITS` of word `i / BITS`.
    words: Words<SLOTS>,
    /// No word before this one has a clear bit. True as long as one thread is at work, else a guess.
    first: AtomicUsize,
}

impl<const SLOTS: usize> Bitmap<SLOTS> {
    const_unless_loom! {
        pub(crate) fn new() -> Self {
            Self { words: Words::new(), first: AtomicUsize::new(0) }
        }
    }

    /// Claim the lowest number that is free. While others release numbers, it may be another one, and
    /// `None` may miss one that was released behind the search.
    // ANCHOR: claim
    pub(crate) fn claim(&self) -> Option<usize> {
        let words = self.words.get();
        // Relaxed: a guess. Where it is wrong, the search comes round.
        let first = self.first.load(Ordering::Relaxed);
        for index in (first..words.len()).chain(0..first) {
            if let Some(bit) = claim_bit(&words[index], SLOTS - index * BITS) {
                if index != first {
                    // Relaxed: as above.
                    self.first.store(index, Ordering::Relaxed);
                }
                return Some(index * BITS + bit);
            }
        }
        None
    }
    // ANCHOR_END: claim

    /// Give `slot` back. A number out of range, or one that is not claimed, changes nothing.
    pub(crate) fn release(&self, slot: usize) {
        let index = slot / BITS;
        let Some(word) = self.words.get().get(index) else { return };
        // Release: pairs with the Acquire in `claim_bit`. And-not, where a subtraction would borrow
        // from the neighbours if the bit were clear.
        word.fetch_and(!(1 << (slot % BITS)), Ordering::Release);
        // Relaxed: a guess, as in `claim`.
        if index < self.first.load(Ordering::Relaxed) {
            // Relaxed: as above.
            self.first.store(index, Ordering::Relaxed);
        }
    }

    /// Whether `slot` is claimed, for somebody who only looks: it may be so no longer.
    pub(crate) fn is_claimed(&self, slot: usize) -> bool {
        let word = self.words.get().get(slot / BITS);
        // Relaxed: only looked at.
        word.is_some_and(|word| word.load(Ordering::Relaxed) & (1 << (slot % BITS)) != 0)
    }

    /// How many numbers are claimed, if no other thread is at work.
    pub(crate) fn count(&self) -> usize {
        let words = self.words.get().iter();
        // Relaxed: a number that was true lately.
        words.map(|word| word.load(Ordering::Relaxed).count_ones() as usize).sum()
    }
}

/// Set the lowest clear bit of the first `count` of a word.
// ANCHOR: claim_bit
fn claim_bit(word: &AtomicUsize, count: usize) -> Option<usize> {
    // Relaxed: a guess. What counts is what `fetch_or` returns.
    let mut seen = word.load(Ordering::Relaxed);
    loop {
        let bit = seen.trailing_ones() as usize;
        if bit >= count.min(BITS) {
            return None;
        }
        let mask = 1 << bit;
        // Acquire: pairs with the Release in `release`, so that whatever the last owner did to the
        // slot happened before we have it.
        seen = word.fetch_or(mask, Ordering::Acquire);
        if seen & mask == 0 {
            return Some(bit);
        }
        // Another thread was faster. Nothing is lost: the bit was set already.
    }
}
// ANCHOR_END: claim_bit

/// Words enough for `SLOTS` bits, all of them clear.
///
/// Stable Rust cannot write `SLOTS.div_ceil(BITS)` as the length of an array. It can write `SLOTS`: that
/// many bytes are eight times what is needed, and the rest is never touched.
#[cfg(not(loom))]
#[repr(C)]
struct Words<const SLOTS: usize> {
    /// The first word whole, and with it the alignment; and there is one when the rest is too short.
    first: AtomicUsize,
    rest: [AtomicU8; SLOTS],
}

#[cfg(not(loom))]
impl<const SLOTS: usize> Words<SLOTS> {
    const fn new() -> Self {
        Self { first: AtomicUsize::new(0), rest: [const { AtomicU8::new(0) }; SLOTS] }
    }

    fn get(&self) -> &[AtomicUsize] {
        const { assert!(SLOTS.div_ceil(BITS) * size_of::<usize>() <= size_of::<usize>() + SLOTS) };
        let start = (&raw const *self).cast::<AtomicUsize>();
        // SAFETY: so many words are inside the struct, as was just asserted; `repr(C)` puts no gap
        // between bytes, and all of them are zeros or atomically written ones; `first` aligns them; and
        // nothing else looks at them, so none is accessed in two sizes.
        unsafe { core::slice::from_raw_parts(start, SLOTS.div_ceil(BITS)) }
    }
}

/// Loom's atomics are no words of memory, so here there are as many as can be written.
#[cfg(loom)]
struct Words<const SLOTS: usize>([AtomicUsize; SLOTS]);

#[cfg(loom)]
impl<const SLOTS: usize> Words<SLOTS> {
    fn new() -> Self {
        Self(core::array::from_fn(|_| AtomicUsize::new(0)))
    }

    fn get(&self) -> &[AtomicUsize] {
        &self.0[..SLOTS.div_ceil(BITS)]
    }
}
