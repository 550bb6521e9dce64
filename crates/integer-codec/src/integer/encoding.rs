//! To bytes and back.
//!
//! The bytes do not say whether they hold a signed value, so whoever writes or reads an `Integer`
//! has to: as an unsigned field, with the bytes of a `u128`, or as a signed one, with those of an
//! `i128`. Either can also be read back as any type that the value fits.

use crate::{DecodeError, EncodeError, VarInt};

use super::{Integer, OutOfRangeError};

impl Integer {
    /// Write the bytes that an unsigned type of this value has, and return their number.
    ///
    /// # Errors
    ///
    /// [`EncodeError::OutOfRange`] if it is negative, [`EncodeError::BufferTooSmall`]. Nothing is
    /// written then.
    ///
    /// ```
    /// use integer_codec::{Integer, VarInt};
    ///
    /// let mut buffer = [0; 17];
    /// assert_eq!(Integer::from(1000).encode_unsigned(&mut buffer), Ok(3));
    /// assert_eq!(u16::decode(&buffer), Ok((1000, 3)));
    /// ```
    pub fn encode_unsigned(self, buffer: &mut [u8]) -> Result<usize, EncodeError> {
        u128::try_from(self).map_err(out_of_range)?.encode(buffer)
    }

    /// Write the bytes that a signed type of this value has, and return their number.
    ///
    /// # Errors
    ///
    /// [`EncodeError::OutOfRange`] if no `i128` has this value, [`EncodeError::BufferTooSmall`].
    /// Nothing is written then.
    ///
    /// ```
    /// use integer_codec::{Integer, VarInt};
    ///
    /// let mut buffer = [0; 17];
    /// assert_eq!(Integer::from(-100).encode_signed(&mut buffer), Ok(1));
    /// assert_eq!(i8::decode(&buffer), Ok((-100, 1)));
    /// ```
    pub fn encode_signed(self, buffer: &mut [u8]) -> Result<usize, EncodeError> {
        i128::try_from(self).map_err(out_of_range)?.encode(buffer)
    }

    /// The first value of `bytes` as an unsigned one, and the number of bytes that it took.
    ///
    /// # Errors
    ///
    /// As [`VarInt::decode`], but never `OutOfRange`.
    pub fn decode_unsigned(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let (value, len) = u128::decode(bytes)?;
        Ok((value.into(), len))
    }

    /// The first value of `bytes` as a signed one, and the number of bytes that it took.
    ///
    /// # Errors
    ///
    /// As [`VarInt::decode`], but never `OutOfRange`.
    ///
    /// ```
    /// use integer_codec::Integer;
    ///
    /// assert_eq!(Integer::decode_unsigned(&[5]), Ok((Integer::from(5), 1)));
    /// assert_eq!(Integer::decode_signed(&[5]), Ok((Integer::from(-3), 1)));
    /// ```
    pub fn decode_signed(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let (value, len) = i128::decode(bytes)?;
        Ok((value.into(), len))
    }
}

fn out_of_range(error: OutOfRangeError) -> EncodeError {
    EncodeError::OutOfRange { target: error.target }
}
