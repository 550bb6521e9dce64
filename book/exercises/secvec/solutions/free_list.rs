//! Exercise 2: a list of free places, without ABA.
//!
//! Places are numbered from 0. The free ones are a list: `head` says the first, and `next[place]` the one
//! after it. Whoever needs a place takes the first; whoever is done gives his back, and it becomes the
//! first. Between the look at the head and the exchange anything may happen, so the two are two
//! functions, and the tests come between them.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// A list of free places for several threads.
#[derive(Debug)]
pub struct FreeList {
    /// The first free place plus 1 in the low half, and how often it has changed in the high half.
    pub head: AtomicU64,
    /// For each place the one after it in the list, plus 1; 0 at the end.
    pub next: Vec<AtomicU32>,
}

/// What [`FreeList::look`] saw.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The first free place, and the one behind it.
    pub first: u32,
    /// As in [`FreeList::next`].
    pub second: u32,
    /// The head as it was.
    pub head: u64,
}

impl FreeList {
    /// All of `count` places are free, and 0 is the first.
    #[must_use]
    pub fn new(count: u32) -> Self {
        let next = (0..count).map(|place| if place + 1 < count { place + 2 } else { 0 });
        Self {
            head: AtomicU64::new(u64::from(count > 0)),
            next: next.map(AtomicU32::new).collect(),
        }
    }

    /// Exchange the head for one that says `first`, and has changed once more.
    fn exchange(&self, head: u64, first: u32) -> bool {
        let changes = (head >> 32) + 1;
        let new = changes << 32 | u64::from(first);
        // AcqRel: pairs with the Acquire in `look`. What the last owner of a place did with it comes
        // before what the next one does.
        self.head.compare_exchange(head, new, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// The first step of taking a place. `None` if none is free.
    #[must_use]
    pub fn look(&self) -> Option<Seen> {
        // Acquire: pairs with the Release in `exchange`, for `next` of the place.
        let head = self.head.load(Ordering::Acquire);
        let first = (head as u32).checked_sub(1)?;
        // Relaxed: perhaps the place has been taken and given back meanwhile, and this is not of the
        // same time as `head`. Then the head has changed, and the exchange fails.
        let second = self.next[first as usize].load(Ordering::Relaxed);
        Some(Seen { first, second, head })
    }

    /// The second step: take the place that was seen first. `None` if anybody took or gave back a place
    /// since the look.
    #[must_use]
    pub fn take(&self, seen: Seen) -> Option<u32> {
        self.exchange(seen.head, seen.second).then_some(seen.first)
    }

    /// Give `place` back.
    pub fn give_back(&self, place: u32) {
        loop {
            // Relaxed: the exchange confirms it.
            let head = self.head.load(Ordering::Relaxed);
            // Relaxed: published by the exchange.
            self.next[place as usize].store(head as u32, Ordering::Relaxed);
            if self.exchange(head, place + 1) {
                return;
            }
        }
    }
}
