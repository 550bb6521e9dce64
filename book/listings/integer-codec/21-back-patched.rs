//! A length in front of what it measures: room is left, and the shortest form does not fill it.
//@ check-pass
// ANCHOR: all
const LIMIT: u8 = 247;

fn encode(n: u64) -> Vec<u8> {
    if n <= u64::from(LIMIT) {
        return vec![n as u8];
    }
    let length = (u64::BITS - n.leading_zeros()).div_ceil(8) as usize;
    let mut bytes = vec![LIMIT + length as u8];
    bytes.extend_from_slice(&n.to_le_bytes()[..length]);
    bytes
}

fn main() {
    let mut message = vec![0; 3]; // any length below 2^16 fits
    message.extend_from_slice(b"body");
    let patch = encode(4);
    message[..patch.len()].copy_from_slice(&patch);

    let (length, rest) = (usize::from(message[0]), &message[1..]);
    println!("{message:?}: a body of {length} bytes, {:?}", &rest[..length]);
}
// ANCHOR_END: all
