//! A negative number by a cast: the smallest distance from zero takes the most bytes.
//@ check-pass
// ANCHOR: all
const LIMIT: u64 = 247;

fn encoded_len(n: u64) -> u32 {
    if n <= LIMIT { 1 } else { 1 + (u64::BITS - n.leading_zeros()).div_ceil(8) }
}

fn main() {
    for n in [0, 1, -1, 100, -100, 1000, -1000i64] {
        let unsigned = n as u64;
        println!("{n}: {unsigned} in {} bytes", encoded_len(unsigned));
    }
    assert_eq!(encoded_len(-1i64 as u64), 9);
}
// ANCHOR_END: all
