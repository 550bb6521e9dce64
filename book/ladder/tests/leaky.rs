//! The crate's own tests, over the paper's vector as it is.
//!
//! What they leave out: histories in which a value comes back. There this vector is known to be wrong;
//! `leaky::tests::a_late_helper_undoes_a_newer_push` shows how. The paper's `write` is not among the
//! operations either: that it is lost beside a pop has its own tests there.
#![allow(clippy::unwrap_used)]

#[path = "../../../crates/secvec/tests/common/mod.rs"]
mod common;

use common::subject::Subject;
use ladder::leaky::Vector;

/// Zero is what a slot holds at first: as an element it would be a value that comes back.
fn raised(value: u32) -> u64 {
    u64::from(value) + 1
}

fn lowered(value: u64) -> u32 {
    (value - 1) as u32
}

impl Subject for Vector {
    const ONLY_UNIQUE_VALUES: bool = true;

    fn new() -> Self {
        Self::new()
    }

    fn push(&self, value: u32) -> usize {
        self.push(raised(value))
    }

    fn pop(&self) -> Option<u32> {
        self.pop().map(lowered)
    }

    fn get(&self, index: usize) -> Option<u32> {
        self.get(index).map(lowered)
    }

    fn set(&self, index: usize, value: u32) -> Option<u32> {
        self.set(index, raised(value)).map(lowered)
    }

    fn len(&self) -> usize {
        self.len()
    }
}

common::suite::test_model!(Vector);
common::suite::test_threads!(Vector);
common::suite::test_linear!(Vector);
