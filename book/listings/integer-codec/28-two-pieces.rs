//! Each piece is decoded as if values began and ended with it.
//@ check-pass
// ANCHOR: all
const LIMIT: u8 = 247;

// ANCHOR: decode
#[derive(Debug)]
struct UnexpectedEnd {
    missing: usize,
}

fn decode(bytes: &[u8]) -> Result<(u64, usize), UnexpectedEnd> {
    let (&first, rest) = bytes.split_first().ok_or(UnexpectedEnd { missing: 1 })?;
    if first <= LIMIT {
        return Ok((u64::from(first), 1));
    }
    let length = usize::from(first - LIMIT);
    let missing = length.saturating_sub(rest.len());
    let payload = rest.get(..length).ok_or(UnexpectedEnd { missing })?;
    let mut content = [0; 8];
    content[..length].copy_from_slice(payload);
    Ok((u64::from_le_bytes(content), 1 + length))
}
// ANCHOR_END: decode

// ANCHOR: main
fn main() {
    // 7, 1000 and 5, as a socket may hand them out.
    for mut piece in [&[7, 249, 232][..], &[3, 5]] {
        while !piece.is_empty() {
            match decode(piece) {
                Ok((n, used)) => {
                    println!("{n}");
                    piece = &piece[used..];
                }
                Err(UnexpectedEnd { missing }) => {
                    println!("cut: {missing} missing");
                    break;
                }
            }
        }
    }
}
// ANCHOR_END: main
// ANCHOR_END: all
