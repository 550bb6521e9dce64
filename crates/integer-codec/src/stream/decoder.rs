//! The values of a stream that comes in chunks, cut anywhere.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;

use super::{LONGEST, Lenient, Mode, Strict};
use crate::{DecodeError, Padded, VarInt};

/// Decodes a stream of values from its chunks, wherever those are cut.
///
/// It reads nothing itself: it is handed the bytes as they come, from a socket that does not
/// block, a queue, an interrupt. The bytes of a value that a chunk has only begun are kept, at most
/// 19; all others are decoded where they lie.
///
/// ```
/// use integer_codec::stream::Decoder;
///
/// let mut decoder = Decoder::<u64>::new();
/// let mut values = Vec::new();
/// for mut chunk in [&[7, 241][..], &[232], &[3, 5]] {
///     for value in decoder.decode(&mut chunk) {
///         values.push(value?);
///     }
/// }
/// decoder.finish()?; // no value is cut
/// assert_eq!(values, [7, 1000, 5]);
/// # Ok::<(), integer_codec::DecodeError>(())
/// ```
///
/// # Errors
///
/// They are those of [`VarInt::decode`] on the whole stream, whatever the chunks: the offset in
/// them counts from its first byte. (A stream can be longer than a `usize` counts on targets of 32
/// bits; there the offset in an error stops at `usize::MAX`, while [`offset`](Self::offset) goes
/// on.)
///
/// After an error the decoder stays as it is, for what follows a refused value cannot be known.
/// It answers each later call with the same error, and takes no more bytes.
///
/// ```
/// use integer_codec::{DecodeError, stream::Decoder};
///
/// let mut decoder = Decoder::<u64>::new();
/// assert_eq!(decoder.decode(&mut &[7, 241, 232][..]).count(), 1);
///
/// let error = DecodeError::Overlong { offset: 3, len: 3, shortest: 1 };
/// let mut chunk = &[0, 5][..]; // 232 takes one byte
/// assert_eq!(decoder.decode(&mut chunk).next(), Some(Err(error)));
/// assert_eq!((decoder.pending(), chunk), (&[241, 232][..], &[0, 5][..]));
/// assert_eq!(decoder.finish(), Err(error));
/// ```
#[derive(Clone)]
pub struct Decoder<T, M = Strict> {
    /// The bytes of a value that has begun: the first `len` of these. They are no value yet.
    pending: [u8; LONGEST],
    len: usize,
    /// The length of the values decoded so far.
    offset: u64,
    failed: Option<DecodeError>,
    of: PhantomData<fn() -> (T, M)>,
}

impl<T: VarInt> Decoder<T> {
    /// A decoder at the start of a stream.
    #[must_use]
    #[inline]
    pub const fn new() -> Self {
        Self::start()
    }
}

impl<T: Padded> Decoder<T> {
    /// A decoder at the start of a stream whose values may be longer than they need to be.
    ///
    /// ```
    /// use integer_codec::stream::Decoder;
    ///
    /// let mut decoder = Decoder::<u32>::lenient();
    /// assert_eq!(decoder.decode(&mut &[241, 7][..]).next(), None);
    /// assert_eq!(decoder.decode(&mut &[0][..]).next(), Some(Ok(7)));
    /// ```
    #[must_use]
    #[inline]
    pub const fn lenient() -> Decoder<T, Lenient> {
        Decoder::start()
    }
}

impl<T: VarInt, M: Mode<T>> Decoder<T, M> {
    #[inline]
    const fn start() -> Self {
        const { assert!(T::MAX_LEN <= LONGEST) };
        Self { pending: [0; LONGEST], len: 0, offset: 0, failed: None, of: PhantomData }
    }

    /// The values that are complete with the bytes of `chunk`, which comes next in the stream.
    ///
    /// `chunk` moves on past each byte that is taken. It is empty when the iterator has ended
    /// without an error. If the iterator is dropped before that, the bytes of the values that it
    /// was not asked for are still in `chunk`, to be given again or used otherwise.
    ///
    /// ```
    /// use integer_codec::stream::Decoder;
    ///
    /// // A length, then text.
    /// let mut decoder = Decoder::<usize>::new();
    /// let mut chunk = &b"\x05hello"[..];
    /// assert_eq!(decoder.decode(&mut chunk).next(), Some(Ok(5)));
    /// assert_eq!(chunk, b"hello");
    /// ```
    #[inline]
    pub fn decode<'d, 'c>(&'d mut self, chunk: &'d mut &'c [u8]) -> ChunkValues<'d, 'c, T, M> {
        let rest = if self.len == 0 && self.failed.is_none() { *chunk } else { &[] };
        ChunkValues { decoder: self, chunk, rest, failed: false }
    }

    /// The end of the stream.
    ///
    /// # Errors
    ///
    /// [`DecodeError::UnexpectedEnd`] if a value has begun and is not complete, or the error that
    /// the decoder has met before.
    ///
    /// ```
    /// use integer_codec::{DecodeError, stream::Decoder};
    ///
    /// let mut decoder = Decoder::<u64>::new();
    /// assert_eq!(decoder.decode(&mut &[7, 241, 232][..]).count(), 1);
    /// let error = DecodeError::UnexpectedEnd { offset: 3, missing: 1 };
    /// assert_eq!(decoder.finish(), Err(error));
    /// ```
    pub fn finish(self) -> Result<(), DecodeError> {
        self.end()
    }

    /// What [`finish`](Self::finish) answers.
    pub(super) fn end(&self) -> Result<(), DecodeError> {
        match self.failed {
            Some(error) => Err(error),
            None if self.len == 0 => Ok(()),
            None => match M::decode(self.pending()) {
                Ok(_) => Ok(()),
                Err(error) => Err(self.in_stream(error)),
            },
        }
    }

    /// One step, whatever the state. What is left of the chunk comes with the answer.
    #[inline(never)]
    fn step<'c>(&mut self, chunk: &'c [u8]) -> (Option<Result<T, DecodeError>>, &'c [u8]) {
        if let Some(error) = self.failed {
            return (Some(Err(error)), chunk);
        }
        let begun = self.len;
        let mut bytes = self.pending;
        let taken = chunk.len().min(LONGEST - begun);
        let len = begun + taken;
        bytes[begun..len].copy_from_slice(&chunk[..taken]);
        match M::decode(&bytes[..len]) {
            Ok((value, used)) => {
                self.len = 0;
                self.offset += used as u64;
                // The pending bytes alone were no value, so it ends in the chunk.
                (Some(Ok(value)), &chunk[used - begun..])
            }
            Err(DecodeError::UnexpectedEnd { .. }) if taken == chunk.len() => {
                (self.pending, self.len) = (bytes, len);
                (None, &[])
            }
            Err(error) => {
                let error = self.in_stream(error);
                self.failed = Some(error);
                (Some(Err(error)), chunk)
            }
        }
    }

    /// An error about the value that comes next, with its place in the stream.
    fn in_stream(&self, error: DecodeError) -> DecodeError {
        error.at(usize::try_from(self.offset).unwrap_or(usize::MAX))
    }
}

impl<T, M> Decoder<T, M> {
    /// Where the next value starts, or has begun, or the refused one: a number of bytes from the
    /// start of the stream.
    ///
    /// ```
    /// use integer_codec::stream::Decoder;
    ///
    /// let mut decoder = Decoder::<u64>::new();
    /// assert_eq!(decoder.decode(&mut &[7, 8, 241, 232][..]).count(), 2);
    /// assert_eq!((decoder.offset(), decoder.pending()), (2, &[241, 232][..]));
    /// ```
    #[must_use]
    #[inline]
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes of the value that has begun, taken from chunks before. After an error, the refused
    /// value starts with these, and goes on with what is left of the chunk.
    #[must_use]
    #[inline]
    pub fn pending(&self) -> &[u8] {
        &self.pending[..self.len]
    }
}

impl<T: VarInt, M: Mode<T>> Default for Decoder<T, M> {
    fn default() -> Self {
        Self::start()
    }
}

impl<T, M> fmt::Debug for Decoder<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("offset", &self.offset)
            .field("pending", &self.pending())
            .field("failed", &self.failed)
            .finish()
    }
}

/// The iterator that [`Decoder::decode`] returns.
///
/// An error is the last item.
#[must_use = "an iterator decodes nothing until it is asked for a value"]
pub struct ChunkValues<'d, 'c, T, M = Strict> {
    decoder: &'d mut Decoder<T, M>,
    /// From the first byte on that is not taken.
    chunk: &'d mut &'c [u8],
    /// The same where a value starts with it; empty where one has begun before, or failed. So the
    /// quick path has no state to look at.
    rest: &'c [u8],
    /// The error was given out.
    failed: bool,
}

impl<T: VarInt, M: Mode<T>> Iterator for ChunkValues<'_, '_, T, M> {
    type Item = Result<T, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Ok((value, used)) = M::decode(self.rest) {
            self.rest = &self.rest[used..];
            *self.chunk = self.rest;
            self.decoder.offset += used as u64;
            return Some(Ok(value));
        }
        if self.failed {
            return None;
        }
        let (item, rest) = self.decoder.step(self.chunk);
        *self.chunk = rest;
        self.failed = matches!(item, Some(Err(_)));
        self.rest = if self.failed { &[] } else { rest };
        item
    }

    /// At most one item a byte. The last may be an error from before, which takes none.
    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let most = self.chunk.len().max(1);
        (0, Some(if self.failed { 0 } else { most }))
    }
}

impl<T: VarInt, M: Mode<T>> FusedIterator for ChunkValues<'_, '_, T, M> {}

impl<T, M> fmt::Debug for ChunkValues<'_, '_, T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkValues")
            .field("decoder", &self.decoder)
            .field("chunk", &self.chunk)
            .field("failed", &self.failed)
            .finish()
    }
}
