//! Values in the buffers of the crate `bytes`.

use bytes::{Buf, BufMut};

use super::{LONGEST, Lenient, Mode, Strict};
use crate::{DecodeError, EncodeError, Padded, VarInt};

/// Taking values from everything that is [`Buf`].
pub trait BufVarInt: Buf {
    /// Take a value from the front.
    ///
    /// A value that lies in one [`chunk`](Buf::chunk) is decoded there. The chunks may be cut
    /// anywhere: the result is the same.
    ///
    /// # Errors
    ///
    /// Those of [`VarInt::decode`]; the offset counts from the front. After
    /// [`DecodeError::UnexpectedEnd`] nothing was taken: try again when there are more bytes. Of a
    /// value that is refused, all bytes were taken, wherever the chunks are cut: a `Buf` cannot go
    /// back, nor show what is beyond its first chunk.
    ///
    /// For that reason there is an exception, where the input ends inside an
    /// [`Ordered`](crate::Ordered) value. It may be the second or third byte that says how long it
    /// is, or that it is refused. If that byte is beyond the first chunk, the error is
    /// `UnexpectedEnd`, `missing` may be less than the value needs, and what is there of the value
    /// may be taken.
    ///
    /// ```
    /// use integer_codec::{DecodeError, stream::BufVarInt};
    ///
    /// let mut buf = &[7, 241, 232][..];
    /// assert_eq!(buf.try_get_varint::<u64>(), Ok(7));
    ///
    /// let error = DecodeError::UnexpectedEnd { offset: 2, missing: 1 };
    /// assert_eq!(buf.try_get_varint::<u64>(), Err(error));
    /// assert_eq!(buf, [241, 232]);
    /// ```
    #[inline]
    fn try_get_varint<T: VarInt>(&mut self) -> Result<T, DecodeError> {
        get::<T, Strict, Self>(self)
    }

    /// Take a value from the front that may be longer than it needs to be.
    ///
    /// # Errors
    ///
    /// As [`try_get_varint`](Self::try_get_varint), with those of [`Padded::decode_lenient`].
    ///
    /// ```
    /// use integer_codec::stream::BufVarInt;
    ///
    /// let mut buf = &[241, 7, 0][..];
    /// assert_eq!(buf.try_get_varint_lenient::<u32>(), Ok(7));
    /// ```
    #[inline]
    fn try_get_varint_lenient<T: Padded>(&mut self) -> Result<T, DecodeError> {
        get::<T, Lenient, Self>(self)
    }
}

impl<B: Buf + ?Sized> BufVarInt for B {}

/// The value at the front.
#[inline]
fn get<T: VarInt, M: Mode<T>, B: Buf + ?Sized>(buf: &mut B) -> Result<T, DecodeError> {
    if let Ok((value, used)) = M::decode(buf.chunk()) {
        buf.advance(used);
        return Ok(value);
    }
    take::<T, M, B>(buf)
}

/// The value at the front, wherever the chunks are cut.
#[cold]
fn take<T: VarInt, M: Mode<T>, B: Buf + ?Sized>(buf: &mut B) -> Result<T, DecodeError> {
    const { assert!(T::MAX_LEN <= LONGEST) };
    let remaining = buf.remaining();
    let mut bytes = [0; LONGEST];
    // What is in the first chunk is seen without being taken. As a rule it says how long the value
    // is, and so whether it is cut.
    let chunk = buf.chunk();
    let mut seen = chunk.len().min(LONGEST);
    bytes[..seen].copy_from_slice(&chunk[..seen]);
    if let Err(DecodeError::UnexpectedEnd { missing, .. }) = M::decode(&bytes[..seen])
        && seen + missing > remaining
    {
        let missing = seen + missing - remaining;
        return Err(DecodeError::UnexpectedEnd { offset: remaining, missing });
    }

    // From here on, as many bytes as the value asks for, so that the chunks make no difference.
    let (mut len, mut taken) = (0, 0);
    loop {
        let result = M::decode(&bytes[..len]);
        if let Err(DecodeError::UnexpectedEnd { missing, .. }) = result {
            let needed = (len + missing).min(remaining).min(LONGEST);
            if needed > seen {
                buf.advance(seen - taken);
                buf.copy_to_slice(&mut bytes[seen..needed]);
                (seen, taken) = (needed, needed);
            }
            if needed > len {
                len = needed;
                continue;
            }
        }
        buf.advance(len - taken);
        return result.map(|(value, _)| value);
    }
}

/// Appending values to everything that is [`BufMut`].
pub trait BufMutVarInt: BufMut {
    /// Append a value, and return the length of its encoding.
    ///
    /// # Panics
    ///
    /// If there is no room, as all `put_` methods of [`BufMut`] do.
    ///
    /// ```
    /// use integer_codec::stream::BufMutVarInt;
    ///
    /// let mut buf = Vec::new();
    /// assert_eq!(buf.put_varint(1000u16), 3);
    /// assert_eq!(buf, [241, 232, 3]);
    /// ```
    #[inline]
    fn put_varint<T: VarInt>(&mut self, value: T) -> usize {
        match self.try_put_varint(value) {
            Ok(len) => len,
            Err(error) => panic!("{error}"),
        }
    }

    /// Append a value, and return the length of its encoding.
    ///
    /// # Errors
    ///
    /// [`EncodeError::BufferTooSmall`], and then nothing was appended.
    ///
    /// ```
    /// use integer_codec::{EncodeError, stream::BufMutVarInt};
    ///
    /// let mut room = [0; 4];
    /// let mut buf = &mut room[..];
    /// assert_eq!(buf.try_put_varint(1000u16), Ok(3));
    /// let error = EncodeError::BufferTooSmall { needed: 3, available: 1 };
    /// assert_eq!(buf.try_put_varint(1000u16), Err(error));
    /// assert_eq!(room, [241, 232, 3, 0]);
    /// ```
    #[inline]
    fn try_put_varint<T: VarInt>(&mut self, value: T) -> Result<usize, EncodeError> {
        const { assert!(T::MAX_LEN <= LONGEST) };
        let mut buffer = [0; LONGEST];
        let len = value.encode(&mut buffer)?;
        let available = self.remaining_mut();
        if available < len {
            return Err(EncodeError::BufferTooSmall { needed: len, available });
        }
        self.put_slice(&buffer[..len]);
        Ok(len)
    }
}

impl<B: BufMut + ?Sized> BufMutVarInt for B {}
