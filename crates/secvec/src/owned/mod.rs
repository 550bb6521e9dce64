//! Elements of any type.

mod guards;
mod nodes;
mod traits;

pub use guards::{Ref, Taken};
pub use traits::OwnedIter;

use alloc::vec::Vec;
use core::ops::Range;

use crate::error::OutOfBounds;
use crate::owned::guards::Held;
use crate::owned::nodes::Nodes;
use crate::protocol::{Replaced, Words};
use crate::sync::const_fn;
use crate::wide::Wide;

/// A [`SecVec`](crate::SecVec) for elements of any type that can be sent between threads.
///
/// Each element lives in a node, and what stands in the vector's slot is the node's number. So every
/// operation is the one of `SecVec` and takes effect at the same moment; the nodes come on top:
///
/// - `push` and `set` take a free node and fill it: two more read-modify-writes. Nodes are used again, so
///   in the steady state nothing is allocated here either, but by `snapshot` and
///   [`append`](Self::append).
/// - `get` counts itself in and out at the node: two read-modify-writes, so that it writes to memory
///   that other readers of the same element write to. In a `SecVec` it writes nothing.
/// - `pop` and `set` give a [`Taken`] and not the element itself, because others may be looking at it: it
///   cannot be moved away under their eyes, and waiting for them would be a lock.
///   [`Taken::try_into_inner`] moves it out when nobody looks.
///
/// Each element is dropped once: by its [`Taken`], or by the last [`Ref`] to it, or with the vector.
/// Garbage is what these hold and nothing else. Nodes are freed with the vector; there are as many as
/// there were elements, in the vector or held, at once.
///
/// ```
/// use secvec::OwnedSecVec;
///
/// let names = OwnedSecVec::new();
/// std::thread::scope(|scope| {
///     for thread in 0..3 {
///         let names = &names;
///         scope.spawn(move || {
///             let index = names.push(format!("thread {thread}"));
///             assert_eq!(*names.get(index).expect("nobody pops"), format!("thread {thread}"));
///         });
///     }
/// });
/// assert_eq!(names.len(), 3);
/// let last = names.pop().expect("there are three");
/// assert!(last.starts_with("thread "));
/// ```
pub struct OwnedSecVec<T: Send> {
    // # Invariants
    //
    // 1. Each element of `words` is the number of a full node, which is in `words` once and has the
    //    vector as one of its holders.
    words: Words,
    nodes: Nodes<T>,
}

impl<T: Send> OwnedSecVec<T> {
    const_fn! {
        /// An empty vector. Allocates nothing.
        ///
        /// ```
        /// static LINES: secvec::OwnedSecVec<String> = secvec::OwnedSecVec::new();
        /// assert!(LINES.is_empty());
        /// ```
        #[must_use]
        pub fn new() -> Self {
            Self { words: Words::new(), nodes: Nodes::new() }
        }
    }

    /// An empty vector with room for at least `capacity` elements.
    ///
    /// ```
    /// let lines = secvec::OwnedSecVec::<String>::with_capacity(100);
    /// assert!(lines.capacity() >= 100);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        let vector = Self::new();
        vector.reserve(capacity);
        vector
    }

    /// Whether the operations are lock-free on this target, as
    /// [`SecVec::is_lock_free`](crate::SecVec::is_lock_free).
    #[must_use]
    pub fn is_lock_free() -> bool {
        Wide::is_lock_free()
    }

    /// Append `element` and return its index.
    ///
    /// ```
    /// let names = secvec::OwnedSecVec::new();
    /// assert_eq!((names.push("Ada"), names.push("Grace")), (0, 1));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory, and after 2^56 changes of the length.
    pub fn push(&self, element: T) -> usize {
        self.words.push(self.nodes.put(element))
    }

    /// Append all `elements`, side by side and in order, as one step. Return their indices.
    ///
    /// ```
    /// let names = secvec::OwnedSecVec::from_iter(["Ada"]);
    /// assert_eq!(names.append(vec!["Grace", "Barbara"]), 1..3);
    /// ```
    ///
    /// Allocates once a call, for the numbers of the nodes: eight bytes for each element, until it returns.
    /// If the elements have the alignment of `u64`, on 64-bit targets the standard library puts the numbers
    /// in the memory of `elements` today, and nothing is allocated.
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory, and after 2^56 changes of the length.
    pub fn append(&self, elements: Vec<T>) -> Range<usize> {
        let numbers: Vec<u64> = elements.into_iter().map(|it| self.nodes.put(it)).collect();
        self.words.extend(numbers.into_iter())
    }

    /// Take the last element off, or `None` if the vector is empty.
    ///
    /// ```
    /// let names = secvec::OwnedSecVec::from_iter([String::from("Ada")]);
    /// let ada = names.pop().expect("there is one");
    /// assert_eq!(ada.try_into_inner().expect("nobody looks at it"), "Ada");
    /// assert!(names.pop().is_none());
    /// ```
    ///
    /// # Panics
    ///
    /// Panics after 2^56 changes of the length.
    pub fn pop(&self) -> Option<Taken<'_, T>> {
        let number = self.words.pop()?;
        // SAFETY: its number was in the vector, so the node is full, and the vector's hold on it is
        // this thread's now (invariant 1).
        Some(Taken::new(unsafe { Held::new(self, number) }))
    }

    // ANCHOR: get
    /// The element at `index`, or `None` if there is none.
    ///
    /// ```
    /// let names = secvec::OwnedSecVec::from_iter([String::from("Ada")]);
    /// let ada = names.get(0).expect("there is one");
    /// names.pop();
    /// assert_eq!(*ada, "Ada");
    /// assert!(names.get(0).is_none());
    /// ```
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Ref<'_, T>>
    where
        T: Sync,
    {
        let mut number = self.words.get(index)?;
        loop {
            self.nodes.hold(number);
            let now = self.words.get(index);
            if now == Some(number) {
                // SAFETY: counted in, and after that the number was in the slot: so then an element
                // was in the node, perhaps another one than at the first look.
                return Some(Ref::new(unsafe { Held::new(self, number) }));
            }
            self.nodes.let_go(number);
            number = now?;
        }
    }
    // ANCHOR_END: get

    /// Replace the element at `index` and return the one that was there.
    ///
    /// ```
    /// let names = secvec::OwnedSecVec::from_iter(["Ada"]);
    /// assert_eq!(*names.set(0, "Grace").expect("there is one"), "Ada");
    /// assert_eq!(names.set(1, "Barbara").expect_err("there is none").value, "Barbara");
    /// ```
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`], with the element in it, if `index` is not below the length.
    pub fn set(&self, index: usize, element: T) -> Result<Taken<'_, T>, OutOfBounds<T>> {
        let number = self.nodes.put(element);
        match self.words.replace(index, |_| Some(number)) {
            Replaced::Done(old) | Replaced::Refused(old) => {
                // SAFETY: as in `pop`.
                Ok(Taken::new(unsafe { Held::new(self, old) }))
            }
            Replaced::Missing(len) => {
                // SAFETY: put in above, and not in the vector.
                let value = unsafe { self.nodes.take_back(number) };
                Err(OutOfBounds { index, len, value })
            }
        }
    }

    /// How many elements there are. With other threads at work, a moment later it may be different.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many elements fit in the buckets that there are. It never shrinks.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.words.capacity()
    }

    /// Make room for `additional` elements more than there are.
    ///
    /// # Panics
    ///
    /// Panics if the elements could not fit in memory.
    pub fn reserve(&self, additional: usize) {
        self.words.reserve(additional);
        self.nodes.reserve(additional);
    }

    /// All elements, in order, as they were at one moment. Lock-free, and not wait-free, as
    /// [`SecVec::snapshot`](crate::SecVec::snapshot).
    ///
    /// ```
    /// let names = secvec::OwnedSecVec::from_iter(["Ada", "Grace"]);
    /// let both = names.snapshot();
    /// names.pop();
    /// assert_eq!((*both[0], *both[1]), ("Ada", "Grace"));
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Vec<Ref<'_, T>>
    where
        T: Sync,
    {
        let mut numbers = self.words.snapshot();
        loop {
            numbers.iter().for_each(|&number| self.nodes.hold(number));
            let now = self.words.snapshot();
            if now == numbers {
                return numbers
                    .into_iter()
                    // SAFETY: as in `get`, with the moment of the second snapshot.
                    .map(|number| Ref::new(unsafe { Held::new(self, number) }))
                    .collect();
            }
            numbers.iter().for_each(|&number| self.nodes.let_go(number));
            numbers = now;
        }
    }

    /// Look at the elements from the first on, until an index is out of bounds.
    ///
    /// Weakly consistent, as [`SecVec::iter`](crate::SecVec::iter).
    pub fn iter(&self) -> OwnedIter<'_, T>
    where
        T: Sync,
    {
        OwnedIter::new(self)
    }

    /// The element at `index`, to be changed in place, or `None` if there is none.
    ///
    /// ```
    /// let mut names = secvec::OwnedSecVec::from_iter([String::from("Ada")]);
    /// names.get_mut(0).expect("there is one").push_str(" Lovelace");
    /// assert_eq!(names.into_vec(), ["Ada Lovelace"]);
    /// ```
    #[must_use]
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        let number = self.words.get(index)?;
        // SAFETY: its number is in the vector (invariant 1), so an element is in the node.
        Some(unsafe { self.nodes.element_mut(number) })
    }

    /// Remove all elements, from the last to the first. Buckets and nodes stay.
    pub fn clear(&mut self) {
        while self.pop().is_some() {}
    }

    /// The elements, in order.
    ///
    /// ```
    /// assert_eq!(secvec::OwnedSecVec::from_iter(["a", "b"]).into_vec(), ["a", "b"]);
    /// ```
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        let mut elements = Vec::with_capacity(self.len());
        while let Some(taken) = self.pop() {
            match taken.try_into_inner() {
                Ok(element) => elements.push(element),
                Err(_) => unreachable!("nobody else has the vector, so nobody has a look at it"),
            }
        }
        elements.reverse();
        elements
    }
}
