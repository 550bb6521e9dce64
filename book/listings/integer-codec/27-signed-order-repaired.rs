//! The sign first, then the code; of a negative value every bit is inverted.
//@ check-pass
// ANCHOR: all
/// How many magnitudes have fewer than `extra` bytes after the first: a bit less, for the sign.
fn before(extra: u32) -> u128 {
    (1..=extra).map(|shorter| 1 << (7 * shorter - 1)).sum()
}

// ANCHOR: encode
fn encode(n: i64) -> Vec<u8> {
    // From zero up 0, 1, 2; from -1 down 0, 1, 2 as well.
    let magnitude = if n < 0 { !n } else { n } as u128;
    let extra = (0..8).find(|&extra| magnitude < before(extra + 1)).unwrap_or(8);
    // One more than bytes follow: the first is the sign.
    let ones = !(u128::MAX << (1 + extra));
    let code = ones << (7 + 7 * extra) | (magnitude - before(extra));
    let code = if n < 0 { !code } else { code };
    code.to_be_bytes()[15 - extra as usize..].to_vec()
}
// ANCHOR_END: encode

fn main() {
    let mut keys = [-1000, -65, -1, 0, 1, 64, 1000, i64::MIN, i64::MAX].map(|n| (encode(n), n));
    keys.sort();
    for (bytes, n) in keys {
        println!("{n} is {bytes:02x?}");
    }
}
// ANCHOR_END: all
