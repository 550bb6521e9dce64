//! One element in memory: its bits, with a version that each write raises.
//!
//! A 64-bit word holds 32 bits of the element and a 32-bit version. A `u32` takes one word. A `u64`
//! takes two, each with the same version, and a reader that finds two different versions knows that
//! it came between the two exchanges. The version comes back only after 2^32 writes to one slot, so
//! an exchange that comes late fails.

use std::sync::atomic::{AtomicU64, Ordering};

const HALF: u32 = 32;

/// What [`Vector`](super::Vector) can hold: `u32`, in one word, and `u64`, in two.
pub trait Element: Copy {
    /// The words of one slot.
    type Words: AsRef<[AtomicU64]> + Default;

    /// The value as a word.
    fn to_bits(self) -> u64;

    /// The value that gave this word.
    fn from_bits(bits: u64) -> Self;
}

impl Element for u32 {
    type Words = [AtomicU64; 1];

    fn to_bits(self) -> u64 {
        self.into()
    }

    fn from_bits(bits: u64) -> Self {
        bits as Self
    }
}

impl Element for u64 {
    type Words = [AtomicU64; 2];

    fn to_bits(self) -> u64 {
        self
    }

    fn from_bits(bits: u64) -> Self {
        bits
    }
}

/// The bits of an element, and which write to its slot they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Versioned {
    pub(crate) bits: u64,
    pub(crate) version: u32,
}

impl Versioned {
    /// What a write of `bits` over `self` leaves.
    pub(crate) fn next(self, bits: u64) -> Self {
        Self { bits, version: self.version.wrapping_add(1) }
    }

    /// The word number `half` of the slot.
    fn word(self, half: usize) -> u64 {
        let bits = self.bits >> (HALF * half as u32);
        (u64::from(self.version) << HALF) | u64::from(bits as u32)
    }
}

/// The one or two words of an element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot<'a> {
    words: &'a [AtomicU64],
}

impl<'a> Slot<'a> {
    pub(crate) fn new(words: &'a [AtomicU64]) -> Self {
        Self { words }
    }

    // ANCHOR: read
    /// The element, or `None` between the two exchanges of a [`write`](Self::write).
    pub(crate) fn read(self) -> Option<Versioned> {
        let mut whole: Option<Versioned> = None;
        for (half, word) in self.words.iter().enumerate() {
            // Acquire: pairs with the Release in `write`. Whoever gets an element sees what came
            // before its push or set; whoever finds half of one sees the descriptor of the rest.
            let word = word.load(Ordering::Acquire);
            let version = (word >> HALF) as u32;
            let bits = u64::from(word as u32) << (HALF * half as u32);
            match &mut whole {
                None => whole = Some(Versioned { bits, version }),
                Some(first) if first.version == version => first.bits |= bits,
                Some(_) => return None,
            }
        }
        whole
    }
    // ANCHOR_END: read

    // ANCHOR: write
    /// Make `old` into `new`, where nobody has yet.
    ///
    /// Any number of threads may do this for the same write, at any time. A word changes once: the
    /// first exchange raises its version, and the others fail.
    pub(crate) fn write(self, old: Versioned, new: Versioned) {
        for (half, word) in self.words.iter().enumerate() {
            // Release: pairs with the Acquire in `read`, and passes on what this thread, perhaps a
            // helper, learned when it loaded the descriptor. Relaxed: a failure says that another
            // thread wrote this word, and no more is taken from it.
            let _ = word.compare_exchange(
                old.word(half),
                new.word(half),
                Ordering::Release,
                Ordering::Relaxed,
            );
        }
    }
    // ANCHOR_END: write
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> [AtomicU64; 2] {
        [AtomicU64::new(0), AtomicU64::new(0)]
    }

    #[test]
    fn half_a_write_is_not_an_element() {
        let words = words();
        let slot = Slot::new(&words);
        let old = slot.read().unwrap();
        Slot::new(&words[..1]).write(old, old.next(5 << 32 | 7));
        assert_eq!(slot.read(), None);
        slot.write(old, old.next(5 << 32 | 7));
        assert_eq!(slot.read(), Some(Versioned { bits: 5 << 32 | 7, version: 1 }));
    }

    #[test]
    fn a_write_that_comes_late_does_nothing_even_if_the_old_bits_are_back() {
        for count in [1, 2] {
            let words = words();
            let slot = Slot::new(&words[..count]);
            let a = slot.read().unwrap();
            let b = a.next(1);
            let a_again = b.next(a.bits);
            slot.write(a, b);
            slot.write(b, a_again);
            slot.write(a, b);
            assert_eq!(slot.read(), Some(a_again));
        }
    }
}
