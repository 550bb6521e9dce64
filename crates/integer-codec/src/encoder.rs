//! [`Encoder`]: one value after the other into a slice.

use crate::{EncodeError, VarInt};

/// Values that [`Encoder::push_all`] looks at together.
const CHUNK: usize = 32;

/// Writes values one after the other into a slice, faster than [`VarInt::encode`] can.
///
/// The part of the slice behind the last value is the encoder's to write to: while there is room
/// for the longest encoding of the type, a whole register is stored, whatever the length of the
/// value, and bytes of that part may become 0. Only near the end is each byte counted.
///
/// ```
/// use integer_codec::{Encoder, Narrow};
///
/// let mut buffer = [0; 64];
/// let mut encoder = Encoder::new(&mut buffer);
/// encoder.push(1000u64)?;
/// encoder.push(-3i8)?;
/// encoder.push(Narrow(247u8))?;
/// assert_eq!(encoder.finish(), [241, 232, 3, 5, 247]);
/// # Ok::<(), integer_codec::EncodeError>(())
/// ```
///
/// # Invariant
///
/// 1. `len` is at most the length of `buffer`.
#[derive(Debug)]
pub struct Encoder<'a> {
    buffer: &'a mut [u8],
    len: usize,
}

impl<'a> Encoder<'a> {
    /// An encoder that writes from the start of the buffer.
    #[must_use]
    #[inline]
    pub const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    /// Append the encoding of the value and return its length.
    ///
    /// # Errors
    ///
    /// [`EncodeError::BufferTooSmall`], with the room that is left as `available`. Nothing was
    /// appended, and a shorter value may still fit.
    ///
    /// ```
    /// use integer_codec::{EncodeError, Encoder};
    ///
    /// let mut buffer = [0; 4];
    /// let mut encoder = Encoder::new(&mut buffer);
    /// assert_eq!(encoder.push(1000), Ok(3));
    /// assert_eq!(encoder.push(500), Err(EncodeError::BufferTooSmall { needed: 3, available: 1 }));
    /// assert_eq!(encoder.push(5), Ok(1));
    /// ```
    #[inline]
    pub fn push<T: VarInt>(&mut self, value: T) -> Result<usize, EncodeError> {
        let available = self.remaining();
        let Some(room) = self.buffer.get_mut(self.len..) else {
            // Not reached, by invariant 1.
            return Err(EncodeError::BufferTooSmall { needed: value.encoded_len(), available });
        };
        let len = if let (Some(byte), Some(first)) = (value.to_byte(), room.first_mut()) {
            *first = byte;
            1
        } else if let Some(room) = room.get_mut(..size_of::<T::Bytes>()) {
            let (bytes, len) = value.to_bytes();
            // An array's length is known to the compiler: no loop and no call.
            room.copy_from_slice(bytes.as_ref());
            len
        } else if let Some(len) = push_near_end(value, room) {
            len
        } else {
            return Err(EncodeError::BufferTooSmall { needed: value.encoded_len(), available });
        };
        self.len += len;
        Ok(len)
    }

    /// Append the encodings of the values and return their length: faster than one
    /// [`push`](Self::push) for each where the lengths are hard to guess.
    ///
    /// Where all of a few values have one byte, they are copied; where not, each is encoded without
    /// a branch, so that no length that comes as a surprise stops the processor.
    ///
    /// # Errors
    ///
    /// [`EncodeError::BufferTooSmall`] if they do not all fit, about the first that does not. Then
    /// none of them was appended.
    ///
    /// ```
    /// use integer_codec::Encoder;
    ///
    /// let mut buffer = [0; 64];
    /// let mut encoder = Encoder::new(&mut buffer);
    /// assert_eq!(encoder.push_all(&[7u32, 1000, 239]), Ok(5));
    /// assert_eq!(encoder.written(), [7, 241, 232, 3, 239]);
    /// ```
    pub fn push_all<T: VarInt>(&mut self, values: &[T]) -> Result<usize, EncodeError> {
        let start = self.len;
        for chunk in values.chunks(CHUNK) {
            if let Err(error) = self.push_chunk(chunk) {
                self.len = start;
                return Err(error);
            }
        }
        Ok(self.len - start)
    }

    #[inline(always)]
    fn push_chunk<T: VarInt>(&mut self, chunk: &[T]) -> Result<(), EncodeError> {
        let size = size_of::<T::Bytes>();
        let Some(room) = self.buffer.get_mut(self.len..).filter(|it| it.len() >= CHUNK * size)
        else {
            return chunk.iter().try_for_each(|&value| self.push(value).map(drop));
        };
        // Loops without an exit look at several values at once.
        if chunk.iter().fold(0, |bits, value| bits | value.bits()) <= 0xff
            && chunk.iter().fold(true, |all, value| all & value.to_byte().is_some())
        {
            for (place, value) in room.iter_mut().zip(chunk) {
                *place = value.to_byte().unwrap_or_default();
            }
            self.len += chunk.len();
            return Ok(());
        }
        let mut used = 0;
        for value in chunk {
            used += value.write_flat(&mut room[used..]);
        }
        self.len += used;
        Ok(())
    }

    /// The bytes of the values so far.
    #[must_use]
    #[inline]
    pub fn written(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }

    /// How many bytes were written.
    #[must_use]
    #[inline]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing was written yet.
    #[must_use]
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many bytes can still be written.
    #[must_use]
    #[inline]
    pub const fn remaining(&self) -> usize {
        self.buffer.len() - self.len
    }

    /// The bytes of the values, for as long as the buffer lives. They can be changed, as when a
    /// length is patched into them.
    #[must_use]
    #[inline]
    pub fn finish(self) -> &'a mut [u8] {
        self.buffer.get_mut(..self.len).unwrap_or_default()
    }
}

/// Without a byte to spare; `None` if the value does not fit.
#[cold]
#[inline(never)]
fn push_near_end<T: VarInt>(value: T, room: &mut [u8]) -> Option<usize> {
    value.encode(room).ok()
}
