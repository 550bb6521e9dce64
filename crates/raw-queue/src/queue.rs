//! The safe face.

use core::mem;

use crate::iter::{Iter, IterMut};
use crate::raw::RawQueue;

/// A first-in, first-out queue: a singly linked list that knows its last node.
///
/// Pushing, popping, [`append`](Self::append) and [`len`](Self::len) take constant time, with no
/// growth step in between. An element stays at its address until it is taken out.
///
/// ```
/// use raw_queue::Queue;
///
/// let mut queue = Queue::new();
/// queue.push("first");
/// queue.push("second");
/// assert_eq!(queue.pop(), Some("first"));
/// assert_eq!(queue.peek(), Some(&"second"));
/// ```
///
/// # Threads
///
/// A queue is `Send` if `T` is, since it owns its elements and nobody else points to its nodes. It
/// is `Sync` if `T` is, since all that a `&Queue<T>` gives is `&T`. A queue of `Rc` is neither:
///
/// ```compile_fail,E0277
/// let queue = raw_queue::Queue::from([std::rc::Rc::new(1)]);
/// std::thread::spawn(move || drop(queue));
/// ```
///
/// # Variance and drop
///
/// A queue is covariant: a `Queue<&'static str>` is accepted where a `Queue<&'a str>` is wanted.
/// Its elements must outlive it strictly, though. `Vec` is more lenient by way of
/// `#[may_dangle]`, which is not stable. So this compiles for a `Vec` and not for a queue:
///
/// ```compile_fail,E0597
/// let (mut queue, element);
/// element = 1;
/// queue = raw_queue::Queue::new();
/// queue.push(&element);
/// ```
pub struct Queue<T> {
    pub(crate) raw: RawQueue<T>,
}

impl<T> Queue<T> {
    /// An empty queue. Allocates nothing.
    ///
    /// ```
    /// use std::sync::Mutex;
    /// use raw_queue::Queue;
    ///
    /// static JOBS: Mutex<Queue<u32>> = Mutex::new(Queue::new());
    /// JOBS.lock()?.push(1);
    /// # Ok::<(), std::sync::PoisonError<std::sync::MutexGuard<'static, Queue<u32>>>>(())
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self { raw: RawQueue::new() }
    }

    /// The number of elements. It is kept, not counted.
    ///
    /// ```
    /// assert_eq!(raw_queue::Queue::from(['a', 'b']).len(), 2);
    /// ```
    #[must_use]
    pub const fn len(&self) -> usize {
        self.raw.len()
    }

    /// True if there is no element.
    ///
    /// ```
    /// assert!(raw_queue::Queue::<u8>::new().is_empty());
    /// ```
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Add an element at the end. One allocation, constant time.
    ///
    /// ```
    /// let mut queue = raw_queue::Queue::new();
    /// queue.push(1);
    /// queue.push(2);
    /// assert!(queue.into_iter().eq([1, 2]));
    /// ```
    pub fn push(&mut self, element: T) {
        self.raw.push_back(element);
    }

    /// Put an element in front of all others, as if it had never been popped. Constant time.
    ///
    /// ```
    /// let mut queue = raw_queue::Queue::from([2, 3]);
    /// queue.push_front(1);
    /// assert!(queue.into_iter().eq([1, 2, 3]));
    /// ```
    pub fn push_front(&mut self, element: T) {
        self.raw.push_front(element);
    }

    /// Take the first element out. Constant time.
    ///
    /// ```
    /// let mut queue = raw_queue::Queue::from([1]);
    /// assert_eq!(queue.pop(), Some(1));
    /// assert_eq!(queue.pop(), None);
    /// ```
    pub fn pop(&mut self) -> Option<T> {
        self.raw.pop_front()
    }

    /// Take the first element out if `condition` holds for it. Constant time.
    ///
    /// ```
    /// let mut due = raw_queue::Queue::from([10, 20]);
    /// assert_eq!(due.pop_if(|time| *time <= 15), Some(10));
    /// assert_eq!(due.pop_if(|time| *time <= 15), None);
    /// assert_eq!(due.len(), 1);
    /// ```
    pub fn pop_if(&mut self, condition: impl FnOnce(&mut T) -> bool) -> Option<T> {
        if condition(self.peek_mut()?) { self.pop() } else { None }
    }

    /// The first element: the one that [`pop`](Self::pop) would take.
    ///
    /// ```
    /// let queue = raw_queue::Queue::from([1, 2]);
    /// assert_eq!(queue.peek(), Some(&1));
    /// ```
    #[must_use]
    pub fn peek(&self) -> Option<&T> {
        self.raw.front()
    }

    /// The first element, to be changed in place.
    ///
    /// ```
    /// let mut queue = raw_queue::Queue::from([1, 2]);
    /// if let Some(first) = queue.peek_mut() {
    ///     *first = 7;
    /// }
    /// assert_eq!(queue.pop(), Some(7));
    /// ```
    #[must_use]
    pub fn peek_mut(&mut self) -> Option<&mut T> {
        self.raw.front_mut()
    }

    /// The last element: the one that was pushed last. Constant time.
    ///
    /// ```
    /// let queue = raw_queue::Queue::from([1, 2]);
    /// assert_eq!(queue.peek_last(), Some(&2));
    /// ```
    #[must_use]
    pub fn peek_last(&self) -> Option<&T> {
        self.raw.back()
    }

    /// The last element, to be changed in place. Constant time.
    ///
    /// ```
    /// let mut lines = raw_queue::Queue::from(["a".to_string()]);
    /// if let Some(last) = lines.peek_last_mut() {
    ///     last.push('!');
    /// }
    /// assert_eq!(lines.pop().as_deref(), Some("a!"));
    /// ```
    #[must_use]
    pub fn peek_last_mut(&mut self) -> Option<&mut T> {
        self.raw.back_mut()
    }

    /// Drop all elements. Linear in their number.
    ///
    /// If the drop of an element panics, the others are dropped all the same and the queue is
    /// empty.
    ///
    /// ```
    /// let mut queue = raw_queue::Queue::from([1, 2]);
    /// queue.clear();
    /// assert!(queue.is_empty());
    /// ```
    pub fn clear(&mut self) {
        drop(mem::take(self));
    }

    /// Move all elements of `other` to the end, and leave `other` empty. Constant time, whatever
    /// the lengths: one link is written and no element is moved.
    ///
    /// ```
    /// use raw_queue::Queue;
    ///
    /// let mut all = Queue::from([1, 2]);
    /// let mut more = Queue::from([3]);
    /// all.append(&mut more);
    /// assert_eq!(all, Queue::from([1, 2, 3]));
    /// assert!(more.is_empty());
    /// ```
    pub fn append(&mut self, other: &mut Self) {
        self.raw.append(&mut other.raw);
    }

    /// Keep the elements for which `keep` returns true and drop the others, in order.
    ///
    /// Linear time; the elements that stay are not moved. If `keep` or a drop panics, the elements
    /// that were not looked at stay.
    ///
    /// ```
    /// let mut queue: raw_queue::Queue<_> = (0..6).collect();
    /// queue.retain(|n| n % 2 == 0);
    /// assert!(queue.into_iter().eq([0, 2, 4]));
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.retain_mut(|element| keep(element));
    }

    /// Like [`retain`](Self::retain), and `keep` may change what it looks at.
    ///
    /// ```
    /// let mut lives = raw_queue::Queue::from([1, 3, 2]);
    /// lives.retain_mut(|n| {
    ///     *n -= 1;
    ///     *n > 0
    /// });
    /// assert!(lives.into_iter().eq([2, 1]));
    /// ```
    pub fn retain_mut(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        // ANCHOR: retain
        /// Puts the elements that were not looked at back, also when `keep` unwinds.
        struct Sieve<'a, T> {
            kept: &'a mut RawQueue<T>,
            rest: RawQueue<T>,
        }

        impl<T> Drop for Sieve<'_, T> {
            fn drop(&mut self) {
                self.kept.append(&mut self.rest);
            }
        }

        let rest = mem::take(&mut self.raw);
        let mut sieve = Sieve { kept: &mut self.raw, rest };
        while let Some(element) = sieve.rest.front_mut() {
            if keep(element) {
                sieve.kept.move_front_of(&mut sieve.rest);
            } else {
                drop(sieve.rest.pop_front());
            }
        }
        // ANCHOR_END: retain
    }

    /// Cut the queue in two: the first `at` elements stay, the others are returned.
    ///
    /// Linear in `at`; no element is moved and nothing is allocated.
    ///
    /// # Panics
    ///
    /// If `at > len`.
    ///
    /// ```
    /// let mut queue = raw_queue::Queue::from([1, 2, 3]);
    /// let rest = queue.split_off(1);
    /// assert!(queue.into_iter().eq([1]));
    /// assert!(rest.into_iter().eq([2, 3]));
    /// ```
    #[must_use]
    pub fn split_off(&mut self, at: usize) -> Self {
        let len = self.len();
        assert!(at <= len, "cannot split a queue of {len} elements at {at}");
        let mut rest = mem::take(self);
        for _ in 0..at {
            self.raw.move_front_of(&mut rest.raw);
        }
        rest
    }

    /// True if an element is equal to `x`. Linear time.
    ///
    /// ```
    /// assert!(raw_queue::Queue::from([1, 2]).contains(&2));
    /// ```
    #[must_use]
    pub fn contains(&self, x: &T) -> bool
    where
        T: PartialEq,
    {
        self.iter().any(|element| element == x)
    }

    /// The elements, first to last.
    ///
    /// ```
    /// let queue = raw_queue::Queue::from([1, 2, 3]);
    /// assert_eq!(queue.iter().sum::<i32>(), 6);
    /// ```
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self.raw.walk())
    }

    /// The elements, first to last, to be changed in place.
    ///
    /// ```
    /// let mut queue = raw_queue::Queue::from([1, 2, 3]);
    /// for element in queue.iter_mut() {
    ///     *element += 1;
    /// }
    /// assert!(queue.into_iter().eq([2, 3, 4]));
    /// ```
    pub fn iter_mut(&mut self) -> IterMut<'_, T> {
        IterMut(self.raw.walk_mut())
    }
}
