//! Trying again after a lost race, a little later, so that the winner can do a few operations in a row.
//!
//! Where two threads change one cache line in turn, each change costs the line's way from one
//! processor to the other. It is cheaper for both if one of them pauses and the other goes on with the
//! line at hand.

use crate::sync::{spin_loop, yield_now};

/// The first wait is `1 << FIRST` pauses of the processor.
const FIRST: u32 = 3;
/// The wait doubles up to `1 << LIMIT` pauses; after that the thread gives its processor away.
const LIMIT: u32 = 10;

/// Wait, call `attempt`, and so on until it gives something. For when a first attempt gave nothing: out
/// of the way of those who need no second one.
///
/// Each wait is bounded, so it never makes an operation wait for another.
#[cold]
#[inline(never)]
pub(crate) fn again<R>(mut attempt: impl FnMut() -> Option<R>) -> R {
    let mut next = FIRST;
    loop {
        if next > LIMIT || cfg!(any(loom, miri)) {
            yield_now();
        } else {
            (0..1_u32 << next).for_each(|_| spin_loop());
            next += 1;
        }
        if let Some(result) = attempt() {
            return result;
        }
    }
}
