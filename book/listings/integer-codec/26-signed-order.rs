//! Zigzag and byte order: near zero comes first, not what is smallest.
//@ check-pass
// ANCHOR: all
fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

fn main() {
    let mut sorted = [-1000, -65, -1, 0, 1, 64, 1000];
    sorted.sort_by_key(|&n| zigzag(n).to_be_bytes());
    println!("{sorted:?}");
}
// ANCHOR_END: all
