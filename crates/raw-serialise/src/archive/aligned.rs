//! Bytes in memory that is aligned for every stored type.

use alloc::collections::TryReserveError;
use alloc::vec::Vec;
use core::fmt;

use crate::stored::MAX_ALIGN;
use crate::{bytes_of_slice, bytes_of_slice_mut};

/// As many bytes as the strictest alignment has.
type Line = u128;

const _: () = assert!(size_of::<Line>() == MAX_ALIGN);

/// Bytes that begin at a multiple of [`MAX_ALIGN`].
#[derive(Clone, Default)]
pub(crate) struct AlignedBytes {
    /// One line more than the bytes fill: where `u128` has a smaller alignment than its size, the
    /// bytes begin at the first multiple in it.
    lines: Vec<Line>,
    len: usize,
}

impl AlignedBytes {
    /// So many zeroes.
    pub(crate) fn zeroed(len: usize) -> Result<Self, TryReserveError> {
        let mut lines = Vec::new();
        let count = len.div_ceil(MAX_ALIGN) + usize::from(align_of::<Line>() < MAX_ALIGN);
        lines.try_reserve_exact(count)?;
        lines.resize(count, 0);
        Ok(Self { lines, len })
    }

    /// A copy.
    pub(crate) fn copy(bytes: &[u8]) -> Result<Self, TryReserveError> {
        let mut copy = Self::zeroed(bytes.len())?;
        copy.as_mut_slice().copy_from_slice(bytes);
        Ok(copy)
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        let bytes = bytes_of_slice(&self.lines);
        let start = start(bytes);
        &bytes[start..start + self.len]
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        let bytes = bytes_of_slice_mut(&mut self.lines);
        let start = start(bytes);
        &mut bytes[start..start + self.len]
    }
}

/// Where the first multiple of the alignment is.
fn start(bytes: &[u8]) -> usize {
    if align_of::<Line>() == MAX_ALIGN { 0 } else { bytes.as_ptr().align_offset(MAX_ALIGN) }
}

impl fmt::Debug for AlignedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlignedBytes").field("len", &self.len).finish_non_exhaustive()
    }
}
