//! Where stored data is written.

use alloc::vec::Vec;
use core::fmt;

use crate::check::MAX_DEPTH;
use crate::heap::{MAX_TEXT, inline_word, length_word};
use crate::schema::MAX_LEVELS;
use crate::stored::{MAX_ALIGN, Stored, align_up};
use crate::{NoPadding, Serialise, bytes_of_slice};

/// Why data could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteError {
    /// A text has more than 2^30 - 1 bytes.
    Text {
        /// How many it has.
        bytes: usize,
    },
    /// A list or map has more than 2^32 - 1 elements.
    Count {
        /// How many it has.
        count: usize,
    },
    /// What a pointer points at would be 4 GiB or more away from it.
    Distance {
        /// How far, in bytes.
        distance: usize,
    },
    /// Pointers, or parts within parts, are nested deeper than [`MAX_DEPTH`], or pointers deeper than
    /// [`MAX_LEVELS`], if those around [`Deferred`](crate::heap::Deferred) parts are counted.
    Depth,
    /// There is no memory for so many more bytes.
    OutOfMemory {
        /// How many.
        bytes: usize,
    },
    /// An implementation of [`Serialise`] wrote to a place that it was not given.
    Place {
        /// Where, in bytes.
        at: usize,
    },
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Text { bytes } => {
                write!(f, "a text has {bytes} bytes, and can have {MAX_TEXT}")
            }
            Self::Count { count } => {
                write!(f, "a list has {count} elements, and can have {}", u32::MAX)
            }
            Self::Distance { distance } => write!(
                f,
                "data would lie {distance} bytes behind its pointer, which can reach {}: make a \
                 section of it",
                u32::MAX
            ),
            Self::Depth => write!(
                f,
                "pointers are nested deeper than {MAX_DEPTH}, or than {MAX_LEVELS} with deferred parts"
            ),
            Self::OutOfMemory { bytes } => write!(f, "there is no memory for {bytes} more bytes"),
            Self::Place { at } => write!(
                f,
                "an implementation of `Serialise` wrote to byte {at}, which it was not given"
            ),
        }
    }
}

impl core::error::Error for WriteError {}

/// A block of stored data while it is written.
///
/// A value's own bytes are reserved, zeroed, and then filled; what it points at is appended when its
/// pointer is written. So each value is written once, in its place, and there is no second copy. The
/// order is the one that the [`Checker`](crate::check::Checker) expects.
///
/// Errors are kept: the first one ends all writing, and comes out at the end.
#[derive(Debug, Default)]
pub struct Writer {
    out: Vec<u8>,
    depth: u32,
    /// How many parts are within each other.
    parts: u32,
    /// How deep the part that is written lies in others, counted in pointers.
    above: u32,
    error: Option<WriteError>,
}

impl Writer {
    /// The block of some values, one after another, in the room of a buffer.
    pub(crate) fn block<T: Serialise>(
        values: &[T],
        mut buffer: Vec<u8>,
    ) -> Result<Vec<u8>, WriteError> {
        buffer.clear();
        let mut writer = Self { out: buffer, ..Self::default() };
        T::serialise_slice(values, &mut writer);
        writer.finish()
    }

    /// Ends all writing. The first error counts.
    #[cold]
    pub fn fail(&mut self, error: WriteError) {
        self.error.get_or_insert(error);
    }

    /// Whether there was an error, so that what is written does not matter any more.
    #[must_use]
    pub const fn failed(&self) -> bool {
        self.error.is_some()
    }

    /// Writes bytes to a place that was reserved.
    #[inline]
    pub fn put(&mut self, at: usize, bytes: &[u8]) {
        let place = at.checked_add(bytes.len()).and_then(|end| self.out.get_mut(at..end));
        match place {
            Some(place) => place.copy_from_slice(bytes),
            None => self.fail(WriteError::Place { at }),
        }
    }

    /// Writes a checked value to a place that was reserved.
    #[inline]
    pub fn put_value<T: crate::Checked>(&mut self, at: usize, value: &T) {
        let place = at.checked_add(T::SIZE).and_then(|end| self.out.get_mut(at..end));
        match place {
            Some(place) => value.encode(place),
            None => self.fail(WriteError::Place { at }),
        }
    }

    /// Appends text, and writes the string that points to it at `at`.
    #[inline(always)]
    pub fn put_text(&mut self, at: usize, text: &str) {
        let bytes = text.as_bytes();
        match inline_word(bytes) {
            Some(word) => self.put(at, &word),
            None => self.put_long_text(at, bytes),
        }
    }

    /// Apart, so that the short way saves no registers for it.
    #[inline(never)]
    fn put_long_text(&mut self, at: usize, bytes: &[u8]) {
        if bytes.len() > MAX_TEXT {
            self.fail(WriteError::Text { bytes: bytes.len() });
            return;
        }
        let start = self.append(bytes, 1);
        let [a, b, c, d] = length_word(bytes.len() as u32);
        let [e, f, g, h] = self.distance(at, start).to_ne_bytes();
        self.put(at, &[a, b, c, d, e, f, g, h]);
    }

    /// Appends `count` elements by `write`, and writes the list that points to them at `at`. If they
    /// are leaves, nothing in them is a level deeper: so the checker counts.
    #[inline]
    pub(crate) fn put_list(
        &mut self,
        at: usize,
        count: usize,
        leaves: bool,
        write: impl FnOnce(&mut Self) -> usize,
    ) {
        let Ok(number) = u32::try_from(count) else {
            self.fail(WriteError::Count { count });
            return;
        };
        if number == 0 {
            // Reserved places are zero.
            return;
        }
        let start = if leaves { self.unless_failed(write) } else { self.deeper(write) };
        if let Some(start) = start {
            let [a, b, c, d] = self.distance(at, start).to_ne_bytes();
            let [e, f, g, h] = number.to_ne_bytes();
            self.put(at, &[a, b, c, d, e, f, g, h]);
        }
    }

    /// Appends by `write`, and writes the distance to it at `at`, counted from `from`.
    #[inline]
    pub(crate) fn put_distance(
        &mut self,
        at: usize,
        from: usize,
        leaf: bool,
        write: impl FnOnce(&mut Self) -> usize,
    ) {
        let start = if leaf { self.unless_failed(write) } else { self.deeper(write) };
        if let Some(start) = start {
            let distance = self.distance(from, start);
            self.put(at, &distance.to_ne_bytes());
        }
    }

    /// Appends plain values as they lie in memory. Returns where they begin.
    #[inline]
    pub fn append_values<T: NoPadding>(&mut self, values: &[T]) -> usize {
        self.append(bytes_of_slice(values), T::ALIGN)
    }

    /// Reserves zeroed places for `count` values. Returns where they begin.
    #[inline]
    pub fn reserve<T: Stored>(&mut self, count: usize) -> usize {
        let Some(size) = T::SIZE.checked_mul(count) else {
            self.fail(WriteError::OutOfMemory { bytes: usize::MAX });
            return 0;
        };
        self.reserve_bytes(size, T::ALIGN)
    }

    /// What was written by now.
    pub(crate) fn written(&self) -> &[u8] {
        &self.out
    }

    /// The block, unless there was an error.
    pub(crate) fn finish(self) -> Result<Vec<u8>, WriteError> {
        match self.error {
            None => Ok(self.out),
            Some(error) => Err(error),
        }
    }

    /// Begins a part at a multiple of [`MAX_ALIGN`], runs `write`, and returns where the part begins
    /// and how long it became.
    pub(crate) fn part(&mut self, write: impl FnOnce(&mut Self)) -> (usize, usize) {
        let start = self.reserve_bytes(0, MAX_ALIGN);
        if self.parts == MAX_DEPTH {
            self.fail(WriteError::Depth);
            return (start, 0);
        }
        // A part is checked by itself.
        let (depth, above, parts) = (self.depth, self.above, self.parts);
        (self.depth, self.above, self.parts) = (0, above + depth, parts + 1);
        write(self);
        // Not one less: an implementation of `Serialise` may have put another writer here.
        (self.depth, self.above, self.parts) = (depth, above, parts);
        (start, self.out.len().saturating_sub(start))
    }

    #[inline]
    fn append(&mut self, bytes: &[u8], align: usize) -> usize {
        let Some(start) = self.room(bytes.len(), align) else { return 0 };
        self.out.extend_from_slice(bytes);
        start
    }

    /// Appends zeroes.
    #[inline]
    pub(crate) fn reserve_bytes(&mut self, size: usize, align: usize) -> usize {
        let Some(start) = self.room(size, align) else { return 0 };
        self.out.resize(start + size, 0);
        start
    }

    /// Makes room for `size` bytes at a multiple of `align`, and makes the block end there.
    #[inline]
    fn room(&mut self, size: usize, align: usize) -> Option<usize> {
        let start = align_up(self.out.len(), align);
        let gap = start - self.out.len();
        if self.out.capacity() - self.out.len() < size.saturating_add(gap) {
            self.make_room(size.saturating_add(gap))?;
        }
        if gap > 0 {
            self.out.resize(start, 0);
        }
        Some(start)
    }

    #[cold]
    fn make_room(&mut self, more: usize) -> Option<()> {
        let room = self.out.try_reserve(more);
        if room.is_err() {
            self.fail(WriteError::OutOfMemory { bytes: more });
        }
        room.ok()
    }

    /// Runs `write` one pointer further down, unless there was an error.
    #[inline]
    fn deeper(&mut self, write: impl FnOnce(&mut Self) -> usize) -> Option<usize> {
        // A part is checked by itself, but written by a call within those of the parts around it.
        if self.depth == MAX_DEPTH || self.above + self.depth >= MAX_LEVELS {
            self.fail(WriteError::Depth);
        }
        let depth = self.depth;
        self.depth = depth + 1;
        let start = self.unless_failed(write);
        // Not one less: an implementation of `Serialise` may have put another writer here.
        self.depth = depth;
        start
    }

    #[inline]
    fn unless_failed(&mut self, write: impl FnOnce(&mut Self) -> usize) -> Option<usize> {
        if self.error.is_some() {
            return None;
        }
        let start = write(self);
        self.error.is_none().then_some(start)
    }

    #[inline]
    fn distance(&mut self, from: usize, start: usize) -> u32 {
        let distance = start.wrapping_sub(from);
        u32::try_from(distance).unwrap_or_else(|_| {
            self.fail(WriteError::Distance { distance });
            0
        })
    }
}
