//! What a vector must offer to be tested.

use std::ops::Range;

/// A vector of `u32` that threads share.
pub(crate) trait Subject: Sync + Sized {
    /// Whether it has `compare_exchange` and `update` as well.
    const EXCHANGES: bool = false;

    /// Whether it has `extend_from_slice`, `snapshot` and `reserve` as well.
    const BATCHES: bool = false;

    /// Whether a value must not be put in twice. Then it is tested with such values only.
    ///
    /// This is for vectors with a known ABA problem: a late exchange that finds the old value back
    /// in its place. It says that the problem is there, not that it is none.
    const ONLY_UNIQUE_VALUES: bool = false;

    /// An empty vector.
    fn new() -> Self;

    /// Append a value and give its index.
    fn push(&self, value: u32) -> usize;

    /// Take the last value.
    fn pop(&self) -> Option<u32>;

    /// The value at an index.
    fn get(&self, index: usize) -> Option<u32>;

    /// Replace the value at an index and give the old one; `None` if there was none.
    fn set(&self, index: usize, value: u32) -> Option<u32>;

    /// How many values there are.
    fn len(&self) -> usize;

    /// Replace the value at an index if it is `current`: `Ok` with the old one, or `Err` with the one
    /// that was there instead; `None` if there was none.
    fn compare_exchange(
        &self,
        _index: usize,
        _current: u32,
        _new: u32,
    ) -> Option<Result<u32, u32>> {
        unimplemented!("EXCHANGES is false")
    }

    /// Replace the value at an index by what `change` makes of it, and give the old one.
    fn update(&self, _index: usize, _change: impl FnMut(u32) -> u32) -> Option<u32> {
        unimplemented!("EXCHANGES is false")
    }

    /// Append all values at once, one beside the other, and give their indices.
    fn extend_from_slice(&self, _values: &[u32]) -> Range<usize> {
        unimplemented!("BATCHES is false")
    }

    /// All values as they were at one moment.
    fn snapshot(&self) -> Vec<u32> {
        unimplemented!("BATCHES is false")
    }

    /// Make room, and change nothing that could be seen.
    fn reserve(&self, _additional: usize) {
        unimplemented!("BATCHES is false")
    }

    /// From now on, whenever this thread comes to a point inside an operation, call `stop`. A vector
    /// that has no such points does nothing: its threads are stopped between operations only.
    fn at_each_point(_stop: impl FnMut() + 'static) {}
}

/// A subject with these values in it.
pub(crate) fn with<S: Subject>(values: &[u32]) -> S {
    let vector = S::new();
    for &value in values {
        vector.push(value);
    }
    vector
}

/// What is in it, read one by one: for when no other thread is at work.
pub(crate) fn contents<S: Subject>(vector: &S) -> Vec<u32> {
    (0..vector.len()).map_while(|index| vector.get(index)).collect()
}
