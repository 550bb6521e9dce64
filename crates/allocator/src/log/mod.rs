//! What a program asks of its allocator, call by call: recorded without allocating and without waiting,
//! read back, and asked again of another allocator.
//!
//! [`Logged`] is an adapter over any [`GlobalAlloc`](core::alloc::GlobalAlloc). It writes an [`Event`] for
//! each call to its [`EventLog`], a ring of fixed size inside itself. Somebody drains the ring now and
//! then: to a function of theirs, to a file ([`LogWriter`], feature `std`), or to `tracing` (feature
//! `tracing`). A file is read back by [`LogReader`], and a [`Plan`] (feature `std`) makes the same calls to
//! any allocator.
//!
//! ```
//! use std::alloc::System;
//! use allocator::log::{Kind, Logged};
//!
//! #[global_allocator]
//! static HEAP: Logged<System, 1024> = Logged::new(System);
//!
//! HEAP.log().drain(|_| {});
//! drop(vec![1_u8; 5000]);
//! let mut sizes = [0; 2];
//! HEAP.log().drain(|event| match event.kind {
//!     Kind::Alloc => sizes[0] = event.size,
//!     Kind::Dealloc => sizes[1] = event.size,
//!     _ => {}
//! });
//! assert_eq!(sizes, [5000, 5000]);
//! ```
//!
//! # The order of events
//!
//! The log must tell a story in which no address has two owners. So a block enters the log *after* the
//! allocator gave it, and leaves it *before* the allocator gets it back: in between it is its owner's in
//! truth, too. A `realloc` does both at once, so it takes two events: [`Kind::Realloc`] before, which gives
//! the old block up, and [`Kind::Reallocated`] (or [`Kind::Failed`]) after, which enters the new one.
//! Those of other threads may lie between them.
//!
//! # The file
//!
//! Text. The first line is `allocator-log 1`; then comes a line for each event, in the order of the log:
//! fields with one space between them, numbers in decimal, addresses in lower case hexadecimal.
//!
//! | line | means |
//! |---|---|
//! | `a THREAD ADDRESS SIZE ALIGN` | [`Kind::Alloc`] |
//! | `z THREAD ADDRESS SIZE ALIGN` | [`Kind::AllocZeroed`] |
//! | `d THREAD ADDRESS SIZE ALIGN` | [`Kind::Dealloc`] |
//! | `r THREAD ADDRESS SIZE ALIGN NEW_SIZE` | [`Kind::Realloc`] |
//! | `m THREAD ADDRESS SIZE ALIGN NEW_SIZE NEW_ADDRESS` | [`Kind::Reallocated`] |
//! | `f THREAD ADDRESS SIZE ALIGN NEW_SIZE` | [`Kind::Failed`]: `ADDRESS` and `NEW_SIZE` are 0 unless it was a `realloc` |
//! | `l COUNT` | so many events were lost up to here, since the log began |
//!
//! A line of an event may have one field more, `@TIME`. Each line, also the last, ends with a line feed:
//! without it the file was cut short.

#[forbid(unsafe_code)]
mod event;
mod logged;
#[cfg(feature = "std")]
#[forbid(unsafe_code)]
mod plan;
#[forbid(unsafe_code)]
mod read;
mod ring;
#[cfg(feature = "std")]
mod run;
#[forbid(unsafe_code)]
mod thread;
#[cfg(feature = "tracing")]
#[forbid(unsafe_code)]
mod to_tracing;
#[forbid(unsafe_code)]
mod write;

pub use event::{Event, Kind};
pub use logged::Logged;
#[cfg(feature = "std")]
pub use plan::{Plan, PlanError, Wrong};
pub use read::{LogError, LogReader, Problem};
pub use ring::EventLog;
#[cfg(feature = "std")]
pub use run::{Report, Run};
#[cfg(feature = "std")]
pub use write::{LogWriter, print};
