//! Bytes in memory that is aligned for every stored type.

use alloc::collections::TryReserveError;
use alloc::vec::Vec;
use core::{fmt, slice};

use crate::stored::MAX_ALIGN;

/// As many bytes as the strictest alignment asks for.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
struct Line([u8; MAX_ALIGN]);

// As in an array of bytes, there is nothing between two of them.
const _: () = assert!(size_of::<Line>() == MAX_ALIGN && align_of::<Line>() == MAX_ALIGN);

/// Bytes that begin at a multiple of [`MAX_ALIGN`].
///
/// # Invariants
///
/// 1. The lines have at least `len` bytes.
#[derive(Clone, Default)]
pub(crate) struct AlignedBytes {
    lines: Vec<Line>,
    len: usize,
}

impl AlignedBytes {
    /// So many zeroes.
    pub(crate) fn zeroed(len: usize) -> Result<Self, TryReserveError> {
        let count = len.div_ceil(MAX_ALIGN);
        let mut lines = Vec::new();
        lines.try_reserve_exact(count)?;
        lines.resize(count, Line([0; MAX_ALIGN]));
        Ok(Self { lines, len })
    }

    /// A copy.
    pub(crate) fn copy(bytes: &[u8]) -> Result<Self, TryReserveError> {
        let mut copy = Self::zeroed(bytes.len())?;
        copy.as_mut_slice().copy_from_slice(bytes);
        Ok(copy)
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        // SAFETY: 1; a line is bytes, all of them initialised, and borrowed for as long as the result.
        unsafe { slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: as above, and borrowed mutably. Whatever is written, a line is bytes.
        unsafe { slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}

impl fmt::Debug for AlignedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlignedBytes").field("len", &self.len).finish_non_exhaustive()
    }
}
