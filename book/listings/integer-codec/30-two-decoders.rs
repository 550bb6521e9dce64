//! Two decoders for the same bytes: one with a branch, one without.
//@ check-pass
// ANCHOR: all
const LIMIT: u8 = 247;

// ANCHOR: branch
fn with_a_branch(bytes: &[u8; 9]) -> (u64, usize) {
    let [first, payload @ ..] = *bytes;
    if first <= LIMIT {
        return (u64::from(first), 1);
    }
    let length = usize::from(first - LIMIT);
    let mask = u64::MAX >> (64 - 8 * length);
    (u64::from_le_bytes(payload) & mask, 1 + length)
}
// ANCHOR_END: branch

// ANCHOR: branchless
fn without(bytes: &[u8; 9]) -> (u64, usize) {
    /// What of the payload counts, for each length. Length 0: nothing.
    const PAYLOAD: [u64; 9] = [
        0,
        0xff,
        0xffff,
        0xff_ffff,
        0xffff_ffff,
        0xff_ffff_ffff,
        0xffff_ffff_ffff,
        0xff_ffff_ffff_ffff,
        u64::MAX,
    ];
    /// What of the first byte counts.
    const FIRST: [u64; 9] = [0xff, 0, 0, 0, 0, 0, 0, 0, 0];

    let [first, payload @ ..] = *bytes;
    let length = usize::from(first.saturating_sub(LIMIT));
    let payload = u64::from_le_bytes(payload);
    (payload & PAYLOAD[length] | u64::from(first) & FIRST[length], 1 + length)
}
// ANCHOR_END: branchless

fn main() {
    for first in 0..=255 {
        let bytes = [first, 1, 2, 3, 4, 5, 6, 7, 8];
        assert_eq!(with_a_branch(&bytes), without(&bytes));
    }
    println!("the same for every first byte");
}
// ANCHOR_END: all
