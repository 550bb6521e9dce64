//! The crate's own vectors as subjects.

use std::ops::Range;

use secvec::{OwnedSecVec, SecVec, pause};

use crate::common::subject::Subject;

impl Subject for SecVec<u32> {
    const EXCHANGES: bool = true;
    const BATCHES: bool = true;

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

    fn compare_exchange(&self, index: usize, current: u32, new: u32) -> Option<Result<u32, u32>> {
        self.compare_exchange(index, current, new)
    }

    fn update(&self, index: usize, change: impl FnMut(u32) -> u32) -> Option<u32> {
        self.update(index, change)
    }

    fn extend_from_slice(&self, values: &[u32]) -> Range<usize> {
        self.extend_from_slice(values)
    }

    fn snapshot(&self) -> Vec<u32> {
        self.snapshot()
    }

    fn reserve(&self, additional: usize) {
        self.reserve(additional);
    }

    fn at_each_point(mut stop: impl FnMut() + 'static) {
        pause::on_this_thread(move |_| stop());
    }
}

/// Its elements are boxed: Miri sees one that is dropped too early, twice or never.
pub(crate) type Boxes = OwnedSecVec<Box<u32>>;

impl Subject for Boxes {
    const BATCHES: bool = true;

    fn new() -> Self {
        Self::new()
    }

    fn push(&self, value: u32) -> usize {
        self.push(Box::new(value))
    }

    fn pop(&self) -> Option<u32> {
        self.pop().map(|taken| **taken)
    }

    fn get(&self, index: usize) -> Option<u32> {
        self.get(index).map(|shown| **shown)
    }

    fn set(&self, index: usize, value: u32) -> Option<u32> {
        match self.set(index, Box::new(value)) {
            Ok(old) => Some(*old.unwrap_or_clone()),
            Err(error) => {
                assert_eq!((error.index, *error.value), (index, value));
                assert!(error.len <= index, "{error}");
                None
            }
        }
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn extend_from_slice(&self, values: &[u32]) -> Range<usize> {
        self.append(values.iter().copied().map(Box::new).collect())
    }

    fn snapshot(&self) -> Vec<u32> {
        self.snapshot().iter().map(|shown| ***shown).collect()
    }

    fn reserve(&self, additional: usize) {
        self.reserve(additional);
    }

    fn at_each_point(mut stop: impl FnMut() + 'static) {
        pause::on_this_thread(move |_| stop());
    }
}
