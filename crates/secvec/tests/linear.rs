//! Linearizability: random histories of 2 to 4 threads, each explained by some order of its calls.
//!
//! `tests/checker.rs` shows that the checker finds what is wrong. `cargo xtask soak secvec` looks at as
//! many histories as there is time for.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;
#[path = "common/ours.rs"]
mod ours;

use secvec::SecVec;

common::suite::test_linear!(SecVec<u32>);

mod boxes {
    use super::common;
    use super::ours::Boxes;

    common::suite::test_linear!(Boxes);
}
