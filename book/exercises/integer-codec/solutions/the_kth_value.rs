//! Exercise 2: the k-th value. A solution.

use integer_codec::wide;

/// The offset of the `k`-th value, counted from 0, of a sequence in the format `wide`. For the
/// number of values it is the length of `bytes`, and `None` beyond. It looks at first bytes only.
#[must_use]
pub fn skip(bytes: &[u8], k: usize) -> Option<usize> {
    let mut offset = 0;
    for _ in 0..k {
        let first = *bytes.get(offset)?;
        // A marker is as far above the limit as there are bytes after it.
        offset += 1 + usize::from(first.saturating_sub(wide::LIMIT));
    }
    // The last value may be cut.
    (offset <= bytes.len()).then_some(offset)
}
