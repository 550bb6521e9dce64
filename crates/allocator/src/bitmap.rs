//! One bit a slot, claimed and released by any thread without a lock.

use crate::sync::{AtomicU8, Ordering, const_unless_loom, zeros};

const BITS: usize = u8::BITS as usize;

/// A set of the numbers `0..SLOTS`; a number in it belongs to whoever claimed it.
///
/// 1. A bit goes from 0 to 1 in `claim` alone, and only one caller sees it go.
/// 2. It goes back to 0 in `release` alone.
pub(crate) struct Bitmap<const SLOTS: usize> {
    /// Slot `i` is bit `i % 8` of byte `i / 8`. The bytes past `SLOTS / 8` are not used: stable
    /// Rust cannot write `SLOTS.div_ceil(8)` as the length of an array.
    bytes: [AtomicU8; SLOTS],
}

impl<const SLOTS: usize> Bitmap<SLOTS> {
    const_unless_loom! {
        pub(crate) fn new() -> Self {
            Self { bytes: zeros() }
        }
    }

    fn bytes_in_use(&self) -> &[AtomicU8] {
        &self.bytes[..SLOTS.div_ceil(BITS)]
    }

    /// Claim the lowest number that is free. While others release numbers, `None` may miss one that
    /// was released behind the search.
    // ANCHOR: claim
    pub(crate) fn claim(&self) -> Option<usize> {
        for (index, byte) in self.bytes_in_use().iter().enumerate() {
            // Relaxed: a guess. What counts is what `fetch_or` returns.
            let mut seen = byte.load(Ordering::Relaxed);
            while seen != u8::MAX {
                let bit = seen.trailing_ones() as usize;
                let slot = index * BITS + bit;
                if slot >= SLOTS {
                    return None;
                }
                let mask = 1 << bit;
                // Acquire: pairs with the Release in `release`, so that whatever the last owner
                // did to the slot happened before we have it.
                seen = byte.fetch_or(mask, Ordering::Acquire);
                if seen & mask == 0 {
                    return Some(slot);
                }
                // Another thread was faster. Nothing is lost: the bit was set already.
            }
        }
        None
    }
    // ANCHOR_END: claim

    /// Give `slot` back. A number out of range, or one that is not claimed, changes nothing.
    pub(crate) fn release(&self, slot: usize) {
        let Some(byte) = self.bytes.get(slot / BITS) else { return };
        // Release: pairs with the Acquire in `claim`. And-not, where a subtraction would borrow
        // from the neighbours if the bit were clear.
        byte.fetch_and(!(1 << (slot % BITS)), Ordering::Release);
    }

    /// Whether `slot` is claimed, for somebody who only looks: it may be so no longer.
    pub(crate) fn is_claimed(&self, slot: usize) -> bool {
        let byte = self.bytes.get(slot / BITS);
        byte.is_some_and(|byte| byte.load(Ordering::Relaxed) & (1 << (slot % BITS)) != 0)
    }

    /// How many numbers are claimed, if no other thread is at work.
    pub(crate) fn count(&self) -> usize {
        self.bytes_in_use()
            .iter()
            .map(|byte| byte.load(Ordering::Relaxed).count_ones() as usize)
            .sum()
    }
}
