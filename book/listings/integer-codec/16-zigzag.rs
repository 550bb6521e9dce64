//! A negative number by zigzag: the sign moves to the lowest bit.
//@ check-pass
// ANCHOR: all
const LIMIT: u64 = 247;

fn encoded_len(n: u64) -> u32 {
    if n <= LIMIT { 1 } else { 1 + (u64::BITS - n.leading_zeros()).div_ceil(8) }
}

// ANCHOR: zigzag
fn zigzag(n: i64) -> u64 {
    // The right shift copies the sign into every bit.
    ((n << 1) ^ (n >> 63)) as u64
}

fn zagzig(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}
// ANCHOR_END: zigzag

fn main() {
    for n in [0, -1, 1, -2, 2, 123, -124, 124, -1000, i64::MAX, i64::MIN] {
        let unsigned = zigzag(n);
        assert_eq!(zagzig(unsigned), n);
        println!("{n}: {unsigned} in {} bytes", encoded_len(unsigned));
    }
}
// ANCHOR_END: all
