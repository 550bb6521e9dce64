//! The trait that the twelve integer types share, and its implementations.

use core::fmt::Debug;
use core::hash::Hash;

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use crate::{DecodeError, EncodeError, Narrow, narrow, scalar, wide};
use sealed::Sealed;

/// An integer that can be written in as few bytes as its value needs.
///
/// A plain integer is in the format [`wide`], a [`Narrow`] one in [`narrow`], an
/// [`Ordered`](crate::ordered) one in [`ordered`](crate::ordered); each module has its
/// format byte by byte. The trait is sealed: it is there for the twelve integer types, for
/// `Ordered` of each, and for `Narrow` of those of up to 64 bits.
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
    /// as they were. Into a whole buffer, one value after the other, an
    /// [`Encoder`](crate::Encoder) is faster.
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
        match (self.to_byte(), buffer.first_mut()) {
            (Some(byte), Some(first)) => {
                *first = byte;
                Ok(1)
            }
            (Some(_), None) => Err(EncodeError::BufferTooSmall { needed: 1, available: 0 }),
            (None, _) => self.store(buffer),
        }
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
        if let Some(byte) = self.to_byte() {
            out.push(byte);
            return;
        }
        // Storing the whole array and taking the rest back costs less than storing a variable
        // number of bytes.
        let (bytes, len) = self.to_bytes();
        let end = out.len() + len;
        out.extend_from_slice(bytes.as_ref());
        out.truncate(end);
    }

    /// The first value of `bytes`, and the number of bytes that it took. What comes after them is
    /// not looked at.
    ///
    /// It accepts what [`encode`](Self::encode) writes and nothing else: encoding the result gives
    /// back the same bytes.
    ///
    /// # Errors
    ///
    /// In this order: [`DecodeError::UnexpectedEnd`], [`DecodeError::ReservedMarker`],
    /// [`DecodeError::Overlong`], [`DecodeError::OutOfRange`].
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

pub(crate) mod sealed {
    use crate::{DecodeError, EncodeError};

    /// The two directions. Private, so that no other crate can implement `VarInt`.
    pub trait Sealed: Sized {
        /// An array that the longest encoding fits into.
        type Bytes: AsRef<[u8]>;

        /// The encoding, if it is one byte.
        fn to_byte(self) -> Option<u8>;

        /// Bits that are more than 255 for every value that would need more than one byte of payload:
        /// an "or" of them tells whether there is one among many.
        #[inline(always)]
        fn bits(self) -> u64 {
            u64::MAX
        }

        /// The encoding and its length.
        fn to_bytes(self) -> (Self::Bytes, usize);

        /// Write the encoding to the start of the room and return its length, in a time that does
        /// not depend on the lengths before, if there is a way. The bytes after the encoding get no
        /// meaning. With less room than `Bytes` has, nothing is written, and the length is 0.
        #[inline(always)]
        fn write_flat(self, room: &mut [u8]) -> usize {
            let (bytes, len) = self.to_bytes();
            let Some(place) = room.get_mut(..size_of::<Self::Bytes>()) else { return 0 };
            place.copy_from_slice(bytes.as_ref());
            len
        }

        /// Write an encoding of more than one byte to the start of the buffer, and nothing after.
        fn store(self, buffer: &mut [u8]) -> Result<usize, EncodeError>;

        /// The first value and its length.
        fn from_bytes(bytes: &[u8]) -> Result<(Self, usize), DecodeError>;
    }
}

/// An integer, and the unsigned one of the same width that stands for it in both formats.
pub(crate) trait Zigzag: Sized {
    const NAME: &'static str;
    type Bits;
    fn to_bits(self) -> Self::Bits;
    fn from_bits(bits: Self::Bits) -> Self;
}

macro_rules! zigzag {
    ($($unsigned:ident $signed:ident,)*) => {$(
        impl Zigzag for $unsigned {
            const NAME: &'static str = stringify!($unsigned);
            type Bits = $unsigned;

            #[inline]
            fn to_bits(self) -> $unsigned {
                self
            }

            #[inline]
            fn from_bits(bits: $unsigned) -> Self {
                bits
            }
        }

        // As in the module `zigzag`, in the width of the type.
        impl Zigzag for $signed {
            const NAME: &'static str = stringify!($signed);
            type Bits = $unsigned;

            #[inline]
            fn to_bits(self) -> $unsigned {
                ((self << 1) ^ (self >> ($signed::BITS - 1))) as $unsigned
            }

            #[inline]
            fn from_bits(bits: $unsigned) -> Self {
                (bits >> 1) as $signed ^ -((bits & 1) as $signed)
            }
        }
    )*};
}

zigzag!(u8 i8, u16 i16, u32 i32, u64 i64, usize isize, u128 i128,);

/// One type in one format: how to open and close the wrapper, and the functions of its width.
macro_rules! var_int {
    (
        $type:ty, $int:ident, $limit:expr, $value:ident, [$($wrap:tt)+],
        ($bits:ident, $encode:ident, $flat:ident, $decode:ident, $store:ident, $register:ident)
    ) => {
        impl Sealed for $type {
            type Bytes = [u8; 1 + size_of::<$int>()];

            #[inline]
            fn to_byte(self) -> Option<u8> {
                let $($wrap)+ = self;
                let bits = $value.to_bits();
                (bits <= $limit.into()).then_some(bits as u8)
            }

            #[inline]
            fn to_bytes(self) -> (Self::Bytes, usize) {
                let $($wrap)+ = self;
                scalar::$encode::<{ $limit }>($value.to_bits() as $bits)
            }

            #[inline(always)]
            fn bits(self) -> u64 {
                let $($wrap)+ = self;
                let bits = $value.to_bits() as $register;
                bits as u64 | (u128::from(bits) >> 64) as u64
            }

            #[inline(always)]
            fn write_flat(self, room: &mut [u8]) -> usize {
                let $($wrap)+ = self;
                let Some(place) = room.first_chunk_mut() else { return 0 };
                scalar::$flat::<{ $limit }>($value.to_bits() as $bits, place)
            }

            #[inline]
            fn store(self, buffer: &mut [u8]) -> Result<usize, EncodeError> {
                let (bytes, len) = self.to_bytes();
                let $($wrap)+ = self;
                scalar::$store(bytes[0], $value.to_bits() as $register, len, buffer)
            }

            #[inline]
            fn from_bytes(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
                let (bits, len) = scalar::$decode::<{ $limit }>(bytes, $int::NAME)?;
                let $value = $int::from_bits(bits as <$int as Zigzag>::Bits);
                Ok(($($wrap)+, len))
            }
        }

        impl VarInt for $type {
            const MAX_LEN: usize = 1 + size_of::<$int>();
        }
    };
}

macro_rules! both_formats {
    ($($int:ident)*, $functions:tt) => {$(
        var_int!($int, $int, wide::LIMIT, value, [value], $functions);
        var_int!(Narrow<$int>, $int, narrow::LIMIT, value, [Narrow(value)], $functions);
    )*};
}

both_formats!(u8 i8, (u8, encode_u8, encode_flat_u8, decode_u8, store_u64, u64));
both_formats!(u16 i16, (u16, encode_u16, encode_flat_u16, decode_u16, store_u64, u64));
both_formats!(u32 i32, (u32, encode_u32, encode_flat_u32, decode_u32, store_u64, u64));
both_formats!(u64 i64, (u64, encode_u64, encode_flat_u64, decode_u64, store_u64, u64));
#[cfg(target_pointer_width = "16")]
both_formats!(usize isize, (u16, encode_u16, encode_flat_u16, decode_u16, store_u64, u64));
#[cfg(target_pointer_width = "32")]
both_formats!(usize isize, (u32, encode_u32, encode_flat_u32, decode_u32, store_u64, u64));
#[cfg(target_pointer_width = "64")]
both_formats!(usize isize, (u64, encode_u64, encode_flat_u64, decode_u64, store_u64, u64));

macro_rules! wide_only {
    ($($int:ident)*) => {$(
        var_int!($int, $int, wide::LIMIT, value, [value],
            (u128, encode_u128, encode_flat_u128, decode_u128, store_u128, u128));
    )*};
}

wide_only!(u128 i128);
