//! Single values of a block.

use core::marker::PhantomData;

use super::element::Element;
use super::{CHECKED, CHECKSUM, FRAME, WIDE_INDEX, frame};
use crate::{DecodeError, wide};

/// A block whose values can be read one by one.
#[derive(Clone, Copy, Debug)]
pub struct View<'a, E> {
    bytes: &'a [u8],
    len: usize,
    index: usize,
    entry: usize,
    checked: bool,
    element: PhantomData<E>,
}

impl<'a, E: Element> View<'a, E> {
    /// Look at the head of the block at the start of `bytes`.
    ///
    /// # Errors
    ///
    /// If the head is cut, is that of another type, or counts more values than the rest of `bytes`
    /// could hold.
    pub fn new(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let Some(&tag) = bytes.first() else {
            return Err(DecodeError::UnexpectedEnd { offset: 0, missing: 1 });
        };
        let flags = tag ^ E::TAG;
        if flags & !(WIDE_INDEX | CHECKED) != 0 || ![0, CHECKED].contains(&(flags & CHECKED)) {
            return Err(DecodeError::WrongTag { offset: 0, found: tag, expected: E::TAG });
        }
        let (count, used) = wide::decode_u64(&bytes[1..]).map_err(|error| error.at(1))?;
        let entry = if tag & WIDE_INDEX == 0 { 4 } else { 8 };
        let index = 1 + used;
        // Each frame has a byte of its own, and all but the first an entry of the index.
        let frames = count.div_ceil(FRAME as u64);
        let least = frames.saturating_mul(1 + entry).saturating_sub(entry);
        let rest = (bytes.len() - index) as u64;
        if least > rest {
            let missing = usize::try_from(least - rest).unwrap_or(usize::MAX);
            return Err(DecodeError::UnexpectedEnd { offset: bytes.len(), missing });
        }
        let Ok(len) = usize::try_from(count) else {
            return Err(DecodeError::OutOfRange { offset: 1, target: "usize" });
        };
        Ok(Self {
            bytes,
            len,
            index,
            entry: entry as usize,
            checked: flags & CHECKED != 0,
            element: PhantomData,
        })
    }

    /// The number of values.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value at `k`, from 0, or `None` if there are not as many.
    ///
    /// # Errors
    ///
    /// If what is looked at is damaged. The rest, and the checksum, are not looked at.
    pub fn get(&self, k: usize) -> Result<Option<E>, DecodeError> {
        if k >= self.len {
            return Ok(None);
        }
        let i = k / FRAME;
        let (bytes, start) = self.frame(i)?;
        match frame::get(bytes, self.frame_len(i), k % FRAME) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(error.at(start)),
        }
    }

    /// Where the block ends: its length, and the offset of what comes after it. The last frame is
    /// looked at as far as that needs; no value is decoded, and no checksum checked.
    ///
    /// # Errors
    ///
    /// If what is looked at is cut or damaged.
    ///
    /// ```
    /// use integer_codec::block::{self, View};
    ///
    /// let mut bytes = Vec::new();
    /// block::encode_u32(&[1, 2, 3], &mut bytes);
    /// let second = bytes.len();
    /// block::encode_u64(&[4, 5], &mut bytes);
    ///
    /// assert_eq!(View::<u32>::new(&bytes)?.end()?, second);
    /// assert_eq!(block::get_u64(&bytes[second..], 1)?, Some(5));
    /// # Ok::<(), integer_codec::DecodeError>(())
    /// ```
    pub fn end(&self) -> Result<usize, DecodeError> {
        let mut end = self.frames_start();
        if let Some(last) = self.frame_count().checked_sub(1) {
            let (bytes, start) = self.frame(last)?;
            let len = frame::len::<E>(bytes, self.frame_len(last));
            end = start + len.map_err(|error| error.at(start))?;
        }
        end += if self.checked { CHECKSUM } else { 0 };
        if end > self.bytes.len() {
            let missing = end - self.bytes.len();
            return Err(DecodeError::UnexpectedEnd { offset: self.bytes.len(), missing });
        }
        Ok(end)
    }

    /// Whether there is a checksum at the end.
    #[must_use]
    pub const fn is_checked(&self) -> bool {
        self.checked
    }

    pub(super) const fn frame_count(&self) -> usize {
        self.len.div_ceil(FRAME)
    }

    /// Where the frames begin.
    pub(super) const fn frames_start(&self) -> usize {
        self.index + self.entry * self.frame_count().saturating_sub(1)
    }

    /// Values in the frame `i`.
    pub(super) fn frame_len(&self, i: usize) -> usize {
        (self.len - i * FRAME).min(FRAME)
    }

    /// Where the index says of frame `i`, not the first one.
    pub(super) const fn index_entry(&self, i: usize) -> usize {
        self.index + self.entry * i.saturating_sub(1)
    }

    /// Where frame `i` begins, as the index says; `None` if that is no place in memory at all.
    pub(super) fn frame_start(&self, i: usize) -> Option<usize> {
        if i == 0 {
            return Some(self.frames_start());
        }
        let entry = &self.bytes[self.index_entry(i)..];
        let offset = match (self.entry, entry.first_chunk(), entry.first_chunk()) {
            (4, Some(&four), _) => u64::from(u32::from_le_bytes(four)),
            (_, _, Some(&eight)) => u64::from_le_bytes(eight),
            _ => return None,
        };
        usize::try_from(offset).ok()?.checked_add(self.frames_start())
    }

    /// Frame `i` and all that comes after it, and where it begins.
    fn frame(&self, i: usize) -> Result<(&'a [u8], usize), DecodeError> {
        let Some(start) = self.frame_start(i) else {
            return Err(DecodeError::Inconsistent {
                offset: self.index_entry(i),
                what: "an offset in the index is beyond all memory",
            });
        };
        match self.bytes.get(start..) {
            Some(frame) => Ok((frame, start)),
            None => Err(DecodeError::UnexpectedEnd {
                offset: self.bytes.len(),
                missing: start - self.bytes.len() + 1,
            }),
        }
    }
}

macro_rules! functions {
    ($($int:ident $get:ident,)*) => {$(
        #[doc = concat!("The value at `k` of a block of `", stringify!($int), "`: [`View::get`].")]
        ///
        /// # Errors
        ///
        /// As [`View::new`] and [`View::get`].
        pub fn $get(bytes: &[u8], k: usize) -> Result<Option<$int>, DecodeError> {
            View::new(bytes)?.get(k)
        }
    )*};
}

functions!(u32 get_u32, u64 get_u64, i64 get_i64,);
