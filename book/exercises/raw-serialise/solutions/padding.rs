//! Exercise 1: find the padding. A solution.

/// The padding of a struct: for each gap its offset and its length, in ascending order, the one at
/// the end included.
///
/// `fields` has the offset and the size of each field, in any order, and `size` is that of the
/// struct. Fields may have no size, and may overlap, as those of a union do.
#[must_use]
pub fn gaps(fields: &[(usize, usize)], size: usize) -> Vec<(usize, usize)> {
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    let mut gaps = Vec::new();
    let mut end = 0; // Of all fields so far.
    // A field without a size at the very end closes the last gap.
    for (offset, len) in fields.into_iter().filter(|field| field.1 > 0).chain([(size, 0)]) {
        if offset > end {
            gaps.push((end, offset - end));
        }
        // Not `offset + len`: one that began earlier may reach further.
        end = end.max(offset + len);
    }
    gaps
}
