//! One call to an allocator.

use core::fmt;

/// One call to an allocator, or half of a `realloc`. Made from [`Event::new`]: fields may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the log, from 0; no number is left out. It wraps around after `usize::MAX`.
    pub sequence: usize,
    /// How many events were lost before this one, since the log began.
    pub lost: usize,
    /// What the clock of [`Logged`](super::Logged) said, or 0.
    pub time: u64,
    /// The number of the thread, from 1 in the order of their first events; 0 without feature `std`.
    pub thread: u32,
    /// Which call.
    pub kind: Kind,
    /// The block: given out, given back, or to be resized. 0 if there is none.
    pub address: usize,
    /// The size asked for, in bytes; of a `realloc` the old one.
    pub size: usize,
    /// The alignment asked for.
    pub align: usize,
    /// The size asked for by a `realloc`, else 0.
    pub new_size: usize,
    /// Where the block is after a `realloc`; 0 in every other event.
    pub new_address: usize,
}

/// What an [`Event`] tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// `alloc` gave a block.
    Alloc,
    /// `alloc_zeroed` gave a block.
    AllocZeroed,
    /// `dealloc` is about to be called.
    Dealloc,
    /// `realloc` is about to be called.
    Realloc,
    /// `realloc` gave a block, perhaps the same.
    Reallocated,
    /// `alloc` or `alloc_zeroed` gave null; or `realloc`, if the event has an address.
    Failed,
}

impl Event {
    /// An event that says nothing yet but which call it was.
    pub const fn new(kind: Kind) -> Self {
        Self {
            sequence: 0,
            lost: 0,
            time: 0,
            thread: 0,
            kind,
            address: 0,
            size: 0,
            align: 1,
            new_size: 0,
            new_address: 0,
        }
    }
}

/// `alloc`, `alloc_zeroed`, `dealloc`, `realloc`, `reallocated`, `failed`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Alloc => "alloc",
            Self::AllocZeroed => "alloc_zeroed",
            Self::Dealloc => "dealloc",
            Self::Realloc => "realloc",
            Self::Reallocated => "reallocated",
            Self::Failed => "failed",
        })
    }
}

/// `17 thread 1: alloc 64 B (align 8) at 0x7f00`, for people.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sequence, thread, kind, address, size, align, new_size, new_address, .. } = self;
        write!(f, "{sequence} thread {thread}: {kind} {size} B (align {align})")?;
        if *address != 0 {
            write!(f, " at {address:#x}")?;
        }
        if *new_size != 0 {
            write!(f, " to {new_size} B")?;
        }
        if *new_address != 0 {
            write!(f, " at {new_address:#x}")?;
        }
        Ok(())
    }
}
