//! [`Strict`] and [`Lenient`]: which forms of a value a stream may hold.

use core::fmt::Debug;

use crate::{DecodeError, Padded, VarInt};

/// One form of each value: that of [`VarInt::decode`].
#[derive(Clone, Copy, Debug)]
pub enum Strict {}

/// Longer forms as well: those of [`Padded::decode_lenient`].
#[derive(Clone, Copy, Debug)]
pub enum Lenient {}

/// Which forms of a `T` are accepted: [`Strict`] or [`Lenient`]. The trait is sealed.
pub trait Mode<T>: sealed::Decode<T> + Copy + Debug + 'static {}

impl<T: VarInt> Mode<T> for Strict {}
impl<T: Padded> Mode<T> for Lenient {}

mod sealed {
    use crate::DecodeError;

    /// Private, so that no other crate can implement `Mode`.
    pub trait Decode<T>: Sized {
        /// The first value and its length.
        fn decode(bytes: &[u8]) -> Result<(T, usize), DecodeError>;
    }
}

impl<T: VarInt> sealed::Decode<T> for Strict {
    #[inline]
    fn decode(bytes: &[u8]) -> Result<(T, usize), DecodeError> {
        T::decode(bytes)
    }
}

impl<T: Padded> sealed::Decode<T> for Lenient {
    #[inline]
    fn decode(bytes: &[u8]) -> Result<(T, usize), DecodeError> {
        T::decode_lenient(bytes)
    }
}
