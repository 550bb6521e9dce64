//! Exercise 1: find the padding.

/// The padding of a struct: for each gap its offset and its length, in ascending order, the one at
/// the end included.
///
/// `fields` has the offset and the size of each field, in any order, and `size` is that of the
/// struct. Fields may have no size, and may overlap, as those of a union do.
#[must_use]
pub fn gaps(fields: &[(usize, usize)], size: usize) -> Vec<(usize, usize)> {
    todo!("find the gaps between {} fields in {size} bytes", fields.len())
}
