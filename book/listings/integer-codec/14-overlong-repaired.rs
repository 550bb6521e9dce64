//! One value, one encoding: a longer one is refused.
//@ check-pass
// ANCHOR: all
const LIMIT: u8 = 247;

#[derive(Debug)]
enum Error {
    UnexpectedEnd,
    Overlong,
}

fn bytes_used(n: u64) -> usize {
    (u64::BITS - n.leading_zeros()).div_ceil(8) as usize
}

fn decode(bytes: &[u8]) -> Result<u64, Error> {
    let (&first, rest) = bytes.split_first().ok_or(Error::UnexpectedEnd)?;
    if first <= LIMIT {
        return Ok(u64::from(first));
    }
    let length = usize::from(first - LIMIT);
    let payload = rest.get(..length).ok_or(Error::UnexpectedEnd)?;
    let mut content = [0; 8];
    content[..length].copy_from_slice(payload);
    let n = u64::from_le_bytes(content);
    if n <= u64::from(LIMIT) || bytes_used(n) < length {
        return Err(Error::Overlong);
    }
    Ok(n)
}

fn main() {
    for message in [vec![5], vec![248, 5], vec![249, 5, 0], vec![249, 232, 3], vec![249, 232]] {
        println!("{message:?}: {:?}", decode(&message));
    }
}
// ANCHOR_END: all
