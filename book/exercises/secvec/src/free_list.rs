//! Exercise 2: a list of free places, without ABA.
//!
//! Places are numbered from 0. The free ones are a list: `head` says the first, and `next[place]` the one
//! after it. Whoever needs a place takes the first; whoever is done gives his back, and it becomes the
//! first. Between the look at the head and the exchange anything may happen, so the two are two
//! functions, and the tests come between them.

use std::sync::atomic::{AtomicU32, AtomicU64};

/// A list of free places for several threads.
#[derive(Debug)]
pub struct FreeList {
    /// What you like, as long as one exchange can change it.
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
        todo!("a list of {count} places")
    }

    /// The first step of taking a place. `None` if none is free.
    #[must_use]
    pub fn look(&self) -> Option<Seen> {
        todo!("look at the first free place")
    }

    /// The second step: take the place that was seen first. `None` if anybody took or gave back a place
    /// since the look.
    #[must_use]
    pub fn take(&self, seen: Seen) -> Option<u32> {
        todo!("take place {}", seen.first)
    }

    /// Give `place` back.
    pub fn give_back(&self, place: u32) {
        todo!("make {place} the first free place")
    }
}
