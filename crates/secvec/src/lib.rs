//! A lock-free growable vector: push, pop, get and set at any index, from any number of threads.
//!
//! It keeps the promise of Damian Dechev, Peter Pirkelbauer and Bjarne Stroustrup (*Lock-Free
//! Dynamically Resizable Arrays*, OPODIS 2006), and does without what comes with their vector: the
//! garbage, the allocations, and the ABA problem that its user must avoid.
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
//! let mut numbers = numbers.snapshot();
//! numbers.sort_unstable();
//! assert_eq!(numbers, [10, 11, 12]);
//! ```
//!
//! | type | elements | `push` | `pop` | `set` | `get` |
//! |---|---|---|---|---|---|
//! | [`SecVec`] | values of at most 64 bits: [`Word`] | 2 | 2 | 1 | 0 |
//! | [`OwnedSecVec`] | anything that is `Send` | 4 | 2, and 2 to 3 when it is dropped | 3 | 1, and 1 when the look ends |
//!
//! The numbers are atomic read-modify-writes, when no other thread is in the way. A `push` and the `pop`
//! that takes its element off again are three together.
//!
//! # What it promises
//!
//! - **Linearizable.** Each operation takes effect at one instant between its call and its return:
//!   [below](#the-order-of-operations) is which.
//! - **Lock-free.** When operations run into each other, at least one of them succeeds. A thread that
//!   is stopped anywhere stops nobody. (Buckets come from the global allocator, which may have locks of
//!   its own.)
//! - **`get` writes to no memory** in a [`SecVec`]: readers do not get in each other's way.
//! - **No ABA problem**: not at a slot and not at the vector's state.
//! - **Nothing is allocated** but a bucket now and then, [`snapshot`](SecVec::snapshot)s, once for
//!   each thread what it needs [to be helped](#memory), and in an [`append`](OwnedSecVec::append) the
//!   numbers of its nodes, if they find no place in the memory of its elements.
//! - **Elements never move**, and every index is checked.
//! - **What a thread did before a push or set is visible** to whoever gets or pops that value.
//!
//! # How it works
//!
//! The elements stand in slots, in buckets of 8, 16, 32, … slots. A slot has 16 bytes: the element,
//! and a *stamp*, which grows at each change of the slot. The vector's state, `top`, has 16 bytes too:
//! the length, a sequence number that grows at each change, and the thread whose push is not yet in its
//! slot. All changes are exchanges of 16 bytes, which fail unless both halves are as they were seen.
//!
//! - **`push`** announces its element in a cell that is the thread's own, then exchanges `top` for one
//!   with the next length and its name. Whoever changes `top` next writes the element to its slot first.
//!   The cell is used again for the thread's next push: nothing is allocated, and nothing freed.
//! - **`pop`** *marks* the last slot with the sequence number of `top`, and then exchanges `top` for one
//!   with the length before. While `top` stays, a marked slot does, so what was marked is what is popped. If
//!   `top` does not stay, the exchange fails, and the mark means nothing any more.
//! - **`get`** loads one slot. If it is written and not marked, the element is there. Else `top` says
//!   what the mark means.
//! - **`set`** exchanges one slot. On a slot that a `pop` has marked and may still take, it goes by way
//!   of `top`, like a push, so that one of the two comes first.
//! - **`extend_from_slice`** announces several elements, and moves the length by all of them at once.
//! - **`snapshot`** looks at all slots until nothing has changed between two looks.
//!
//! That descriptors may be used again if a sequence number comes with them is from Maya Arbel-Raviv
//! and Trevor Brown (*Reuse, don't Recycle*, DISC 2017). That the next operation may do the last one's
//! write is from Niloufar Shafiei (*Non-blocking Array-based Algorithms for Stacks and Queues*, ICDCN
//! 2009).
//!
//! ## The order of operations
//!
//! | operation | takes effect |
//! |---|---|
//! | `push`, `extend_from_slice` | at its exchange of `top` |
//! | `pop` that gives an element | at its exchange of `top` |
//! | `pop` of an empty vector, `len` | when it loads `top` |
//! | `get` of a written slot without a mark | when it loads the slot |
//! | `get` else | when it loads `top`, in the round in which the slot stood still |
//! | `set`, `update`, `compare_exchange` that change the element | at the exchange of the slot, or of `top` |
//! | `compare_exchange` that finds another element | as `get` |
//! | `set` and the like out of bounds | when they load `top` |
//! | `reserve`, `capacity` | no element and no length depends on them |
//! | `snapshot` | when it loads `top` before its last look |
//! | `iter`, `into_iter` of `&SecVec` | not at one instant: each element as by `get` |
//!
//! The operations of [`OwnedSecVec`] take effect where those of the same name do; its `get` at the second
//! of its two looks at the slot.
//!
//! ## How long the numbers last
//!
//! The sequence of `top` has 56 bits, and does not wrap: the operation that would need a greater one
//! panics and changes nothing. Even at a change of the length each nanosecond, several times faster than
//! any processor that was measured, that is after more than two years. A slot's stamp has 63 bits, and at
//! a `set` each nanosecond of the one slot lasts for 292 years; the next `pop` raises the sequence of `top` to
//! that of the slot. Nothing looks for its end: the `set` after the last number panics where overflow is
//! checked, as in a debug build, and elsewhere the stamp begins again, so that elements can be lost, and a
//! `pop` from a slot that is near the end panics or does not return. The list of free nodes of an
//! [`OwnedSecVec`] has a stamp of 64 bits, which at a change each nanosecond lasts for 584 years, and then
//! panics or begins again in the same way. Until then no number comes back, and no thread can sleep so long
//! that it takes something new for something old.
//!
//! ## Memory
//!
//! No memory is freed before the vector, so nobody can read what was freed, and there is no garbage
//! that waits. What there is:
//!
//! - 16 bytes a slot; between as many slots as the vector ever had elements at once and twice that, plus 8;
//! - for threads beyond the first six that use vectors at once 128 bytes each, in buckets of 8, 16, …;
//! - for each thread that extends by slices, 8 bytes for each element of its longest one, up to twice that;
//! - in an [`OwnedSecVec`], a node for each element that was ever in the vector or [held](Taken) at once:
//!   two words and the element.
//!
//! # What it does not do
//!
//! - In a [`SecVec`] there are no references to elements: they are words, see [`Word`].
//! - Pushes and pops of several threads do not run side by side: all of them exchange `top`. Gets and
//!   sets of different elements do. If you only append, an append-only vector lets appends run side by side.
//! - Lock-free is not wait-free: a thread can lose again and again, while others get on. A
//!   `snapshot` can go on looking as long as others change the vector.
//! - No operation may be used in a signal handler that could interrupt another one on the same thread.
//! - More than 65,535 threads that use vectors at once: then an operation panics.
//!
//! # Where it runs
//!
//! Everywhere with 64-bit atomics. [`SecVec::is_lock_free`] says whether it is lock-free there: it is on
//! x86-64 and aarch64, and where else the crate `portable-atomic` has an exchange of 128 bits without a lock. On
//! 32-bit targets it is linearizable, and behind that crate's lock. On x86-64 the processor must have
//! `cmpxchg16b`, as all have since 2006; if not, the first push panics.
//!
//! # Modules
//!
//! | module | unsafe | what it is |
//! |---|---|---|
//! | `vector` | forbidden | [`SecVec`]: values as words |
//! | `protocol` | forbidden | each operation, on words: the algorithm and its invariants |
//! | `state` | forbidden | what `top` and the slots say: bits and numbers |
//! | `cells` | three marks | what each thread announces |
//! | `wide` | yes | two words that change together, in assembly or by `portable-atomic` |
//! | `buckets` | yes | the two-level array |
//! | `owned` | yes | [`OwnedSecVec`]: nodes that are counted and used again |
//! | `share` | one mark | who may have a vector of `T` |
//! | `threads` | forbidden | a number for each thread |
//! | `word` | forbidden | [`Word`] |
//! | `iter`, `error`, `backoff` | forbidden | the traits of a collection; errors; waiting |
//! | `sync` | forbidden | atomics, cells and hints, real or loom's |
//!
//! # Features
//!
//! `std` (default): threads keep their numbers, and a thread that loses many races in a row yields its
//! processor to others. Without it the crate needs only `alloc`, and each push takes a number for itself:
//! two more read-modify-writes.

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
#[cfg(loom)]
#[doc(hidden)]
pub use threads::FewNumbers;
pub use vector::{RefMut, SecVec};
pub use word::Word;
