//! A number for each thread, as small as can be.
//!
//! A thread writes what it announces to a cell that is its own while it has its number. A number is
//! taken at a thread's first use of any vector and given back when the thread ends; the lowest free one
//! is taken, so that there are no more cells than there were threads at once. Without `std` there is
//! nowhere to keep a number: one is taken for each operation.

use crate::sync::{AtomicU64, Ordering, const_fn, zeros};

/// From 1 on: in `top`, 0 means nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number(u16);

impl Number {
    pub(crate) fn new(number: u16) -> Option<Self> {
        (number != 0).then_some(Self(number))
    }

    pub(crate) fn get(self) -> u16 {
        self.0
    }

    /// From 0 on.
    pub(crate) fn index(self) -> usize {
        usize::from(self.0) - 1
    }
}

/// One bit for each number: set while somebody has it.
#[derive(Debug)]
struct Numbers<const WORDS: usize = 1024> {
    words: [AtomicU64; WORDS],
}

impl<const WORDS: usize> Numbers<WORDS> {
    const_fn! {
        fn new() -> Self {
            Self { words: zeros() }
        }
    }

    /// The lowest free number.
    ///
    /// # Panics
    ///
    /// Panics if all 65,535 are taken.
    fn take(&self) -> Number {
        for (high, word) in self.words.iter().enumerate() {
            // Relaxed: a guess, which the exchange confirms.
            let mut taken = word.load(Ordering::Relaxed);
            loop {
                // The bit of number 0 counts as taken.
                let low = (taken | u64::from(high == 0)).trailing_ones();
                if low == u64::BITS {
                    break;
                }
                // Acquire: pairs with the Release in `give_back`. What the last owner of the number
                // did with its cells comes before what this one does.
                let (done, failed) = (Ordering::Acquire, Ordering::Relaxed);
                match word.compare_exchange_weak(taken, taken | 1 << low, done, failed) {
                    Ok(_) => return Number(high as u16 * 64 + low as u16),
                    Err(now) => taken = now,
                }
            }
        }
        panic!("more than 65,535 threads use a SecVec at once");
    }

    fn give_back(&self, number: Number) {
        let (high, low) = (number.0 / 64, number.0 % 64);
        // Release: pairs with the Acquire in `take`.
        self.words[usize::from(high)].fetch_and(!(1 << low), Ordering::Release);
    }
}

/// A number taken for one operation.
#[cfg(not(loom))]
#[derive(Debug)]
struct Borrowed<'a> {
    numbers: &'a Numbers,
    number: Number,
}

#[cfg(not(loom))]
impl Numbers {
    fn borrow(&self) -> Borrowed<'_> {
        Borrowed { numbers: self, number: self.take() }
    }
}

#[cfg(not(loom))]
impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        self.numbers.give_back(self.number);
    }
}

pub(crate) use imp::{mine, with_number};

#[cfg(all(feature = "std", not(loom)))]
mod imp {
    use super::{Number, Numbers};
    use std::cell::Cell;

    static NUMBERS: Numbers = Numbers::new();

    std::thread_local! {
        /// This thread's, or 0. Without a destructor, so that it can be read at any time, quickly.
        static MINE: Cell<u16> = const { Cell::new(0) };
        static OWNED: Owned = Owned(NUMBERS.take());
    }

    /// Gives the number back when the thread ends.
    struct Owned(Number);

    impl Drop for Owned {
        fn drop(&mut self) {
            MINE.set(0);
            NUMBERS.give_back(self.0);
        }
    }

    /// This thread's number, if it has one already.
    #[inline]
    pub(crate) fn mine() -> Option<Number> {
        Number::new(MINE.get())
    }

    /// Do an operation under a number that nobody else has.
    #[inline]
    pub(crate) fn with_number<R>(operation: impl FnOnce(Number) -> R) -> R {
        match mine() {
            Some(number) => operation(number),
            None => first_use(operation),
        }
    }

    #[cold]
    #[inline(never)]
    fn first_use<R>(operation: impl FnOnce(Number) -> R) -> R {
        // Another destructor of this thread may use a vector after the number was given back.
        match OWNED.try_with(|owned| owned.0) {
            Ok(number) => {
                MINE.set(number.get());
                operation(number)
            }
            Err(_) => {
                let borrowed = NUMBERS.borrow();
                operation(borrowed.number)
            }
        }
    }
}

#[cfg(all(not(feature = "std"), not(loom)))]
mod imp {
    use super::{Number, Numbers};

    static NUMBERS: Numbers = Numbers::new();

    /// Nobody keeps one.
    #[inline]
    pub(crate) fn mine() -> Option<Number> {
        None
    }

    /// Do an operation under a number that nobody else has.
    pub(crate) fn with_number<R>(operation: impl FnOnce(Number) -> R) -> R {
        let borrowed = NUMBERS.borrow();
        operation(borrowed.number)
    }
}

/// For a model of the numbers alone: few of them, or each run would begin with a thousand atomics.
#[cfg(loom)]
#[derive(Debug)]
pub struct FewNumbers(Numbers<1>);

#[cfg(loom)]
#[allow(missing_docs, clippy::new_without_default, reason = "for the models alone")]
impl FewNumbers {
    pub fn new() -> Self {
        Self(Numbers::new())
    }

    pub fn take(&self) -> u16 {
        self.0.take().get()
    }

    pub fn give_back(&self, number: u16) {
        self.0.give_back(Number(number));
    }
}

/// In all other models each thread has its number for the whole run.
#[cfg(loom)]
mod imp {
    use super::Number;
    use core::sync::atomic::{AtomicU16, Ordering};

    loom::lazy_static! {
        static ref NEXT: AtomicU16 = AtomicU16::new(1);
    }

    loom::thread_local! {
        static MINE: u16 = NEXT.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn mine() -> Option<Number> {
        Number::new(MINE.with(|it| *it))
    }

    pub(crate) fn with_number<R>(operation: impl FnOnce(Number) -> R) -> R {
        operation(mine().expect("counted from 1"))
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_number_is_taken() {
        let numbers: Numbers = Numbers::new();
        let taken: std::vec::Vec<_> = (0..200).map(|_| numbers.take()).collect();
        assert!(taken.iter().map(|it| it.get()).eq(1..=200));
        numbers.give_back(taken[150]);
        numbers.give_back(taken[4]);
        assert_eq!((numbers.take().get(), numbers.take().get()), (5, 151));
        assert_eq!(numbers.take().get(), 201);
    }

    #[test]
    #[cfg_attr(miri, ignore = "65,535 numbers, each found by a search from the first")]
    fn there_is_an_end() {
        let numbers: Numbers = Numbers::new();
        let taken: std::vec::Vec<_> = (1..=u16::MAX).map(|_| numbers.take()).collect();
        assert_eq!(taken.last().map(|it| it.get()), Some(u16::MAX));
        let more = std::panic::catch_unwind(|| numbers.take());
        assert!(more.is_err());
        numbers.give_back(taken[9]);
        assert_eq!(numbers.take().get(), 10);
    }

    #[test]
    #[cfg(feature = "std")]
    fn a_thread_keeps_its_number_and_two_threads_have_two() {
        let mine = with_number(|it| it);
        assert_eq!(with_number(|it| it), mine);
        let other = std::thread::spawn(|| with_number(|it| it)).join();
        assert_ne!(other.ok(), Some(mine));
    }

    #[test]
    fn a_borrowed_number_is_given_back() {
        let numbers: Numbers = Numbers::new();
        assert_eq!(numbers.borrow().number.get(), 1);
        let borrowed = numbers.borrow();
        assert_eq!((borrowed.number.get(), numbers.take().get()), (1, 2));
    }

    #[test]
    #[cfg(feature = "std")]
    fn a_destructor_that_comes_late_has_a_number_too() {
        use std::cell::RefCell;
        use std::sync::mpsc;

        struct Last(mpsc::Sender<u16>);
        impl Drop for Last {
            fn drop(&mut self) {
                let _ = self.0.send(with_number(Number::get));
            }
        }
        std::thread_local! {
            static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
        }
        // In one of the two orders the thread's own number is gone when the destructor runs.
        for number_first in [false, true] {
            let (sender, receiver) = mpsc::channel();
            let thread = std::thread::spawn(move || {
                if number_first {
                    with_number(|_| {});
                }
                LAST.set(Some(Last(sender)));
                with_number(|_| {});
            });
            assert!(thread.join().is_ok());
            assert!(receiver.recv().is_ok_and(|number| number > 0));
        }
    }
}
