//! An error that says where: a list of numbers, of which the fourth is damaged.
//@ check-pass
// ANCHOR: all
const LIMIT: u8 = 247;

#[derive(Debug)]
#[expect(dead_code, reason = "it is only printed")]
enum Kind {
    UnexpectedEnd { missing: usize },
    Overlong,
}

#[derive(Debug)]
#[expect(dead_code, reason = "it is only printed")]
struct Error {
    kind: Kind,
    offset: usize,
}

/// The value that starts at `start`, and where the next one starts.
fn decode(input: &[u8], start: usize) -> Result<(u64, usize), Error> {
    let Some(&first) = input.get(start) else {
        return Err(Error { kind: Kind::UnexpectedEnd { missing: 1 }, offset: input.len() });
    };
    if first <= LIMIT {
        return Ok((u64::from(first), start + 1));
    }
    let length = usize::from(first - LIMIT);
    let end = start + 1 + length;
    let Some(payload) = input.get(start + 1..end) else {
        let missing = end - input.len();
        return Err(Error { kind: Kind::UnexpectedEnd { missing }, offset: input.len() });
    };
    let mut content = [0; 8];
    content[..length].copy_from_slice(payload);
    let n = u64::from_le_bytes(content);
    if n <= u64::from(LIMIT) || content[length - 1] == 0 {
        return Err(Error { kind: Kind::Overlong, offset: end - 1 });
    }
    Ok((n, end))
}

fn decode_all(input: &[u8]) -> Result<Vec<u64>, Error> {
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < input.len() {
        let (n, next) = decode(input, at)?;
        numbers.push(n);
        at = next;
    }
    Ok(numbers)
}

fn main() {
    println!("{:?}", decode_all(&[7, 249, 232, 3, 248, 255, 1]));
    println!("{:?}", decode_all(&[7, 249, 232, 3, 248, 255, 249, 1, 0]));
    println!("{:?}", decode_all(&[7, 249, 232, 3, 248, 255, 250, 1]));
}
// ANCHOR_END: all
