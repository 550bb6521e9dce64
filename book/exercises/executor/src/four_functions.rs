//! Exercise 1: four functions.
//!
//! A waker by hand: one allocation for all its clones, which you count.

use std::task::Waker;

/// A waker that calls `ring` whenever it is woken.
///
/// `ring` is dropped once, by whoever ends the last of the waker's clones, even if a call of it panics.
/// Write a `RawWakerVTable` with your own four functions; neither `Arc` nor the trait `Wake`.
#[must_use]
pub fn waker(ring: impl Fn() + Send + Sync + 'static) -> Waker {
    let _ = ring;
    todo!("build a waker")
}
