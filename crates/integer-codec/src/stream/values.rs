//! The values of a slice, one after the other.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;

use super::{Lenient, Mode, Strict};
use crate::{DecodeError, Padded, VarInt};

/// The values that stand one after the other in `bytes`, to the end of it.
///
/// It costs what a loop over [`VarInt::decode`] costs. For values of different types in turn, call
/// `decode` yourself.
///
/// ```
/// use integer_codec::{DecodeError, stream};
///
/// let bytes = [7, 241, 232, 3, 5];
/// let values: Vec<u64> = stream::values(&bytes).collect::<Result<_, _>>()?;
/// assert_eq!(values, [7, 1000, 5]);
///
/// let mut cut = stream::values::<u64>(&bytes[..3]);
/// assert_eq!(cut.next(), Some(Ok(7)));
/// let error = DecodeError::UnexpectedEnd { offset: 3, missing: 1 };
/// assert_eq!(cut.next(), Some(Err(error)));
/// assert_eq!(cut.next(), None);
/// # Ok::<(), DecodeError>(())
/// ```
#[inline]
pub const fn values<T: VarInt>(bytes: &[u8]) -> Values<'_, T> {
    Values::new(bytes)
}

/// The same for values of which each may be longer than it needs to be.
///
/// ```
/// use integer_codec::{DecodeError, stream};
///
/// let values = stream::values_lenient::<u32>(&[241, 7, 0, 5]);
/// assert_eq!(values.collect::<Result<Vec<_>, DecodeError>>()?, [7, 5]);
/// # Ok::<(), DecodeError>(())
/// ```
#[inline]
pub const fn values_lenient<T: Padded>(bytes: &[u8]) -> Values<'_, T, Lenient> {
    Values::new(bytes)
}

/// The iterator that [`values`] and [`values_lenient`] return.
///
/// The offset in an error counts from the start of the slice. An error is the last item: what
/// comes after a value that was refused cannot be known.
#[derive(Clone)]
#[must_use = "an iterator decodes nothing until it is asked for a value"]
pub struct Values<'a, T, M = Strict> {
    /// From the next value on; empty after an error, so that no flag has to be looked at.
    rest: &'a [u8],
    /// From the value that was refused on; empty before an error.
    refused: &'a [u8],
    /// The length of the slice.
    len: usize,
    of: PhantomData<fn() -> (T, M)>,
}

impl<'a, T, M> Values<'a, T, M> {
    #[inline]
    const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, refused: &[], len: bytes.len(), of: PhantomData }
    }

    /// The bytes that are not decoded yet; after an error, those from the refused value on.
    ///
    /// ```
    /// use integer_codec::stream;
    ///
    /// let mut values = stream::values::<u8>(&[1, 2, 3]);
    /// values.next();
    /// assert_eq!(values.remaining(), [2, 3]);
    /// ```
    #[must_use]
    #[inline]
    pub const fn remaining(&self) -> &'a [u8] {
        if self.refused.is_empty() { self.rest } else { self.refused }
    }

    /// Where the next value starts, or the refused one: a number of bytes from the start of the
    /// slice.
    ///
    /// ```
    /// use integer_codec::stream;
    ///
    /// let mut values = stream::values::<u16>(&[241, 232, 3, 5]);
    /// values.next();
    /// assert_eq!(values.offset(), 3);
    /// ```
    #[must_use]
    #[inline]
    pub const fn offset(&self) -> usize {
        self.len - self.remaining().len()
    }
}

impl<T: VarInt, M: Mode<T>> Iterator for Values<'_, T, M> {
    type Item = Result<T, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        match M::decode(self.rest) {
            Ok((value, used)) => {
                self.rest = &self.rest[used..];
                Some(Ok(value))
            }
            Err(error) => {
                let error = error.at(self.offset());
                self.refused = self.rest;
                self.rest = &[];
                Some(Err(error))
            }
        }
    }

    /// At least one item if there are bytes, for the first may be an error and the last; at most
    /// one a byte.
    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::from(!self.rest.is_empty()), Some(self.rest.len()))
    }
}

impl<T: VarInt, M: Mode<T>> FusedIterator for Values<'_, T, M> {}

impl<T, M> fmt::Debug for Values<'_, T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Values")
            .field("offset", &self.offset())
            .field("remaining", &self.remaining())
            .finish()
    }
}
