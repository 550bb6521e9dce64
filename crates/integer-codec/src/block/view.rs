//! Single values of a block.

use core::marker::PhantomData;

use super::element::Element;
use super::{CHECKED, FRAME, WIDE_INDEX, frame};
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
        if tag & !(WIDE_INDEX | CHECKED) != E::TAG {
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
            checked: tag & CHECKED != 0,
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
        let frame = k / FRAME;
        let start = self.frame_start(frame)?;
        frame::get(&self.bytes[start..], self.frame_len(frame), k % FRAME)
            .map(Some)
            .map_err(|error| error.at(start))
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

    /// Where frame `i` begins.
    pub(super) fn frame_start(&self, i: usize) -> Result<usize, DecodeError> {
        if i == 0 {
            return Ok(self.frames_start());
        }
        let place = self.index_entry(i);
        let (four, eight) = (self.bytes[place..].first_chunk(), self.bytes[place..].first_chunk());
        let offset = match (self.entry, four, eight) {
            (4, Some(&four), _) => u64::from(u32::from_le_bytes(four)),
            (_, _, Some(&eight)) => u64::from_le_bytes(eight),
            _ => u64::MAX,
        };
        let start =
            usize::try_from(offset).ok().and_then(|offset| offset.checked_add(self.frames_start()));
        match start {
            Some(start) if start < self.bytes.len() => Ok(start),
            _ => Err(DecodeError::Inconsistent {
                offset: place,
                what: "an offset in the index is beyond the end",
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
