//! Two allocators that keep all they give out inside themselves: [`SlotAllocator`], for blocks of
//! one size, and [`FirstFit`], for any layout. Both are [`GlobalAlloc`], both may be used from any
//! thread, both are made in a `const`, and neither needs the standard library or an operating
//! system. The machine must have atomic read-modify-write: of `u8` for [`SlotAllocator`], of `bool`
//! for [`FirstFit`].
//!
//! [`GlobalAlloc`]: core::alloc::GlobalAlloc
//!
//! ```
//! use std::collections::BTreeMap;
//! use allocator::FirstFit;
//!
//! // A megabyte for the whole program.
//! #[global_allocator]
//! static HEAP: FirstFit<{ 1 << 20 }> = FirstFit::new();
//!
//! let squares: BTreeMap<u32, String> = (0..100).map(|n| (n, (n * n).to_string())).collect();
//! assert!(HEAP.stats().used > 0);
//! # assert_eq!(squares[&12], "144");
//! ```
//!
//! # What they promise
//!
//! - Blocks do not overlap, fit their layout, and have its alignment, however large.
//! - What cannot be served is null: no memory left, sizes and alignments beyond all bounds, size 0.
//!   Nothing panics, aborts or unwinds.
//! - The bytes of a block are its owner's: no header in front of it, no link inside it, before or
//!   after it is freed. `realloc` copies them when it has to move the block, and that is all.
//! - Every pointer is derived from the arena with `add`; no address is turned into a pointer.
//!   Programs run under Miri with strict provenance, with both aliasing models.
//!
//! # What they do not do
//!
//! They do not ask the system for more memory, and give none back: an arena has the size its type
//! says. `FirstFit` searches, so a large arena in small pieces is slow; its lock spins, so it is for
//! a handful of threads, not for signal handlers, and not for a child of `fork` whose parent had
//! several threads. A block that was never freed is not reported, not even by Miri, which sees one
//! large `static`. A caller that breaks the trait's contract is not caught.
//!
//! # Under Miri
//!
//! A `Box` that is passed to a function owns its block, for the aliasing models, until the function
//! returns; also when the function frees it on the way, and if the function is `drop` itself. Memory
//! of the system that is freed is gone, so nothing can go wrong there. Memory of an arena stays, and
//! to Miri it is one object that everybody has a hand in
//! ([miri#2686](https://github.com/rust-lang/miri/issues/2686)): when somebody else writes to the
//! block in that time, Miri reports undefined behaviour. Two things follow.
//!
//! - `dealloc` must not write to the block, so a list of free blocks inside the free blocks is out.
//!   The books of both allocators are bitmaps beside the blocks.
//! - A block must not be used again while such a function runs. No allocator can know that, and
//!   outside Miri none waits. Under `cfg(miri)` alone, [`FirstFit`] prefers memory that was never
//!   given out, and comes back to what was freed when that is used up: give it an arena large
//!   enough that this does not happen. [`SlotAllocator`] does not do this; as a rule it is not
//!   behind a `Box`.
//!
//! Also under Miri alone, a new block is uninitialised, whatever it held before, and so are the bytes
//! that `realloc` adds to it, so that reading them before writing to them is reported. A
//! use after free is not, nor is an overrun into a neighbouring block.
//!
//! And a block that grows moves, under Miri alone. The pointer that comes out of a `Box` is good for the
//! bytes that the `Box` had, and it is the one that `realloc` gets; after `Box<[T]>::into_vec` and a
//! `push`, Stacked Borrows would refuse the bytes gained in place.
//!
//! # Modules
//!
//! | module | what it holds | `unsafe` |
//! |---|---|---|
//! | `slots` | [`SlotAllocator`]: from a slot's number to its address | yes |
//! | `first_fit` | [`FirstFit`]: from granules to addresses, and the bitmap's place in the arena | yes |
//! | `lock` | the spin lock | yes |
//! | `miri` | what Miri is told of a new block, and of bytes gained | yes |
//! | `bitmap` | slots claimed and released with atomics | no |
//! | `extents` | runs of granules in a bitmap: the search | no |
//! | `stats`, `classes` | [`Stats`], [`Corruption`], [`Classes`] | no |
//! | [`map`] | what an allocator's memory looks like: [`Walk`](map::Walk), [`Map`](map::Map) | no |
//! | [`log`] | every call, recorded and replayed: [`Logged`](log::Logged) | the ring, the adapter, the replay |
//! | `text` | text of fixed size, bytes with units | no |
//! | `sync` | atomics and cells, from `core` or from loom | no |
//!
//! # Features
//!
//! `std` (default): a thread that waits for the lock gives up the processor after a while. Without
//! it, it only spins. Log files are written, and replayed, with `std` only; events have the numbers of
//! their threads.
//!
//! `tracing`: a log is drained to `tracing`.

#![no_std]

#[cfg(any(feature = "std", test))]
extern crate std;

mod allocator_api;
mod bitmap;
#[forbid(unsafe_code)]
mod classes;
mod first_fit;
mod free_list;
mod front;
#[cfg(feature = "hardening")]
mod hardened;
mod heap;
mod links;
mod lock;
pub mod log;
#[forbid(unsafe_code)]
pub mod map;
#[cfg(miri)]
mod miri;
mod slots;
#[forbid(unsafe_code)]
mod stats;
#[forbid(unsafe_code)]
mod sync;
#[forbid(unsafe_code)]
mod text;
#[cfg(all(feature = "std", loom))]
#[doc(hidden)]
pub mod thread_heap;
#[cfg(all(feature = "std", not(loom)))]
mod thread_heap;
// What is not used yet is for an allocator made of several cores.
#[allow(dead_code)]
mod tlsf;
mod watch;

pub use classes::{Class, Classes};
pub use first_fit::FirstFit;
#[cfg(feature = "hardening")]
pub use hardened::Hardened;
pub use heap::Heap;
pub use slots::{FourByteAllocator, SlotAllocator};
pub use stats::{Corruption, Stats};
#[cfg(all(feature = "std", not(loom)))]
pub use thread_heap::ThreadHeap;
pub use tlsf::{Damage, RegionError, StaticRegion, Tlsf};
