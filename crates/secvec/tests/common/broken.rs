//! Vectors behind a lock, each with one flaw: that of a lock-free vector that does in two steps what
//! must be one. Between the two the lock is not held.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::common::subject::Subject;

/// A vector with a flaw.
pub(crate) struct Broken<F> {
    values: Mutex<Vec<u32>>,
    /// Only for [`LenBesideTheValues`].
    counted: AtomicUsize,
    flaw: PhantomData<fn() -> F>,
}

impl<F> Broken<F> {
    fn lock(&self) -> MutexGuard<'_, Vec<u32>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where another thread may come in between.
fn window() {
    thread::yield_now();
}

/// How it does each thing. As it stands here, all is right.
pub(crate) trait Flaw: Sized {
    fn push(of: &Broken<Self>, value: u32) -> usize {
        let mut values = of.lock();
        values.push(value);
        values.len() - 1
    }

    fn pop(of: &Broken<Self>) -> Option<u32> {
        of.lock().pop()
    }

    fn get(of: &Broken<Self>, index: usize) -> Option<u32> {
        of.lock().get(index).copied()
    }

    fn set(of: &Broken<Self>, index: usize, value: u32) -> Option<u32> {
        of.lock().get_mut(index).map(|place| std::mem::replace(place, value))
    }

    fn len(of: &Broken<Self>) -> usize {
        of.lock().len()
    }

    fn compare_exchange(
        of: &Broken<Self>,
        index: usize,
        current: u32,
        new: u32,
    ) -> Option<Result<u32, u32>> {
        of.lock().get_mut(index).map(|place| match *place == current {
            true => Ok(std::mem::replace(place, new)),
            false => Err(*place),
        })
    }

    fn update(of: &Broken<Self>, index: usize, mut change: impl FnMut(u32) -> u32) -> Option<u32> {
        of.lock().get_mut(index).map(|place| {
            let new = change(*place);
            std::mem::replace(place, new)
        })
    }

    fn extend_from_slice(of: &Broken<Self>, new: &[u32]) -> Range<usize> {
        let mut values = of.lock();
        values.extend_from_slice(new);
        values.len() - new.len()..values.len()
    }

    fn snapshot(of: &Broken<Self>) -> Vec<u32> {
        of.lock().clone()
    }
}

impl<F: Flaw> Subject for Broken<F> {
    const EXCHANGES: bool = true;
    const BATCHES: bool = true;

    fn new() -> Self {
        Self { values: Mutex::default(), counted: AtomicUsize::new(0), flaw: PhantomData }
    }

    fn push(&self, value: u32) -> usize {
        F::push(self, value)
    }

    fn pop(&self) -> Option<u32> {
        F::pop(self)
    }

    fn get(&self, index: usize) -> Option<u32> {
        F::get(self, index)
    }

    fn set(&self, index: usize, value: u32) -> Option<u32> {
        F::set(self, index, value)
    }

    fn len(&self) -> usize {
        F::len(self)
    }

    fn compare_exchange(&self, index: usize, current: u32, new: u32) -> Option<Result<u32, u32>> {
        F::compare_exchange(self, index, current, new)
    }

    fn update(&self, index: usize, change: impl FnMut(u32) -> u32) -> Option<u32> {
        F::update(self, index, change)
    }

    fn extend_from_slice(&self, values: &[u32]) -> Range<usize> {
        F::extend_from_slice(self, values)
    }

    fn snapshot(&self) -> Vec<u32> {
        F::snapshot(self)
    }

    fn reserve(&self, _additional: usize) {}
}

/// No flaw at all: what the suite must accept.
pub(crate) struct Right;

impl Flaw for Right {}

/// It takes the end for an element, which one thread alone can see.
pub(crate) struct SetAtTheEnd;

impl Flaw for SetAtTheEnd {
    fn set(of: &Broken<Self>, index: usize, value: u32) -> Option<u32> {
        let mut values = of.lock();
        if index == values.len() {
            values.push(value);
            return Some(0);
        }
        values.get_mut(index).map(|place| std::mem::replace(place, value))
    }
}

/// It looks where the end is and writes there: two may write to one index.
pub(crate) struct PushInTwoSteps;

impl Flaw for PushInTwoSteps {
    fn push(of: &Broken<Self>, value: u32) -> usize {
        let index = of.lock().len();
        window();
        let mut values = of.lock();
        if index >= values.len() {
            values.resize(index + 1, 0);
        }
        values[index] = value;
        index
    }
}

/// It raises the length and then writes: a reader comes in between. (The pending write that nobody
/// helps to complete.)
pub(crate) struct LengthBeforeValue;

impl Flaw for LengthBeforeValue {
    fn push(of: &Broken<Self>, value: u32) -> usize {
        let index = {
            let mut values = of.lock();
            values.push(0);
            values.len() - 1
        };
        window();
        if let Some(place) = of.lock().get_mut(index) {
            *place = value;
        }
        index
    }
}

/// It reads the last value and then lowers the length: two may take one element.
pub(crate) struct PopInTwoSteps;

impl Flaw for PopInTwoSteps {
    fn pop(of: &Broken<Self>) -> Option<u32> {
        let last = of.lock().last().copied()?;
        window();
        of.lock().pop();
        Some(last)
    }
}

/// It lowers the length only if that is what it was, but does not see that the value changed: a set
/// in between is lost.
pub(crate) struct PopBesideSet;

impl Flaw for PopBesideSet {
    fn pop(of: &Broken<Self>) -> Option<u32> {
        loop {
            let (len, last) = {
                let values = of.lock();
                (values.len(), values.last().copied()?)
            };
            window();
            let mut values = of.lock();
            if values.len() == len {
                values.pop();
                return Some(last);
            }
        }
    }
}

/// It takes the value only if that is still the last one: which it may be again after others came and
/// went (the ABA that is none for a pop, and is right), but the length that it then stores is old.
pub(crate) struct PopWithOldLength;

impl Flaw for PopWithOldLength {
    fn pop(of: &Broken<Self>) -> Option<u32> {
        loop {
            let (len, last) = {
                let values = of.lock();
                (values.len(), values.last().copied()?)
            };
            window();
            let mut values = of.lock();
            // The value came back, and not the state.
            if values.last() == Some(&last) {
                values.truncate(len - 1);
                return Some(last);
            }
        }
    }
}

/// It looks whether the index is in bounds and then writes: by then it may have been popped.
pub(crate) struct SetInTwoSteps;

impl Flaw for SetInTwoSteps {
    fn set(of: &Broken<Self>, index: usize, value: u32) -> Option<u32> {
        let old = of.lock().get(index).copied()?;
        window();
        // As a slot that is beyond the end is written to and never seen again.
        if let Some(place) = of.lock().get_mut(index) {
            *place = value;
        }
        Some(old)
    }
}

/// A late helper: it writes if the old value is there, which may have come back (ABA).
pub(crate) struct SetThatFindsTheOldValueAgain;

impl Flaw for SetThatFindsTheOldValueAgain {
    fn set(of: &Broken<Self>, index: usize, value: u32) -> Option<u32> {
        let old = {
            let mut values = of.lock();
            let place = values.get_mut(index)?;
            std::mem::replace(place, value)
        };
        window();
        // Its help was not needed any more.
        if let Some(place) = of.lock().get_mut(index)
            && *place == old
        {
            *place = value;
        }
        Some(old)
    }
}

/// It reads an element of two words one after the other: here the hundreds, then the rest.
pub(crate) struct TornGet;

impl Flaw for TornGet {
    fn get(of: &Broken<Self>, index: usize) -> Option<u32> {
        let first = of.lock().get(index).copied()?;
        window();
        let second = of.lock().get(index).copied()?;
        Some(first / 100 * 100 + second % 100)
    }
}

/// A reader that helps too late: it writes again what it has seen.
pub(crate) struct GetThatWrites;

impl Flaw for GetThatWrites {
    fn get(of: &Broken<Self>, index: usize) -> Option<u32> {
        let seen = of.lock().get(index).copied()?;
        window();
        if let Some(place) = of.lock().get_mut(index) {
            *place = seen;
        }
        Some(seen)
    }
}

/// Its length is a number beside the values, raised and lowered in a step of its own.
pub(crate) struct LenBesideTheValues;

impl Flaw for LenBesideTheValues {
    fn push(of: &Broken<Self>, value: u32) -> usize {
        let index = {
            let mut values = of.lock();
            values.push(value);
            values.len() - 1
        };
        window();
        of.counted.fetch_add(1, Ordering::Relaxed);
        index
    }

    fn pop(of: &Broken<Self>) -> Option<u32> {
        let value = of.lock().pop()?;
        window();
        of.counted.fetch_sub(1, Ordering::Relaxed);
        Some(value)
    }

    fn extend_from_slice(of: &Broken<Self>, new: &[u32]) -> Range<usize> {
        let mut values = of.lock();
        values.extend_from_slice(new);
        of.counted.fetch_add(new.len(), Ordering::Relaxed);
        values.len() - new.len()..values.len()
    }

    fn len(of: &Broken<Self>) -> usize {
        of.counted.load(Ordering::Relaxed)
    }
}

/// It compares, and then exchanges.
pub(crate) struct ExchangeInTwoSteps;

impl Flaw for ExchangeInTwoSteps {
    fn compare_exchange(
        of: &Broken<Self>,
        index: usize,
        current: u32,
        new: u32,
    ) -> Option<Result<u32, u32>> {
        let found = of.lock().get(index).copied()?;
        if found != current {
            return Some(Err(found));
        }
        window();
        *of.lock().get_mut(index)? = new;
        Some(Ok(found))
    }
}

/// It reads, and then writes what it made of that.
pub(crate) struct UpdateInTwoSteps;

impl Flaw for UpdateInTwoSteps {
    fn update(of: &Broken<Self>, index: usize, mut change: impl FnMut(u32) -> u32) -> Option<u32> {
        let old = of.lock().get(index).copied()?;
        window();
        *of.lock().get_mut(index)? = change(old);
        Some(old)
    }
}

/// It pushes one by one.
pub(crate) struct ExtendOneByOne;

impl Flaw for ExtendOneByOne {
    fn extend_from_slice(of: &Broken<Self>, new: &[u32]) -> Range<usize> {
        let first = of.lock().len();
        for &value in new {
            Self::push(of, value);
            window();
        }
        first..first + new.len()
    }
}

/// It reads one by one.
pub(crate) struct SnapshotOneByOne;

impl Flaw for SnapshotOneByOne {
    fn snapshot(of: &Broken<Self>) -> Vec<u32> {
        let mut all = Vec::new();
        while let Some(value) = Self::get(of, all.len()) {
            all.push(value);
            window();
        }
        all
    }
}
