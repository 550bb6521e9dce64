//! The vector: each change is one replacement of the descriptor.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::backoff::Backoff;
use crate::buckets::Buckets;
use crate::descriptor::{Descriptor, Write};
use crate::error::OutOfBounds;
use crate::hazard::AtomicBox;
use crate::iter::Iter;
use crate::sync::const_fn;
use crate::word::Word;

/// A growable vector that threads share without a lock.
///
/// Every operation but [`clear`](Self::clear) and [`into_vec`](Self::into_vec) takes `&self`.
/// The [crate](crate) says what is promised, how it works and what it costs.
///
/// ```
/// use secvec::SecVec;
///
/// static SQUARES: SecVec<u32> = SecVec::new();
///
/// std::thread::scope(|scope| {
///     for n in 0..4 {
///         scope.spawn(move || SQUARES.push(n * n));
///     }
/// });
/// let mut squares: Vec<u32> = SQUARES.iter().collect();
/// squares.sort_unstable();
/// assert_eq!(squares, [0, 1, 4, 9]);
/// ```
pub struct SecVec<T: Word> {
    /// Nothing yet means empty, so that `new` allocates nothing.
    state: AtomicBox<Descriptor>,
    buckets: Buckets<T>,
}

/// What an operation makes of the state that it found.
enum Plan<R> {
    /// Replace it, and if that works, answer.
    Install(Descriptor, R),
    /// It is not the current state any more: look again.
    Retry,
    /// Answer, and change nothing.
    Answer(R),
}

impl<T: Word> SecVec<T> {
    const_fn! {
        /// An empty vector. Allocates nothing.
        ///
        /// ```
        /// static EVENTS: secvec::SecVec<u64> = secvec::SecVec::new();
        /// assert!(EVENTS.is_empty());
        /// ```
        #[must_use]
        pub fn new() -> Self {
            Self { state: AtomicBox::new(), buckets: Buckets::new() }
        }
    }

    /// An empty vector with room for at least `capacity` elements.
    ///
    /// ```
    /// let numbers = secvec::SecVec::<u8>::with_capacity(100);
    /// assert!(numbers.capacity() >= 100);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        let vector = Self::new();
        vector.buckets.reserve(capacity);
        vector
    }

    // ANCHOR: push
    /// Append `value` and return its index.
    ///
    /// One allocation for the descriptor, and now and then one for a bucket. Elements never move.
    ///
    /// ```
    /// let letters = secvec::SecVec::new();
    /// assert_eq!((letters.push('a'), letters.push('b')), (0, 1));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory.
    pub fn push(&self, value: T) -> usize {
        let bits = value.to_bits();
        self.change(|len| match self.buckets.slot(len).read() {
            Some(old) => {
                let write = Write { index: len, old, new: old.next(bits) };
                Plan::Install(Descriptor::written(len + 1, write), len)
            }
            None => Plan::Retry,
        })
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Take the last element off, or `None` if the vector is empty.
    ///
    /// ```
    /// let letters = secvec::SecVec::from_iter(['a', 'b']);
    /// assert_eq!(letters.pop(), Some('b'));
    /// assert_eq!(letters.pop(), Some('a'));
    /// assert_eq!(letters.pop(), None);
    /// ```
    pub fn pop(&self) -> Option<T> {
        let bits = self.change(|len| {
            let Some(last) = len.checked_sub(1) else { return Plan::Answer(None) };
            match self.buckets.slot(last).read() {
                Some(found) => Plan::Install(Descriptor::resized(last), Some(found.bits)),
                None => Plan::Retry,
            }
        });
        bits.map(T::from_bits)
    }
    // ANCHOR_END: pop

    /// The element at `index`, or `None` if there is none.
    ///
    /// It takes a record, stores a hazard and passes one `SeqCst` fence. It writes to a slot only
    /// to finish a write to that very slot.
    ///
    /// ```
    /// let letters = secvec::SecVec::from_iter(['a', 'b']);
    /// assert_eq!(letters.get(1), Some('b'));
    /// assert_eq!(letters.get(2), None);
    /// ```
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T> {
        let mut guard = self.state.enter();
        loop {
            let state = guard.load()?;
            if index >= state.len {
                return None;
            }
            // All writes before this state are done: it was not installed until they were. Of its
            // own write we only care if it is ours to read.
            if state.write.as_ref().is_some_and(|write| write.index == index) {
                state.complete(&self.buckets);
            }
            if let Some(found) = self.buckets.slot(index).read() {
                return Some(T::from_bits(found.bits));
            }
            // Half of a newer write: the next round finds its descriptor and completes it.
        }
    }

    /// Replace the element at `index` and return the one that was there.
    ///
    /// As costly as a push: it goes through the descriptor too, because a store beside it could
    /// come between a pop's look at the slot and its success, and be lost.
    ///
    /// ```
    /// let letters = secvec::SecVec::from_iter(['a', 'b']);
    /// assert_eq!(letters.set(0, 'x'), Ok('a'));
    /// assert_eq!(letters.set(2, 'x').unwrap_err().len, 2);
    /// ```
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`], with the value in it, if `index` is not below the length.
    pub fn set(&self, index: usize, value: T) -> Result<T, OutOfBounds<T>> {
        let bits = value.to_bits();
        let old = self.change(|len| {
            if index >= len {
                return Plan::Answer(Err(OutOfBounds { index, len, value }));
            }
            match self.buckets.slot(index).read() {
                Some(old) => {
                    let write = Write { index, old, new: old.next(bits) };
                    Plan::Install(Descriptor::written(len, write), Ok(old.bits))
                }
                None => Plan::Retry,
            }
        });
        old.map(T::from_bits)
    }

    /// How many elements there are. With other threads at work, a moment later it may be different.
    ///
    /// ```
    /// assert_eq!(secvec::SecVec::from_iter([1, 2, 3]).len(), 3);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.state.enter().load().map_or(0, |state| state.len)
    }

    /// Whether there are no elements.
    ///
    /// ```
    /// assert!(secvec::SecVec::<i8>::new().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many elements fit in the buckets that there are. It never shrinks.
    ///
    /// ```
    /// let numbers = secvec::SecVec::new();
    /// assert_eq!(numbers.capacity(), 0);
    /// numbers.push(1);
    /// assert_eq!(numbers.capacity(), 8);
    /// ```
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.buckets.capacity()
    }

    /// Make room for `additional` elements more than there are, so that pushing them allocates no
    /// buckets.
    ///
    /// ```
    /// let numbers = secvec::SecVec::from_iter([1, 2, 3]);
    /// numbers.reserve(100);
    /// assert!(numbers.capacity() >= 103);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory.
    pub fn reserve(&self, additional: usize) {
        self.buckets.reserve(self.len().saturating_add(additional));
    }

    /// Remove all elements. The buckets stay.
    ///
    /// ```
    /// let mut numbers = secvec::SecVec::from_iter([1, 2, 3]);
    /// numbers.clear();
    /// assert!(numbers.is_empty());
    /// ```
    pub fn clear(&mut self) {
        self.change(|len| match len {
            0 => Plan::Answer(()),
            _ => Plan::Install(Descriptor::resized(0), ()),
        });
    }

    /// The elements, in order.
    ///
    /// ```
    /// assert_eq!(secvec::SecVec::from_iter([1, 2, 3]).into_vec(), [1, 2, 3]);
    /// ```
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.iter().collect()
    }

    /// Read the elements from the first on, until an index is out of bounds.
    ///
    /// Weakly consistent: each element is read when the iterator comes to it. What other threads
    /// push, pop and set meanwhile may show or not. If they push faster than this reads, it need not
    /// end: `take` bounds it.
    ///
    /// ```
    /// let numbers = secvec::SecVec::from_iter([1, 2, 3]);
    /// assert_eq!(numbers.iter().sum::<i32>(), 6);
    /// ```
    pub fn iter(&self) -> Iter<'_, T> {
        Iter::new(self)
    }

    // ANCHOR: change
    /// The loop of push, pop and set: find a state, complete its write, plan the next state, put
    /// it in place, complete its write.
    ///
    /// `plan` is given the length. What it reads from the slots is the state's, if it then installs:
    /// a slot changes only under a descriptor, and no other came between.
    fn change<R>(&self, plan: impl Fn(usize) -> Plan<R>) -> R {
        let mut guard = self.state.enter();
        let mut backoff = Backoff::default();
        let mut spare: Option<Box<Descriptor>> = None;
        loop {
            let len = match guard.load() {
                Some(state) => {
                    state.complete(&self.buckets);
                    state.len
                }
                None => 0,
            };
            match plan(len) {
                Plan::Answer(answer) => return answer,
                Plan::Retry => {}
                Plan::Install(next, answer) => {
                    let next = match spare.take() {
                        Some(mut spare) => {
                            *spare = next;
                            spare
                        }
                        None => Box::new(next),
                    };
                    match guard.replace(next) {
                        Ok(installed) => {
                            installed.complete(&self.buckets);
                            return answer;
                        }
                        // Another operation came first. The box was never shared: use it again.
                        Err(next) => spare = Some(next),
                    }
                }
            }
            backoff.wait();
        }
    }
    // ANCHOR_END: change
}
