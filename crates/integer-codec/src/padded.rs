//! [`Padded`]: forms that are longer than they need to be, and a decoder that takes them.

use crate::varint::Zigzag;
use crate::{DecodeError, EncodeError, Narrow, VarInt, narrow, scalar, wide};

/// An integer that can also be written in more bytes than it needs, and read from them.
///
/// A marker says how many bytes follow, so a value fits every form that is longer than its own: the
/// bytes on top are 0. This is what a length needs that is written before what it measures: room is
/// left for it, and it is *back-patched* once it is known.
///
/// ```
/// use integer_codec::{Padded, VarInt};
///
/// let mut message = vec![0; 5]; // any u32 fits
/// message.extend_from_slice(b"a body of a length that nobody knew");
/// let len = (message.len() - 5) as u32;
/// message[..5].copy_from_slice(&len.encode_padded::<5>()?);
/// assert_eq!(message[..5], [243, 35, 0, 0, 0]);
///
/// let (len, used) = u32::decode_lenient(&message)?;
/// assert_eq!(&message[used..][..len as usize], b"a body of a length that nobody knew");
/// assert!(u32::decode(&message).is_err()); // overlong: 35 takes one byte
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A value then has many encodings. Where bytes are compared, hashed or signed instead of values,
/// use the strict [`VarInt::decode`]. The format [`ordered`](crate::ordered) has one form for each
/// value, so there is nothing to pad: it has no `Padded`.
pub trait Padded: VarInt {
    /// The first value of `bytes`, in whatever form it is, and the number of bytes that it took.
    ///
    /// It costs what [`decode`](VarInt::decode) costs, and gives the same for all that `decode`
    /// accepts.
    ///
    /// # Errors
    ///
    /// In this order: [`DecodeError::UnexpectedEnd`], [`DecodeError::OutOfRange`].
    ///
    /// ```
    /// use integer_codec::Padded;
    ///
    /// assert_eq!(u8::decode_lenient(&[240, 7]), Ok((7, 2)));
    /// // In sixteen bytes, of which all but the first are 0.
    /// let mut longest = [0; 17];
    /// (longest[0], longest[1]) = (255, 7);
    /// assert_eq!(u8::decode_lenient(&longest), Ok((7, 17)));
    /// ```
    fn decode_lenient(bytes: &[u8]) -> Result<(Self, usize), DecodeError>;

    /// The form of exactly `N` bytes: 1 if the value is its own first byte, 2..=17, or 2..=9 in the
    /// [`narrow`] format. The type sets no bound: a `u8` can take 17 bytes.
    ///
    /// # Errors
    ///
    /// [`EncodeError::LengthOutOfRange`] if no form has `N` bytes. [`EncodeError::BufferTooSmall`]
    /// if the value needs more.
    ///
    /// ```
    /// use integer_codec::{EncodeError, Padded};
    ///
    /// assert_eq!(1000u32.encode_padded::<5>(), Ok([243, 232, 3, 0, 0]));
    /// assert_eq!(1000u32.encode_padded::<3>(), Ok([241, 232, 3])); // as strict encoding does
    ///
    /// let error = EncodeError::BufferTooSmall { needed: 3, available: 2 };
    /// assert_eq!(1000u32.encode_padded::<2>(), Err(error));
    ///
    /// let error = EncodeError::LengthOutOfRange { len: 18, longest: 17 };
    /// assert_eq!(1000u32.encode_padded::<18>(), Err(error));
    /// ```
    fn encode_padded<const N: usize>(self) -> Result<[u8; N], EncodeError>;
}

#[inline]
fn encode<const LIMIT: u8, const N: usize>(bits: u128) -> Result<[u8; N], EncodeError> {
    let longest = 1 + (u8::MAX - LIMIT) as usize;
    let mut bytes = [0; N];
    let [first, payload @ ..] = &mut bytes[..] else {
        return Err(EncodeError::LengthOutOfRange { len: N, longest });
    };
    if N > longest {
        return Err(EncodeError::LengthOutOfRange { len: N, longest });
    }
    let needed = 1 + scalar::payload_len::<LIMIT>(bits);
    if needed > N {
        return Err(EncodeError::BufferTooSmall { needed, available: N });
    }
    if payload.is_empty() {
        *first = bits as u8;
    } else {
        *first = LIMIT + payload.len() as u8;
        // The bytes that do not fit are 0.
        for (byte, bits) in payload.iter_mut().zip(bits.to_le_bytes()) {
            *byte = bits;
        }
    }
    Ok(bytes)
}

macro_rules! padded {
    ($type:ty, $int:ident, $limit:expr, $value:ident, [$($wrap:tt)+], $decode:ident) => {
        impl Padded for $type {
            #[inline]
            fn decode_lenient(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
                let (bits, len) = scalar::$decode::<{ $limit }>(bytes, $int::NAME)?;
                let $value = $int::from_bits(bits as <$int as Zigzag>::Bits);
                Ok(($($wrap)+, len))
            }

            #[inline]
            fn encode_padded<const N: usize>(self) -> Result<[u8; N], EncodeError> {
                let $($wrap)+ = self;
                encode::<{ $limit }, N>($value.to_bits() as u128)
            }
        }
    };
}

macro_rules! both_formats {
    ($($int:ident)*, $decode:ident) => {$(
        padded!($int, $int, wide::LIMIT, value, [value], $decode);
        padded!(Narrow<$int>, $int, narrow::LIMIT, value, [Narrow(value)], $decode);
    )*};
}

both_formats!(u8 i8, decode_lenient_u8);
both_formats!(u16 i16, decode_lenient_u16);
both_formats!(u32 i32, decode_lenient_u32);
both_formats!(u64 i64, decode_lenient_u64);
#[cfg(target_pointer_width = "16")]
both_formats!(usize isize, decode_lenient_u16);
#[cfg(target_pointer_width = "32")]
both_formats!(usize isize, decode_lenient_u32);
#[cfg(target_pointer_width = "64")]
both_formats!(usize isize, decode_lenient_u64);
padded!(u128, u128, wide::LIMIT, value, [value], decode_lenient_u128);
padded!(i128, i128, wide::LIMIT, value, [value], decode_lenient_u128);
