//! A first byte that is either the value or a length.
//@ check-pass
// ANCHOR: all
/// Lengths are 1..=8, so 255 - 8 is the largest first byte that they leave free.
const LIMIT: u8 = 247;

fn bytes_used(n: u64) -> usize {
    n.to_le_bytes().iter().rposition(|&byte| byte != 0).map_or(1, |last| last + 1)
}

// ANCHOR: encode
fn encode(n: u64) -> Vec<u8> {
    if n <= u64::from(LIMIT) {
        return vec![n as u8];
    }
    let bytes_used = bytes_used(n);
    let mut output = vec![LIMIT + bytes_used as u8];
    output.extend(&n.to_le_bytes()[..bytes_used]);
    output
}

fn decode(bytes: &[u8]) -> Option<u64> {
    let (&first, rest) = bytes.split_first()?;
    if first <= LIMIT {
        return Some(u64::from(first));
    }
    let bytes_used = usize::from(first - LIMIT);
    let mut content = [0; 8];
    content[..bytes_used].copy_from_slice(rest.get(..bytes_used)?);
    Some(u64::from_le_bytes(content))
}
// ANCHOR_END: encode

fn main() {
    for n in [0, 7, 247, 248, 255, 256, 1000, u64::MAX] {
        let bytes = encode(n);
        assert_eq!(decode(&bytes), Some(n));
        println!("{n}: {bytes:?}");
    }
}
// ANCHOR_END: all
