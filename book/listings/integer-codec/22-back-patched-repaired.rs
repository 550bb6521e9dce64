//! A padded form fills the room that was left; a lenient decoder takes it, a strict one does not.
//@ check-pass
// ANCHOR: all
const LIMIT: u8 = 247;

// ANCHOR: padded
/// The form of exactly `N` bytes: a marker, and zeros at the end.
fn encode_padded<const N: usize>(n: u64) -> Option<[u8; N]> {
    let length = N.wrapping_sub(1);
    let needed = (u64::BITS - n.leading_zeros()).div_ceil(8) as usize;
    if !(1..=8).contains(&length) || needed > length {
        return None;
    }
    let mut bytes = [0; N];
    bytes[0] = LIMIT + length as u8;
    bytes[1..].copy_from_slice(&n.to_le_bytes()[..length]);
    Some(bytes)
}
// ANCHOR_END: padded

fn decode_lenient(bytes: &[u8]) -> Option<(u64, usize)> {
    let (&first, rest) = bytes.split_first()?;
    if first <= LIMIT {
        return Some((u64::from(first), 1));
    }
    let length = usize::from(first - LIMIT);
    let mut content = [0; 8];
    content[..length].copy_from_slice(rest.get(..length)?);
    Some((u64::from_le_bytes(content), 1 + length))
}

// ANCHOR: strict
fn decode_strict(bytes: &[u8]) -> Option<(u64, usize)> {
    let (n, used) = decode_lenient(bytes)?;
    let minimal = if n <= u64::from(LIMIT) {
        used == 1
    } else {
        (u64::BITS - n.leading_zeros()).div_ceil(8) as usize == used - 1
    };
    minimal.then_some((n, used))
}
// ANCHOR_END: strict

fn main() {
    let mut message = vec![0; 3]; // any length below 2^16 fits
    message.extend_from_slice(b"body");
    message[..3].copy_from_slice(&encode_padded::<3>(4).unwrap());

    let (length, used) = decode_lenient(&message).unwrap();
    println!("{message:?}: a body of {length} bytes, {:?}", &message[used..][..length as usize]);
    println!("strict: {:?}", decode_strict(&message));
    println!("65,536 in three bytes: {:?}", encode_padded::<3>(65_536));
}
// ANCHOR_END: all
