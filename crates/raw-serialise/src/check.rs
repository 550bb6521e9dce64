//! The one who looks at bytes before they are taken for a value.

use core::fmt;
use core::ptr::NonNull;

use crate::heap::ListRef;
use crate::stored::{Stored, align_up};

/// How deep pointers may be nested: so many calls of `check` can be on the stack for each type.
pub const MAX_DEPTH: u32 = 128;

/// What is wrong with bytes that are no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Where, in bytes from the beginning of what was checked.
    pub at: usize,
    /// In which field: the name of its struct or enum, and its own.
    pub field: Option<(&'static str, &'static str)>,
    /// What.
    pub reason: Reason,
}

/// Why bytes are no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A `bool` that is neither 0 nor 1.
    Bool(u8),
    /// A number that is no Unicode scalar value.
    Char(u32),
    /// A zero where none may be.
    Zero,
    /// A number that is the tag of no variant.
    Tag(i128),
    /// A byte between fields, or behind a short variant, that is not zero.
    Gap(u8),
    /// Text that is not UTF-8 from this byte of it on.
    Utf8(usize),
    /// Text whose length and form do not go together.
    Text,
    /// Something must lie right behind what lies before it, and lies elsewhere.
    Place {
        /// Where it must begin.
        expected: usize,
        /// Where it would begin.
        found: usize,
    },
    /// Something would reach beyond the end.
    End {
        /// How many bytes there are.
        expected: usize,
        /// Where it would end.
        found: u64,
    },
    /// Something that is empty points somewhere.
    Empty(u32),
    /// Keys that do not rise.
    Order {
        /// Which entry's key is not above the one before it.
        entry: usize,
    },
    /// There are more or fewer values than there must be.
    Count {
        /// How many there must be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// Pointers are nested deeper than [`MAX_DEPTH`].
    Depth,
    /// Bytes at the end belong to nothing.
    Rest(usize),
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}", self.at)?;
        if let Some((owner, field)) = self.field {
            write!(f, ", field `{field}` of `{owner}`")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl core::error::Error for Invalid {}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Bool(found) => write!(f, "expected a bool, 0 or 1, and found {found}"),
            Self::Char(found) => {
                write!(f, "expected a Unicode scalar value and found {found:#x}")
            }
            Self::Zero => f.write_str("expected a number that is not zero and found 0"),
            Self::Tag(found) => write!(f, "no variant has the tag {found}"),
            Self::Gap(found) => {
                write!(f, "expected a zero between values and found {found:#04x}")
            }
            Self::Utf8(valid) => write!(f, "the text is not UTF-8 after {valid} bytes"),
            Self::Text => f.write_str("the length of a text does not go with its form"),
            Self::Place { expected, found } => write!(
                f,
                "it points to byte {found}, and must point to byte {expected}, right behind what \
                 lies before it"
            ),
            Self::End { expected, found } => {
                write!(f, "it reaches to byte {found}, and there are {expected}")
            }
            Self::Empty(found) => write!(f, "it is empty and yet points {found} bytes on"),
            Self::Order { entry } => {
                write!(f, "the key of entry {entry} is not above the one before it")
            }
            Self::Count { expected, found } => {
                write!(f, "expected {expected} value, found {found}")
            }
            Self::Depth => write!(f, "pointers are nested deeper than {MAX_DEPTH}"),
            Self::Rest(count) => write!(f, "the last {count} bytes belong to nothing"),
        }
    }
}

/// A check failed; the [`Checker`] knows why.
///
/// Nothing but a mark, so that what is checked a million times returns a single bit.
#[derive(Clone, Copy, Debug)]
pub struct Failed(());

/// Checks the bytes of one block, from front to end.
///
/// Whatever a value points at must lie right behind what was checked before it, but for zeroes up to
/// its alignment. That one comparison refuses overlaps, loops, shared data, holes and hidden bytes,
/// needs no memory, and reads each byte once. It is the order in which
/// [`Writer`](crate::Writer) writes: a value's own bytes, then what its first pointer points at, with
/// everything below that, then the second's.
///
/// # Invariants
///
/// 1. The block begins at a multiple of [`MAX_ALIGN`](crate::stored::MAX_ALIGN), or what is checked is [`Checked`](crate::Checked).
#[derive(Debug)]
pub struct Checker<'a> {
    block: &'a [u8],
    /// Everything before it belongs to something.
    cursor: usize,
    depth: u32,
    found: Option<Invalid>,
}

impl<'a> Checker<'a> {
    /// Checks all of a block that begins with `count` values of `T`.
    ///
    /// # Safety
    ///
    /// The invariant holds.
    pub(crate) unsafe fn run<T: Stored + ?Sized>(
        block: &'a [u8],
        count: usize,
    ) -> Result<(), Invalid> {
        let size = T::SIZE.checked_mul(count).filter(|&size| size <= block.len());
        let Some(size) = size else {
            let found = T::SIZE as u64;
            let reason =
                Reason::End { expected: block.len(), found: found.saturating_mul(count as u64) };
            return Err(Invalid { at: 0, field: None, reason });
        };
        let mut checker = Self { block, cursor: size, depth: 0, found: None };
        let outcome =
            checker.elements::<T>(0, &block[..size], count).and_then(|()| checker.finish());
        match outcome {
            Ok(()) => Ok(()),
            Err(Failed(())) => Err(checker.found.unwrap_or(Invalid {
                at: 0,
                field: None,
                reason: Reason::Rest(0),
            })),
        }
    }

    /// Notes that what lies at `at` is no value. The first one counts.
    #[cold]
    pub fn fail(&mut self, at: usize, reason: Reason) -> Failed {
        self.found.get_or_insert(Invalid { at, field: None, reason });
        Failed(())
    }

    /// Notes in which field it was. The innermost counts.
    #[cold]
    pub fn within(&mut self, owner: &'static str, field: &'static str) -> Failed {
        if let Some(invalid) = &mut self.found {
            invalid.field.get_or_insert((owner, field));
        }
        Failed(())
    }

    /// Checks that bytes between values are zero.
    ///
    /// # Errors
    ///
    /// [`Reason::Gap`].
    #[inline]
    pub fn gap(&mut self, bytes: &[u8], at: usize) -> Result<(), Failed> {
        // Gaps are short, and what is short is faster in a loop than in a call.
        for (byte, at) in bytes.iter().zip(at..) {
            if *byte != 0 {
                return Err(self.fail(at, Reason::Gap(*byte)));
            }
        }
        Ok(())
    }

    /// The bytes of `count` values of `size` bytes, which the pointer at `at` says lie `distance`
    /// bytes further on, and where they begin.
    ///
    /// # Errors
    ///
    /// [`Reason::Place`], [`Reason::End`] or [`Reason::Gap`].
    // ANCHOR: claim
    #[inline]
    pub(crate) fn claim(
        &mut self,
        at: usize,
        distance: u32,
        count: u32,
        size: usize,
        align: usize,
    ) -> Result<(usize, &'a [u8]), Failed> {
        let start = at.wrapping_add(distance as usize);
        let expected = align_up(self.cursor, align);
        if start != expected {
            return Err(self.fail(at, Reason::Place { expected, found: start }));
        }
        // The size may be anything: of a `[Str; 1 << 60]` the compiler makes no values, and so it does
        // not say that it is too large.
        let length = u64::from(count).saturating_mul(size as u64);
        let end = (start as u64).saturating_add(length);
        if end > self.block.len() as u64 {
            let reason = Reason::End { expected: self.block.len(), found: end };
            return Err(self.fail(at, reason));
        }
        let end = end as usize;
        let (before, bytes) = (self.cursor, &self.block[start..end]);
        if before != start {
            let block = self.block;
            self.gap(&block[before..start], before)?;
        }
        self.cursor = end;
        Ok((start, bytes))
    }
    // ANCHOR_END: claim

    /// Checks `count` values of `T`, one after another.
    #[inline]
    pub(crate) fn elements<T: Stored + ?Sized>(
        &mut self,
        at: usize,
        bytes: &[u8],
        count: usize,
    ) -> Result<(), Failed> {
        if T::ANY_BYTES {
            return Ok(());
        }
        if T::SIZE == 0 {
            // All of them are the same no bytes.
            return if count == 0 { Ok(()) } else { T::check(bytes, at, self) };
        }
        let mut at = at;
        for element in bytes.chunks_exact(T::SIZE) {
            T::check(element, at, self)?;
            at += T::SIZE;
        }
        Ok(())
    }

    /// Runs a check of what is one pointer further down.
    ///
    /// # Errors
    ///
    /// Those of the check, and [`Reason::Depth`].
    #[inline]
    pub(crate) fn deeper(
        &mut self,
        at: usize,
        check: impl FnOnce(&mut Self) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        if self.depth == MAX_DEPTH {
            return Err(self.fail(at, Reason::Depth));
        }
        self.depth += 1;
        check(self)?;
        self.depth -= 1;
        Ok(())
    }

    /// The views of values that were checked.
    ///
    /// # Safety
    ///
    /// `count` values of `T` begin at `start`, and were checked.
    pub(crate) unsafe fn checked<T: Stored>(&self, start: usize, count: usize) -> ListRef<'a, T> {
        let first = NonNull::from(&self.block[start..]).cast();
        // SAFETY: the caller promises that they were checked, as part of this block, which is borrowed
        // for `'a`; invariant 1 and `Stored` 1 for their alignment.
        unsafe { ListRef::new(first, count) }
    }

    /// After the last value: nothing may be left over.
    fn finish(&mut self) -> Result<(), Failed> {
        match self.block.len() - self.cursor {
            0 => Ok(()),
            rest => Err(self.fail(self.cursor, Reason::Rest(rest))),
        }
    }
}
