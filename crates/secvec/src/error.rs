//! What can go wrong.

use core::error::Error;
use core::fmt;

/// The index was not below the length. It gives the value back.
///
/// ```
/// use secvec::SecVec;
///
/// let numbers = SecVec::from_iter([1, 2]);
/// let error = numbers.set(5, 9).unwrap_err();
/// assert_eq!((error.index, error.len, error.value), (5, 2, 9));
/// assert_eq!(error.to_string(), "index 5 is out of bounds: the length is 2");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutOfBounds<T> {
    /// The index that was asked for.
    pub index: usize,
    /// The length at the moment of the call that counts (see
    /// [the order of operations](crate#the-order-of-operations)).
    pub len: usize,
    /// The value that was not stored.
    pub value: T,
}

impl<T> fmt::Display for OutOfBounds<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "index {} is out of bounds: the length is {}", self.index, self.len)
    }
}

impl<T: fmt::Debug> Error for OutOfBounds<T> {}
