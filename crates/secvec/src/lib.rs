//! A lock-free growable vector with push, pop, get and set.
//!
//! It is the vector of Damian Dechev, Peter Pirkelbauer and Bjarne Stroustrup (*Lock-Free Dynamically
//! Resizable Arrays*, OPODIS 2006), with its memory reclaimed by hazard pointers (Maged Michael,
//! 2004) and without its ABA problem.
//!
//! ```
//! use secvec::SecVec;
//!
//! let numbers = SecVec::new();
//! std::thread::scope(|scope| {
//!     for thread in 0..3_u32 {
//!         let numbers = &numbers;
//!         scope.spawn(move || {
//!             let index = numbers.push(thread);
//!             assert_eq!(numbers.get(index), Some(thread));
//!             assert_eq!(numbers.set(index, thread + 10), Ok(thread));
//!         });
//!     }
//! });
//! let mut numbers = numbers.into_vec();
//! numbers.sort_unstable();
//! assert_eq!(numbers, [10, 11, 12]);
//! ```
//!
//! # What it promises
//!
//! - **Linearizable.** Each operation takes effect at one instant between its call and its return.
//! - **Lock-free.** When operations run into each other, at least one of them succeeds. A thread that
//!   is stopped anywhere stops nobody: others finish its write for it. (Memory comes from the global
//!   allocator, which may have locks of its own.)
//! - **Elements never move**, and every index is checked.
//! - **What a thread did before a push or set is visible** to whoever gets or pops that value.
//! - **Nothing leaks, and garbage is bounded:** with `R` records, at most `4 * R * R` replaced
//!   descriptors wait to be freed, even while a thread sleeps. An operation takes a record that is
//!   free, and makes one if it finds none, so `R` follows the number of operations that run at
//!   once. `Drop` frees everything.
//!
//! # How it works
//!
//! The state is a pointer to a *descriptor*: a length, and a write to one slot that may not be done
//! yet. To push, pop or set is
//!
//! 1. to load the descriptor, and complete its write;
//! 2. to make a new descriptor and exchange the pointer, if it is still the same one;
//! 3. to complete the new descriptor's write.
//!
//! A thread that is stopped between 2 and 3 is helped: whoever comes next does its step 3 in its own
//! step 1. A slot changes only while its write is in the current descriptor.
//!
//! ## The order of operations
//!
//! `push`, a `pop` that gives an element, and a `set` that succeeds take effect at the exchange of
//! step 2. A `pop` of an empty vector, a `set` or `get` out of bounds, and `len` take effect when the
//! descriptor is loaded. A `get` in bounds takes effect when the descriptor is loaded if no later
//! write to its slot shows, and else at the exchange of the write whose value it returns.
//!
//! # What it does not do
//!
//! - Elements are values of at most 64 bits that implement [`Word`]. There are no references to
//!   elements, and so no `get_mut`: use [`set`](SecVec::set).
//! - Every change allocates a descriptor, and changes do not run side by side: they all exchange one
//!   pointer. A `get` allocates nothing, but it takes a record and passes a fence.
//! - A slot's version has 32 bits. It comes back when the same slot is written 2^32 times, or an
//!   exact multiple of that, while one thread sleeps in the middle of one write or read, and wakes
//!   just then. Then a late write undoes a newer one, if the 32 bits beside the version are the old
//!   ones too; with elements of two words it may undo half of one, after which operations on that slot
//!   wait for ever; and a `get` may return halves of two elements. At one write in 100 ns that is a
//!   sleep of seven minutes that hits one write exactly.
//! - Memory of the buckets is given back on `Drop` only.
//!
//! # Modules
//!
//! | module | unsafe | what it is |
//! |---|---|---|
//! | `vector` | forbidden | [`SecVec`]: each operation in terms of descriptors |
//! | `descriptor` | forbidden | the state, and how any thread completes its write |
//! | `slot` | forbidden | an element in one or two words with a version |
//! | `buckets` | yes | the two-level array |
//! | `hazard` | yes | a replaceable `Box`, safe to use: hazard pointers behind it |
//! | `word` | forbidden | [`Word`]: values as words |
//! | `iter`, `error`, `backoff` | forbidden | the traits of a collection; errors; waiting |
//! | `sync` | one call | atomics, cells and hints, real or loom's |
//!
//! # Features
//!
//! `std` (default): a thread that loses many races in a row yields its processor to others. Without
//! it the crate needs only `alloc`. The target must have 64-bit atomics.

#![cfg_attr(not(any(feature = "std", feature = "pause", loom, test)), no_std)]

extern crate alloc;

#[forbid(unsafe_code)]
mod backoff;
mod buckets;
mod cells;
#[forbid(unsafe_code)]
mod error;
#[forbid(unsafe_code)]
mod iter;
mod owned;
#[cfg(feature = "pause")]
#[doc(hidden)]
#[forbid(unsafe_code)]
pub mod pause;
#[cfg(not(feature = "pause"))]
#[forbid(unsafe_code)]
#[allow(unreachable_pub, reason = "public with the feature")]
mod pause;
#[forbid(unsafe_code)]
mod protocol;
mod share;
#[forbid(unsafe_code)]
mod state;
#[forbid(unsafe_code)]
mod sync;
#[forbid(unsafe_code)]
mod threads;
#[forbid(unsafe_code)]
mod vector;
mod wide;
#[forbid(unsafe_code)]
mod word;

pub use error::OutOfBounds;
pub use iter::{IntoIter, Iter};
pub use owned::{OwnedIter, OwnedSecVec, Ref, Taken};
pub use vector::{RefMut, SecVec};
pub use word::Word;
