//! The crate's own vector as a subject. (The vectors of the book have a file like this of their own.)

use secvec::SecVec;

use crate::common::subject::Subject;

impl Subject for SecVec<u32> {
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
        match self.set(index, value) {
            Ok(old) => Some(old),
            Err(error) => {
                assert_eq!((error.index, error.value), (index, value));
                assert!(error.len <= index, "{error}");
                None
            }
        }
    }

    fn len(&self) -> usize {
        self.len()
    }
}
