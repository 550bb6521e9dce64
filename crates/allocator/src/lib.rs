//! Allocators
#![no_std]

#[cfg(any(feature = "std", test))]
extern crate std;

mod bitmap;
#[forbid(unsafe_code)]
mod extents;
mod first_fit;
mod lock;
mod miri;
mod slots;
#[forbid(unsafe_code)]
mod stats;
mod sync;

pub use first_fit::FirstFit;
pub use slots::{FourByteAllocator, SlotAllocator};
pub use stats::{Corruption, Stats};
