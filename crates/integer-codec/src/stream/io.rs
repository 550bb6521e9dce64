//! Values through `std::io`: from readers, to writers.

use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::{error, fmt};

use super::{Decoder, LONGEST, Lenient, Mode, Strict};
use crate::{DecodeError, Padded, VarInt};

/// Why a value could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The reader failed.
    Io(io::Error),
    /// The bytes are no value, or end inside one.
    Decode(DecodeError),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(_) => f.write_str("the reader failed"),
            Self::Decode(_) => f.write_str("the bytes that were read are no value"),
        }
    }
}

impl error::Error for ReadError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Decode(error) => Some(error),
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<DecodeError> for ReadError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

/// For functions that return [`io::Result`]. The reader's error is given back as it was; an input
/// that ends too early is `UnexpectedEof`, any other that is refused `InvalidData`.
impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => error,
            ReadError::Decode(error @ DecodeError::UnexpectedEnd { .. }) => {
                Self::new(ErrorKind::UnexpectedEof, error)
            }
            ReadError::Decode(error) => Self::new(ErrorKind::InvalidData, error),
        }
    }
}

/// Reading values, for everything that is [`Read`].
///
/// No byte beyond the value is read, so that the next record is left to whoever comes next. That
/// takes two calls of [`read`](Read::read) for a value of more than one byte: where they are system
/// calls, wrap the reader in a [`BufReader`](io::BufReader), and see [`BufReadVarInt`].
///
/// The offset in an error counts from the first byte of the value.
pub trait ReadVarInt: Read {
    /// Read a value.
    ///
    /// A read that is interrupted is tried again.
    ///
    /// # Errors
    ///
    /// Those of the reader and those of [`VarInt::decode`]. The bytes that were read until then are
    /// gone: of a value that is refused, all. A reader that does not block is better served by a
    /// [`Decoder`], which keeps them.
    ///
    /// ```
    /// use integer_codec::stream::ReadVarInt;
    ///
    /// let mut reader = &b"\x05hello"[..];
    /// let length: usize = reader.read_varint()?;
    /// assert_eq!((length, reader), (5, &b"hello"[..]));
    /// # Ok::<(), integer_codec::stream::ReadError>(())
    /// ```
    fn read_varint<T: VarInt>(&mut self) -> Result<T, ReadError> {
        match self.read_varint_or_end()? {
            Some(value) => Ok(value),
            None => Err(DecodeError::UnexpectedEnd { offset: 0, missing: 1 }.into()),
        }
    }

    /// Read a value, or `None` if the input ends before it. An input that ends inside the value is
    /// an error all the same.
    ///
    /// # Errors
    ///
    /// As [`read_varint`](Self::read_varint).
    ///
    /// ```
    /// use integer_codec::stream::ReadVarInt;
    ///
    /// let mut reader = &[7, 241, 232][..];
    /// assert_eq!(reader.read_varint_or_end::<u64>()?, Some(7));
    /// assert!(reader.read_varint_or_end::<u64>().is_err()); // cut
    /// assert_eq!(reader.read_varint_or_end::<u64>()?, None);
    /// # Ok::<(), integer_codec::stream::ReadError>(())
    /// ```
    fn read_varint_or_end<T: VarInt>(&mut self) -> Result<Option<T>, ReadError> {
        read::<T, Strict, Self>(self)
    }

    /// Read a value that may be longer than it needs to be, such as a length that was written after
    /// what it measures.
    ///
    /// # Errors
    ///
    /// As [`read_varint`](Self::read_varint), with those of [`Padded::decode_lenient`].
    ///
    /// ```
    /// use integer_codec::{Padded, stream::ReadVarInt};
    ///
    /// let mut message = 5u32.encode_padded::<5>()?.to_vec();
    /// message.extend_from_slice(b"hello");
    /// let mut reader = &message[..];
    /// assert_eq!(reader.read_varint_lenient::<u32>()?, 5);
    /// assert_eq!(reader, b"hello");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn read_varint_lenient<T: Padded>(&mut self) -> Result<T, ReadError> {
        match read::<T, Lenient, Self>(self)? {
            Some(value) => Ok(value),
            None => Err(DecodeError::UnexpectedEnd { offset: 0, missing: 1 }.into()),
        }
    }
}

impl<R: Read + ?Sized> ReadVarInt for R {}

/// A value, or `None` at the end of the input. No byte beyond it is read.
fn read<T: VarInt, M: Mode<T>, R: Read + ?Sized>(reader: &mut R) -> Result<Option<T>, ReadError> {
    const { assert!(T::MAX_LEN <= LONGEST) };
    let mut bytes = [0; LONGEST];
    let mut len = 0;
    loop {
        // What is there says how much is missing; for no bytes at all, the first one.
        let missing = match M::decode(&bytes[..len]) {
            Ok((value, _)) => return Ok(Some(value)),
            Err(DecodeError::UnexpectedEnd { missing, .. }) if missing <= LONGEST - len => missing,
            Err(error) => return Err(error.into()),
        };
        match reader.read(&mut bytes[len..len + missing]) {
            Ok(0) if len == 0 => return Ok(None),
            Ok(0) => return Err(DecodeError::UnexpectedEnd { offset: len, missing }.into()),
            Ok(read) if read <= missing => len += read,
            Ok(_) => {
                let lie = "the reader claims more bytes than it had room for";
                return Err(io::Error::other(lie).into());
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Reading values out of a reader's own buffer, for everything that is [`BufRead`].
///
/// A value that lies in the buffer is decoded there. No more than the values asked for is
/// consumed, so these can take turns with every other way to read.
pub trait BufReadVarInt: BufRead {
    /// Read a value, or `None` if the input ends before it: the same as
    /// [`read_varint_or_end`](ReadVarInt::read_varint_or_end), and quicker.
    ///
    /// # Errors
    ///
    /// As [`read_varint`](ReadVarInt::read_varint).
    ///
    /// ```
    /// use std::io::{BufReader, Read};
    ///
    /// use integer_codec::stream::BufReadVarInt;
    ///
    /// let mut reader = BufReader::new(&b"\x05hello"[..]);
    /// let length: Option<usize> = reader.next_varint()?;
    /// assert_eq!(length, Some(5));
    ///
    /// let mut text = [0; 5];
    /// reader.read_exact(&mut text)?;
    /// assert_eq!(&text, b"hello");
    /// assert_eq!(reader.next_varint::<usize>()?, None);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn next_varint<T: VarInt>(&mut self) -> Result<Option<T>, ReadError> {
        next::<T, Strict, Self>(self)
    }

    /// Read a value that may be longer than it needs to be, or `None` if the input ends before it.
    ///
    /// # Errors
    ///
    /// As [`read_varint_lenient`](ReadVarInt::read_varint_lenient).
    ///
    /// ```
    /// use integer_codec::stream::BufReadVarInt;
    ///
    /// let mut reader = &[241, 7, 0][..];
    /// assert_eq!(reader.next_varint_lenient::<u32>()?, Some(7));
    /// assert_eq!(reader.next_varint_lenient::<u32>()?, None);
    /// # Ok::<(), integer_codec::stream::ReadError>(())
    /// ```
    #[inline]
    fn next_varint_lenient<T: Padded>(&mut self) -> Result<Option<T>, ReadError> {
        next::<T, Lenient, Self>(self)
    }

    /// All values up to the end of the input.
    ///
    /// ```
    /// use std::io::BufReader;
    ///
    /// use integer_codec::stream::{BufReadVarInt, ReadError};
    ///
    /// let reader = BufReader::with_capacity(2, &[7, 241, 232, 3, 5][..]);
    /// let values = reader.varints::<u64>().collect::<Result<Vec<_>, ReadError>>()?;
    /// assert_eq!(values, [7, 1000, 5]);
    /// # Ok::<(), ReadError>(())
    /// ```
    fn varints<T: VarInt>(self) -> VarInts<Self, T>
    where
        Self: Sized,
    {
        VarInts { reader: self, decoder: Decoder::new(), ended: false }
    }
}

impl<R: BufRead + ?Sized> BufReadVarInt for R {}

/// A value, or `None` at the end of the input, out of the reader's buffer if all of it is there.
#[inline]
fn next<T: VarInt, M: Mode<T>, R: BufRead + ?Sized>(
    reader: &mut R,
) -> Result<Option<T>, ReadError> {
    loop {
        match reader.fill_buf() {
            Ok([]) => return Ok(None),
            Ok(buffer) => {
                let Ok((value, used)) = M::decode(buffer) else { break };
                reader.consume(used);
                return Ok(Some(value));
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    // Cut at the end of the buffer, or refused; read it so that as many bytes are consumed wherever
    // the buffer ends.
    read::<T, M, R>(reader)
}

/// The iterator that [`BufReadVarInt::varints`] returns.
///
/// The offset in an error counts from the first byte that the iterator read. The end of the input
/// and a value that is refused end it. A reader's error does not: the bytes of a value that has
/// begun are kept, and after `WouldBlock`, say, the next call goes on where this one stopped.
#[derive(Debug)]
#[must_use = "an iterator reads nothing until it is asked for a value"]
pub struct VarInts<R, T> {
    reader: R,
    decoder: Decoder<T>,
    ended: bool,
}

impl<R, T> VarInts<R, T> {
    /// Where the next value starts, or has begun, or the refused one: a number of bytes from the
    /// first that the iterator read.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.decoder.offset()
    }

    /// The bytes of a value that has begun: they are no more in the reader.
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        self.decoder.pending()
    }

    /// The reader.
    #[must_use]
    pub const fn get_ref(&self) -> &R {
        &self.reader
    }

    /// The reader, after the last value that was given out and the [`pending`](Self::pending)
    /// bytes, of which there are none after a value.
    ///
    /// ```
    /// use std::io::Read;
    ///
    /// use integer_codec::stream::BufReadVarInt;
    ///
    /// let mut values = (&b"\x05hello"[..]).varints::<u8>();
    /// assert_eq!(values.next().transpose()?, Some(5));
    /// let mut text = String::new();
    /// values.into_inner().read_to_string(&mut text)?;
    /// assert_eq!(text, "hello");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn into_inner(self) -> R {
        self.reader
    }
}

impl<R: BufRead, T: VarInt> VarInts<R, T> {
    /// The next value, or `None` at a clean end.
    #[inline]
    fn read(&mut self) -> Result<Option<T>, ReadError> {
        loop {
            let buffer = match self.reader.fill_buf() {
                Ok([]) => {
                    self.ended = true;
                    self.decoder.end()?;
                    return Ok(None);
                }
                Ok(buffer) => buffer,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            let mut rest = buffer;
            let item = self.decoder.decode(&mut rest).next();
            let used = buffer.len() - rest.len();
            self.reader.consume(used);
            if let Some(item) = item {
                self.ended = item.is_err();
                return Ok(Some(item?));
            }
        }
    }
}

impl<R: BufRead, T: VarInt> Iterator for VarInts<R, T> {
    type Item = Result<T, ReadError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        self.read().transpose()
    }
}

impl<R: BufRead, T: VarInt> core::iter::FusedIterator for VarInts<R, T> {}

/// Writing values, for everything that is [`Write`].
pub trait WriteVarInt: Write {
    /// Write a value, and return the length of its encoding.
    ///
    /// Each value is a call of [`write_all`](Write::write_all): where that is a system call, wrap
    /// the writer in a [`BufWriter`](io::BufWriter). To a `Vec`, [`VarInt::encode_to`] is quicker.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    ///
    /// ```
    /// use integer_codec::stream::WriteVarInt;
    ///
    /// let mut file = Vec::new();
    /// assert_eq!(file.write_varint(1000u16)?, 3);
    /// assert_eq!(file.write_varint(-3i32)?, 1);
    /// assert_eq!(file, [241, 232, 3, 5]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_varint<T: VarInt>(&mut self, value: T) -> io::Result<usize> {
        const { assert!(T::MAX_LEN <= LONGEST) };
        let mut buffer = [0; LONGEST];
        let len = value.encode(&mut buffer).map_err(io::Error::other)?;
        self.write_all(&buffer[..len])?;
        Ok(len)
    }
}

impl<W: Write + ?Sized> WriteVarInt for W {}
