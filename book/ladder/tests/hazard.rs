//! The crate's own tests, over the vector that is reclaimed by hazard pointers: elements of two words,
//! and of one, which is less and has the shorter tests.
#![allow(clippy::unwrap_used)]

#[path = "../../../crates/secvec/tests/common/mod.rs"]
mod common;

use common::subject::Subject;
use ladder::hazard::Vector;

impl Subject for Vector<u32> {
    fn new() -> Self {
        Self::new()
    }

    fn push(&self, value: u32) -> usize {
        self.push(value)
    }

    fn pop(&self) -> Option<u32> {
        self.pop()
    }

    fn get(&self, index: usize) -> Option<u32> {
        self.get(index)
    }

    fn set(&self, index: usize, value: u32) -> Option<u32> {
        self.set(index, value)
    }

    fn len(&self) -> usize {
        self.len()
    }
}

/// A value that fills both words.
fn widened(value: u32) -> u64 {
    u64::from(value) << 32 | u64::from(value)
}

/// And back: the halves belong together.
fn narrowed(value: u64) -> u32 {
    assert_eq!(value, widened(value as u32), "halves of two values");
    value as u32
}

impl Subject for Vector<u64> {
    fn new() -> Self {
        Self::new()
    }

    fn push(&self, value: u32) -> usize {
        self.push(widened(value))
    }

    fn pop(&self) -> Option<u32> {
        self.pop().map(narrowed)
    }

    fn get(&self, index: usize) -> Option<u32> {
        self.get(index).map(narrowed)
    }

    fn set(&self, index: usize, value: u32) -> Option<u32> {
        self.set(index, widened(value)).map(narrowed)
    }

    fn len(&self) -> usize {
        self.len()
    }
}

mod of_one_word {
    use super::{Vector, common};

    common::suite::test_model!(Vector<u32>);
    common::suite::test_linear!(Vector<u32>);
}

mod of_two_words {
    use super::{Vector, common};

    common::suite::test_model!(Vector<u64>);
    common::suite::test_threads!(Vector<u64>);
    common::suite::test_linear!(Vector<u64>);
}
