//! The same keys, the most significant byte first.
//@ check-pass
// ANCHOR: all
const LIMIT: u8 = 247;

// ANCHOR: encode
fn encode(n: u64) -> Vec<u8> {
    if n <= u64::from(LIMIT) {
        return vec![n as u8];
    }
    let length = (u64::BITS - n.leading_zeros()).div_ceil(8) as usize;
    let mut bytes = vec![LIMIT + length as u8];
    bytes.extend_from_slice(&n.to_be_bytes()[8 - length..]);
    bytes
}
// ANCHOR_END: encode

fn main() {
    let mut keys = [7, 256, 511, 512, 1000, 70_000].map(|n| (encode(n), n));
    keys.sort();
    for (bytes, n) in keys {
        println!("{bytes:3?} {n}");
    }
}
// ANCHOR_END: all
