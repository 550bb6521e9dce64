//! What a contestant can do, and the contestants: our vector, and its peers.

use std::sync::{Mutex, PoisonError, RwLock};

use append_only_vec::AppendOnlyVec;
use crossbeam_queue::SegQueue;
use orx_concurrent_vec::ConcurrentVec;
use secvec::{OwnedSecVec, SecVec, Word};

/// What the vectors are of.
pub(crate) trait Element: Copy + Send + Sync + 'static {
    /// The low bits of it.
    fn of(bits: u64) -> Self;
}

impl Element for u64 {
    fn of(bits: u64) -> Self {
        bits
    }
}

impl Element for u32 {
    fn of(bits: u64) -> Self {
        bits as Self
    }
}

/// Every contestant can grow.
pub(crate) trait Vector: Sync {
    const NAME: &'static str;
    /// It does only one operation in so many of those that change it.
    const PART: u64 = 1;
    type Element: Element;

    fn new() -> Self;
    fn push(&self, value: Self::Element);
}

/// One that can shrink as well.
pub(crate) trait Pop: Vector {
    fn pop(&self) -> Option<Self::Element>;
}

/// One with an index.
pub(crate) trait Get: Vector {
    fn get(&self, index: usize) -> Option<Self::Element>;
}

/// One whose elements can be replaced.
pub(crate) trait Set: Vector {
    /// The old value.
    fn set(&self, index: usize, value: Self::Element) -> Option<Self::Element>;
}

/// One to which many elements can be added, so that they stand side by side.
pub(crate) trait Extend: Vector {
    fn extend(&self, values: &[Self::Element]);
}

/// One that can say what it held at one instant.
pub(crate) trait Snapshot: Vector {
    fn snapshot(&self) -> Vec<Self::Element>;
}

impl<T: Element + Word> Vector for SecVec<T> {
    const NAME: &'static str = "secvec";
    type Element = T;

    fn new() -> Self {
        Self::new()
    }

    fn push(&self, value: T) {
        self.push(value);
    }
}

impl<T: Element + Word> Pop for SecVec<T> {
    fn pop(&self) -> Option<T> {
        self.pop()
    }
}

impl<T: Element + Word> Get for SecVec<T> {
    fn get(&self, index: usize) -> Option<T> {
        self.get(index)
    }
}

impl<T: Element + Word> Set for SecVec<T> {
    fn set(&self, index: usize, value: T) -> Option<T> {
        self.set(index, value).ok()
    }
}

impl<T: Element + Word> Extend for SecVec<T> {
    fn extend(&self, values: &[T]) {
        self.extend_from_slice(values);
    }
}

impl<T: Element + Word> Snapshot for SecVec<T> {
    fn snapshot(&self) -> Vec<T> {
        self.snapshot()
    }
}

/// Its mode for elements of any type, which stand in nodes of their own.
impl<T: Element> Vector for OwnedSecVec<T> {
    const NAME: &'static str = "secvec, owned";
    type Element = T;

    fn new() -> Self {
        Self::new()
    }

    fn push(&self, value: T) {
        self.push(value);
    }
}

impl<T: Element> Pop for OwnedSecVec<T> {
    fn pop(&self) -> Option<T> {
        self.pop().map(|it| *it)
    }
}

impl<T: Element> Get for OwnedSecVec<T> {
    fn get(&self, index: usize) -> Option<T> {
        self.get(index).map(|it| *it)
    }
}

impl<T: Element> Set for OwnedSecVec<T> {
    fn set(&self, index: usize, value: T) -> Option<T> {
        self.set(index, value).ok().map(|it| *it)
    }
}

/// A `Vec` inside a lock can do all.
pub(crate) trait Lock: Default + Sync {
    const NAME: &'static str;
    type Element: Element;

    fn write<R>(&self, work: impl FnOnce(&mut Vec<Self::Element>) -> R) -> R;
    fn read<R>(&self, work: impl FnOnce(&Vec<Self::Element>) -> R) -> R;
}

impl<T: Element> Lock for Mutex<Vec<T>> {
    const NAME: &'static str = "std Mutex";
    type Element = T;

    fn write<R>(&self, work: impl FnOnce(&mut Vec<T>) -> R) -> R {
        work(&mut self.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn read<R>(&self, work: impl FnOnce(&Vec<T>) -> R) -> R {
        work(&self.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: Element> Lock for RwLock<Vec<T>> {
    const NAME: &'static str = "std RwLock";
    type Element = T;

    fn write<R>(&self, work: impl FnOnce(&mut Vec<T>) -> R) -> R {
        // The guard has a method of this name too.
        work(&mut Self::write(self).unwrap_or_else(PoisonError::into_inner))
    }

    fn read<R>(&self, work: impl FnOnce(&Vec<T>) -> R) -> R {
        work(&Self::read(self).unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: Element> Lock for parking_lot::Mutex<Vec<T>> {
    const NAME: &'static str = "parking_lot Mutex";
    type Element = T;

    fn write<R>(&self, work: impl FnOnce(&mut Vec<T>) -> R) -> R {
        work(&mut self.lock())
    }

    fn read<R>(&self, work: impl FnOnce(&Vec<T>) -> R) -> R {
        work(&self.lock())
    }
}

impl<T: Element> Lock for parking_lot::RwLock<Vec<T>> {
    const NAME: &'static str = "parking_lot RwLock";
    type Element = T;

    fn write<R>(&self, work: impl FnOnce(&mut Vec<T>) -> R) -> R {
        work(&mut self.write())
    }

    fn read<R>(&self, work: impl FnOnce(&Vec<T>) -> R) -> R {
        work(&self.read())
    }
}

impl<L: Lock> Vector for L {
    const NAME: &'static str = L::NAME;
    type Element = L::Element;

    fn new() -> Self {
        Self::default()
    }

    fn push(&self, value: L::Element) {
        self.write(|vector| vector.push(value));
    }
}

impl<L: Lock> Pop for L {
    fn pop(&self) -> Option<L::Element> {
        self.write(Vec::pop)
    }
}

impl<L: Lock> Get for L {
    fn get(&self, index: usize) -> Option<L::Element> {
        self.read(|vector| vector.get(index).copied())
    }
}

impl<L: Lock> Set for L {
    fn set(&self, index: usize, value: L::Element) -> Option<L::Element> {
        self.write(|vector| vector.get_mut(index).map(|it| std::mem::replace(it, value)))
    }
}

impl<L: Lock> Extend for L {
    fn extend(&self, values: &[L::Element]) {
        self.write(|vector| vector.extend_from_slice(values));
    }
}

impl<L: Lock> Snapshot for L {
    fn snapshot(&self) -> Vec<L::Element> {
        self.read(Vec::clone)
    }
}

impl<T: Element> Vector for boxcar::Vec<T> {
    const NAME: &'static str = "boxcar";
    type Element = T;

    fn new() -> Self {
        Self::new()
    }

    fn push(&self, value: T) {
        self.push(value);
    }
}

impl<T: Element> Get for boxcar::Vec<T> {
    fn get(&self, index: usize) -> Option<T> {
        self.get(index).copied()
    }
}

impl<T: Element> Vector for ConcurrentVec<T> {
    const NAME: &'static str = "orx-concurrent-vec";
    type Element = T;

    fn new() -> Self {
        Self::new()
    }

    fn push(&self, value: T) {
        self.push(value);
    }
}

impl<T: Element> Get for ConcurrentVec<T> {
    fn get(&self, index: usize) -> Option<T> {
        self.get_copied(index)
    }
}

impl<T: Element> Extend for ConcurrentVec<T> {
    fn extend(&self, values: &[T]) {
        self.extend(values.iter().copied());
    }
}

impl<T: Element> Vector for AppendOnlyVec<T> {
    const NAME: &'static str = "append-only-vec";
    /// A push waits for those before it, as long as they sleep.
    const PART: u64 = 4;
    type Element = T;

    fn new() -> Self {
        Self::new()
    }

    fn push(&self, value: T) {
        self.push(value);
    }
}

impl<T: Element> Get for AppendOnlyVec<T> {
    /// It has an index that panics, and no other.
    fn get(&self, index: usize) -> Option<T> {
        Some(self[index])
    }
}

/// A queue: what it pops is the oldest.
impl<T: Element> Vector for SegQueue<T> {
    const NAME: &'static str = "crossbeam SegQueue";
    type Element = T;

    fn new() -> Self {
        Self::new()
    }

    fn push(&self, value: T) {
        self.push(value);
    }
}

impl<T: Element> Pop for SegQueue<T> {
    fn pop(&self) -> Option<T> {
        self.pop()
    }
}
