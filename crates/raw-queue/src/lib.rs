//! A singly linked queue with a raw tail pointer, sound under Stacked and Tree Borrows.
//!
//! [`Queue`] is a first-in, first-out queue. Each element has a node of its own on the heap; the
//! queue holds a pointer to the first node and one to the last.
//!
//! ```
//! use raw_queue::Queue;
//!
//! let mut jobs = Queue::from(["parse", "check"]);
//! jobs.push("link");
//!
//! let mut urgent = Queue::from(["stop"]);
//! urgent.append(&mut jobs); // no element moves, no node is visited
//!
//! assert_eq!(urgent.pop(), Some("stop"));
//! assert_eq!(urgent.len(), 3);
//! for job in &mut urgent {
//!     println!("{job}");
//! }
//! ```
//!
//! # What it promises
//!
//! - [`push`](Queue::push), [`pop`](Queue::pop), [`append`](Queue::append), [`len`](Queue::len) and
//!   [`peek_last`](Queue::peek_last) take constant time, each time: nothing ever grows and copies.
//! - An element stays at its address from `push` to `pop`.
//! - Dropping a queue does not recurse, whatever its length, and goes on if the drop of an element
//!   panics. (A second panic meanwhile aborts, as it does in the standard library.)
//! - No undefined behaviour that Miri can find, with both of its aliasing models, strict
//!   provenance, symbolic alignment and the leak check on. The tests run that way.
//! - `no_std`: `core` and `alloc` only. No dependencies.
//!
//! # What it does not do
//!
//! - It does not go backwards: a node knows the next one only. There is no `pop_last`.
//! - It is not a queue between threads. Share it as `Mutex<Queue<T>>`.
//! - It does not keep its elements side by side, and it allocates for each. A [`VecDeque`] allocates
//!   now and then, and suits small elements better. Take this one when elements must not move, when
//!   no single `push` may be slow, or when queues are joined often.
//! - It has no `#[may_dangle]`: that is unstable. See [`Queue`] on variance and drop.
//!
//! # The map
//!
//! | module | what is in it | unsafe code |
//! |---|---|---|
//! | `raw` | the nodes, the two pointers, and how to link and unlink | yes |
//! | `raw::walk` | going along the nodes | yes |
//! | `queue` | [`Queue`], its methods | forbidden |
//! | `iter` | [`Iter`], [`IterMut`], [`IntoIter`] | forbidden |
//! | `traits` | the traits of a standard collection | forbidden |
//!
//! [`VecDeque`]: alloc::collections::VecDeque
#![no_std]

extern crate alloc;

#[forbid(unsafe_code)]
mod iter;
#[forbid(unsafe_code)]
mod queue;
mod raw;
#[forbid(unsafe_code)]
mod traits;

pub use iter::{IntoIter, Iter, IterMut};
pub use queue::Queue;
