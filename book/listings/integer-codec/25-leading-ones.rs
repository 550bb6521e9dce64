//! The length as leading ones, and each form starting where the shorter one ends.
//@ check-pass
// ANCHOR: all
// ANCHOR: code
/// How many values have fewer than `extra` bytes after the first.
fn before(extra: u32) -> u128 {
    (1..=extra).map(|shorter| 1 << (7 * shorter)).sum()
}

fn encode(n: u64) -> Vec<u8> {
    let n = u128::from(n);
    let extra = (0..8).find(|&extra| n < before(extra + 1)).unwrap_or(8);
    // So many ones, then the payload; what lies between them is 0.
    let ones = !(u128::MAX << extra);
    let code = ones << (8 + 7 * extra) | (n - before(extra));
    code.to_be_bytes()[15 - extra as usize..].to_vec()
}

fn decode(bytes: &[u8]) -> Option<(u64, usize)> {
    let extra = bytes.first()?.leading_ones();
    let used = 1 + extra as usize;
    let code = bytes.get(..used)?.iter().fold(0, |code, &byte| code << 8 | u128::from(byte));
    let payload = code & !(u128::MAX << (8 + 7 * extra));
    Some((u64::try_from(payload + before(extra)).ok()?, used))
}
// ANCHOR_END: code

fn main() {
    for n in [0, 127, 128, 1000, 16_511, 16_512, u64::from(u32::MAX), u64::MAX] {
        let bytes = encode(n);
        assert_eq!(decode(&bytes), Some((n, bytes.len())));
        println!("{n} is {bytes:02x?}");
    }
    // Backwards: whatever the payload, it is the encoding of its value.
    let mut last = None;
    for second in (0..=0xffff_u16).step_by(97) {
        let bytes = second.to_be_bytes();
        if let Some((n, used)) = decode(&bytes) {
            assert_eq!(encode(n), bytes[..used]);
            assert!(last <= Some(n));
            last = Some(n);
        }
    }
    println!("{:02x?} is {:?}", [0x80, 0], decode(&[0x80, 0]));
    println!("{:02x?} is {:?}", [0xff; 9], decode(&[0xff; 9]));
}
// ANCHOR_END: all
