//! Four allocators, from slots of four bytes to the heap of a real program. Each is a
//! [`GlobalAlloc`](core::alloc::GlobalAlloc), may be used from any thread, and is made in a `const`.
//!
//! | | memory | for |
//! |---|---|---|
//! | [`SlotAllocator`] | inside itself | blocks of one size, without a lock |
//! | [`FirstFit`] | inside itself | any layout, in the least space |
//! | [`Tlsf`] | regions, added while the program runs | any layout, in constant time |
//! | [`ThreadHeap`] | from the system, and back to it | a whole program with threads |
//!
//! ```
//! use std::collections::BTreeMap;
//! use allocator::ThreadHeap;
//!
//! #[global_allocator]
//! static HEAP: ThreadHeap = ThreadHeap::new();
//!
//! let squares: BTreeMap<u32, String> = (0..100).map(|n| (n, (n * n).to_string())).collect();
//! # use allocator::map::Walk;
//! println!("{}", HEAP.stats());
//! # assert_eq!(squares[&12], "144");
//! ```
//!
//! The first three, the arenas, need neither the standard library nor an operating system, but atomic
//! read-modify-write: of `usize` for [`SlotAllocator`], of `bool` for the others. [`ThreadHeap`] is there with
//! the feature `std`, which is on.
//!
//! # What they promise
//!
//! - Blocks do not overlap, fit their layout, and have its alignment, however large.
//! - What cannot be served is null: no memory left, sizes and alignments beyond all bounds, size 0.
//!   Nothing panics, aborts or unwinds.
//! - `realloc` grows and shrinks a block where it is, if there is room, and copies its bytes if it has to move.
//! - What goes on can be seen: [`Stats`], [`map`], [`log`].
//! - Tools see into the arenas: see below.
//!
//! # What they do not do
//!
//! [`FirstFit`] searches, so a large arena in small pieces is slow. The locks of the arenas spin, so those are
//! for a handful of threads, and not for a child of `fork` whose parent had several. None of the four is for
//! signal handlers. A caller that breaks the trait's contract is not caught, but by the tools, and by
//! `Hardened` (feature `hardening`).
//!
//! # Under Miri
//!
//! To Miri an arena is one large object. It cannot know that a part of it was freed, or ends where
//! another begins, or was lost; and when a `Box` is passed to a function that frees it, Miri takes the
//! box for the owner of its block until the function returns, and whatever the allocator writes there for
//! a mistake ([miri#2686](https://github.com/rust-lang/miri/issues/2686)).
//!
//! So under `cfg(miri)` alone, a program gets no block of the arena. The allocator does all that it does
//! elsewhere; beside its block the program gets a twin of the same layout, which Miri made, and works with
//! that. What Miri reports of the system's allocator it reports of these, with the places where the
//! block was allocated and freed: use after free, accesses out of bounds, reads of bytes that were never
//! written, double frees, wrong layouts, lost blocks. A block that is given to another heap than it came
//! from ends the program, and so does a block that should be zero and is not. Clean programs pass, under
//! Stacked Borrows and Tree Borrows, with strict provenance and symbolic alignment.
//!
//! A table under one lock tells which block belongs to which twin. So two threads that both call the
//! allocator are more in step than they are elsewhere, and a data race between them may be missed. A block
//! lies outside of the arena then, and every `realloc` moves it. To see the memory of the arena itself, call
//! [`Heap`]: its blocks have no twins.
//!
//! # Under Valgrind and AddressSanitizer
//!
//! With the feature `valgrind`, on x86-64 and AArch64, Memcheck knows the blocks: it reports use after free,
//! overruns into what nobody has, decisions on bytes that were never written, double frees and leaks. With
//! the feature `asan`, on Linux, a program compiled with `-Zsanitizer=address` ends at the first use after
//! free, or overrun into what nobody has. An arena that was used must not be moved then: a move reads all
//! of it. Of `Tlsf` and `ThreadHeap` only the blocks are known, not what lies between them.
//!
//! # Modules
//!
//! | module | what it holds | `unsafe` |
//! |---|---|---|
//! | `heap` | [`Heap`]: what an allocator is underneath | yes |
//! | `front` | the traits that programs use, over `Heap` | yes |
//! | `allocator_api` | the same for `allocator_api2` | yes |
//! | `slots` | [`SlotAllocator`]: from a slot's number to its address | yes |
//! | `bitmap` | slots claimed and released with atomics | yes |
//! | `first_fit` | [`FirstFit`]: from offsets to addresses | yes |
//! | `free_list` | the free blocks of an arena: the search, and how neighbours become one | yes |
//! | `links` | the pointers in free blocks | yes |
//! | `lock` | the spin lock | yes |
//! | `miri` | the twins | yes |
//! | `watch` | what Valgrind and AddressSanitizer are told | yes |
//! | `tlsf` | [`Tlsf`]: regions of blocks with headers, lists of free ones by size; [`StaticRegion`] | yes |
//! | `hardened` | `Hardened`, with the feature `hardening`: an allocator that does not trust the program | books, guard pages |
//! | `stats`, `classes` | [`Stats`], [`Corruption`], [`Classes`] | no |
//! | [`map`] | what an allocator's memory looks like: [`Walk`](map::Walk), [`Map`](map::Map) | no |
//! | [`log`] | every call, recorded and replayed: [`Logged`](log::Logged) | the ring, the adapter, the replay |
//! | `text` | text of fixed size, bytes with units | no |
//! | `thread_heap` | [`ThreadHeap`], in modules of its own | yes |
//! | `sync` | atomics and cells, from `core` or from loom | no |
//!
//! # Features
//!
//! | feature | |
//! |---|---|
//! | `std` (default) | [`ThreadHeap`]; log files; a thread that waits for a lock gives up the processor after a while; without it, it only spins |
//! | `allocator-api2` | `allocator_api2::alloc::Allocator` for references to arenas: collections of that crate and of others in an arena |
//! | `valgrind` | Valgrind is told of the blocks; some instructions for each, also where there is no Valgrind |
//! | `asan` | AddressSanitizer is told of the blocks, in programs compiled with it |
//! | `hardening` | `Hardened<A>`, over any allocator `A` of these: double frees, foreign pointers, wrong layouts, overruns and writes after free end the program with a message |
//! | `tracing` | a log is drained to `tracing` |
//! | `requested` | [`ThreadHeap`] counts what was asked for, for its internal fragmentation; each call then changes a number that all threads share |
//! | `initial-exec` | for shared libraries that are loaded when a program starts: [`ThreadHeap`] finds a thread's heap without a call |

#![no_std]
// What `ThreadHeap` and log files alone use is there without them too.
#![cfg_attr(any(not(feature = "std"), loom), allow(dead_code, unused_imports))]

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
