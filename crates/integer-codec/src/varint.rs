//! The trait that the twelve integer types share, and its implementations.

use core::fmt::Debug;
use core::hash::Hash;

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use crate::{DecodeError, EncodeError, Narrow, narrow, scalar, wide, zigzag};
use sealed::Sealed;

/// An integer that can be written in as few bytes as its value needs.
///
/// A plain integer is in the format [`wide`], a [`Narrow`] one in [`narrow`]; the crate's
/// documentation has both, byte by byte. The trait is sealed: it is there for the twelve integer
/// types, and for `Narrow` of those of up to 64 bits.
pub trait VarInt: Sealed + Copy + Ord + Hash + Debug + Send + Sync + 'static {
    /// The length of the longest encoding of this type: a buffer of this size always suffices.
    ///
    /// ```
    /// use integer_codec::{Narrow, VarInt};
    ///
    /// assert_eq!([u8::MAX_LEN, u32::MAX_LEN, i64::MAX_LEN, u128::MAX_LEN], [2, 5, 9, 17]);
    /// assert_eq!(Narrow::<u32>::MAX_LEN, 5);
    /// ```
    const MAX_LEN: usize;

    /// How many bytes the encoding of this value takes, 1..=[`MAX_LEN`](Self::MAX_LEN).
    ///
    /// ```
    /// use integer_codec::VarInt;
    ///
    /// assert_eq!([239u64, 240, 255, 256].map(VarInt::encoded_len), [1, 2, 2, 3]);
    /// ```
    #[must_use]
    #[inline]
    fn encoded_len(self) -> usize {
        self.to_bytes().1
    }

    /// Write the encoding to the start of `buffer` and return its length. The bytes after it stay
    /// as they were.
    ///
    /// # Errors
    ///
    /// [`EncodeError::BufferTooSmall`], and then nothing was written.
    ///
    /// ```
    /// use integer_codec::{EncodeError, VarInt};
    ///
    /// let mut buffer = [0; 4];
    /// assert_eq!(1000u16.encode(&mut buffer), Ok(3));
    /// assert_eq!(buffer, [241, 232, 3, 0]);
    ///
    /// let error = EncodeError::BufferTooSmall { needed: 3, available: 2 };
    /// assert_eq!(1000u16.encode(&mut buffer[..2]), Err(error));
    /// ```
    #[inline]
    fn encode(self, buffer: &mut [u8]) -> Result<usize, EncodeError> {
        let (bytes, len) = self.to_bytes();
        let available = buffer.len();
        let Some(room) = buffer.get_mut(..len) else {
            return Err(EncodeError::BufferTooSmall { needed: len, available });
        };
        room.copy_from_slice(&bytes.as_ref()[..len]);
        Ok(len)
    }

    /// Append the encoding to `out`.
    ///
    /// ```
    /// use integer_codec::VarInt;
    ///
    /// let mut bytes = Vec::new();
    /// for value in [3i16, -3, 300] {
    ///     value.encode_to(&mut bytes);
    /// }
    /// assert_eq!(bytes, [6, 5, 241, 88, 2]);
    /// ```
    #[cfg(feature = "alloc")]
    #[inline]
    fn encode_to(self, out: &mut Vec<u8>) {
        let (bytes, len) = self.to_bytes();
        out.extend_from_slice(&bytes.as_ref()[..len]);
    }

    /// The first value of `bytes`, and the number of bytes that it took. What comes after them is
    /// not looked at.
    ///
    /// It accepts what [`encode`](Self::encode) writes and nothing else: encoding the result gives
    /// back the same bytes.
    ///
    /// # Errors
    ///
    /// In this order: [`DecodeError::UnexpectedEnd`], [`DecodeError::Overlong`],
    /// [`DecodeError::OutOfRange`].
    ///
    /// ```
    /// use integer_codec::VarInt;
    ///
    /// assert_eq!(i8::decode(&[7, 8, 9]), Ok((-4, 1)));
    /// ```
    #[inline]
    fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        Self::from_bytes(bytes)
    }
}

mod sealed {
    use crate::DecodeError;

    /// The two directions. Private, so that no other crate can implement `VarInt`.
    pub trait Sealed: Sized {
        /// An array that the longest encoding fits into.
        type Bytes: AsRef<[u8]>;

        /// The encoding and its length.
        fn to_bytes(self) -> (Self::Bytes, usize);

        /// The first value and its length.
        fn from_bytes(bytes: &[u8]) -> Result<(Self, usize), DecodeError>;
    }
}

/// An integer of up to 64 bits, and the `u64` that stands for it in both formats.
trait Small: Sized {
    const NAME: &'static str;
    fn to_u64(self) -> u64;
    fn from_u64(value: u64) -> Option<Self>;
}

macro_rules! small {
    ($($unsigned:ident $signed:ident,)*) => {$(
        impl Small for $unsigned {
            const NAME: &'static str = stringify!($unsigned);

            #[inline]
            fn to_u64(self) -> u64 {
                self as u64
            }

            #[inline]
            fn from_u64(value: u64) -> Option<Self> {
                value.try_into().ok()
            }
        }

        impl Small for $signed {
            const NAME: &'static str = stringify!($signed);

            #[inline]
            fn to_u64(self) -> u64 {
                zigzag::encode_i64(self as i64)
            }

            #[inline]
            fn from_u64(value: u64) -> Option<Self> {
                zigzag::decode_i64(value).try_into().ok()
            }
        }
    )*};
}

// Widening casts only; `usize` has at most 64 bits on every target of Rust.
small!(u8 i8, u16 i16, u32 i32, u64 i64, usize isize,);

#[inline]
fn decode_small<T: Small, const LIMIT: u8>(bytes: &[u8]) -> Result<(T, usize), DecodeError> {
    let (value, len) = scalar::decode_u64::<LIMIT>(bytes, T::NAME)?;
    match T::from_u64(value) {
        Some(value) => Ok((value, len)),
        None => Err(DecodeError::OutOfRange { offset: 0, target: T::NAME }),
    }
}

macro_rules! var_int {
    ($($int:ident)*) => {$(
        impl Sealed for $int {
            type Bytes = [u8; 9];

            #[inline]
            fn to_bytes(self) -> ([u8; 9], usize) {
                wide::encode_u64(self.to_u64())
            }

            #[inline]
            fn from_bytes(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
                decode_small::<$int, { wide::LIMIT }>(bytes)
            }
        }

        impl VarInt for $int {
            const MAX_LEN: usize = 1 + size_of::<$int>();
        }

        impl Sealed for Narrow<$int> {
            type Bytes = [u8; 9];

            #[inline]
            fn to_bytes(self) -> ([u8; 9], usize) {
                narrow::encode_u64(self.0.to_u64())
            }

            #[inline]
            fn from_bytes(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
                let (value, len) = decode_small::<$int, { narrow::LIMIT }>(bytes)?;
                Ok((Narrow(value), len))
            }
        }

        impl VarInt for Narrow<$int> {
            const MAX_LEN: usize = 1 + size_of::<$int>();
        }
    )*};
}

var_int!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl Sealed for u128 {
    type Bytes = [u8; 17];

    #[inline]
    fn to_bytes(self) -> ([u8; 17], usize) {
        wide::encode_u128(self)
    }

    #[inline]
    fn from_bytes(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        wide::decode_u128(bytes)
    }
}

impl VarInt for u128 {
    const MAX_LEN: usize = wide::MAX_LEN;
}

impl Sealed for i128 {
    type Bytes = [u8; 17];

    #[inline]
    fn to_bytes(self) -> ([u8; 17], usize) {
        wide::encode_u128(zigzag::encode_i128(self))
    }

    #[inline]
    fn from_bytes(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let (value, len) = wide::decode_u128(bytes)?;
        Ok((zigzag::decode_i128(value), len))
    }
}

impl VarInt for i128 {
    const MAX_LEN: usize = wide::MAX_LEN;
}
