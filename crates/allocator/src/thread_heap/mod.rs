//! The allocator of a whole program: [`ThreadHeap`].
//!
//! Memory comes from the system in segments of 4 MiB, aligned to as much, so that a block's address, rounded
//! down, is its segment's: there stands whose it is. A segment is cut into 64 slices. One is its header, the
//! others become pages of small blocks; or all of it is one region for medium blocks.
//!
//! A [`Local`](local::Local) is one thread's heap. What only its owner touches needs no atomics; who the owner
//! is, the [`ownership`] says. What other threads have for it they leave in its [`inbox`]: blocks that they
//! freed, most of them in [`parcel`]s. The owner looks there when a page has run out of blocks, and whoever
//! leaves something for a heap without an owner looks for it.
//!
//! | module | what it holds | `unsafe` |
//! |---|---|---|
//! | `handle` | [`ThreadHeap`]: the fast path, and which way a block goes | yes |
//! | `local` | a thread's heap: its pages and segments | yes |
//! | `purge` | what of it goes back to the system | yes |
//! | `page` | a slice cut into blocks of one size: the free list, and what is counted | yes |
//! | `list` | pages, segments and large blocks in lists | yes |
//! | `segment` | from an address to its segment; slices | yes |
//! | `classes` | the sizes | no |
//! | `medium` | blocks from regions | yes |
//! | `large` | blocks that are mappings | yes |
//! | `traffic`, `parcel`, `inbox` | blocks that go home | yes, no, no |
//! | `ownership` | whose a heap is | no |
//! | `tls`, `place` | the calling thread's heap, and the end of the thread | yes |
//! | `fork` | a child of the process | yes |
//! | `pool`, `os` | segments that nobody uses; the system | yes |
//! | `usage`, `slack`, `touched` | how much memory there is, how much may lie unused, where it is | no |
//! | `cover` | which addresses are ours | no |
//! | `look` | statistics and the map | yes |

#[cfg(not(loom))]
#[forbid(unsafe_code)]
mod classes;
#[cfg(not(loom))]
#[forbid(unsafe_code)]
mod cover;
#[cfg(all(unix, not(loom)))]
mod fork;
#[cfg(not(loom))]
mod handle;
#[forbid(unsafe_code)]
mod inbox;
#[cfg(not(loom))]
mod large;
#[cfg(not(loom))]
mod list;
#[cfg(not(loom))]
mod local;
#[cfg(not(loom))]
mod look;
#[cfg(not(loom))]
mod medium;
#[cfg(loom)]
pub mod model;
#[cfg(not(loom))]
pub(crate) mod os;
#[forbid(unsafe_code)]
mod ownership;
#[cfg(not(loom))]
mod page;
#[forbid(unsafe_code)]
mod parcel;
#[cfg(not(loom))]
mod place;
#[cfg(not(loom))]
mod pool;
#[cfg(not(loom))]
mod purge;
#[cfg(not(loom))]
mod segment;
#[cfg(not(loom))]
#[forbid(unsafe_code)]
mod slack;
#[cfg(not(loom))]
mod tls;
#[cfg(not(loom))]
#[forbid(unsafe_code)]
mod touched;
#[cfg(not(loom))]
mod traffic;
#[cfg(not(loom))]
#[forbid(unsafe_code)]
mod usage;

#[cfg(not(loom))]
pub use handle::ThreadHeap;
