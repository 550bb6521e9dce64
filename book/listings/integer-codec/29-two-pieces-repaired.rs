//! A decoder that keeps what a piece has begun.
//@ check-pass
// ANCHOR: all
const LIMIT: u8 = 247;

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

// ANCHOR: decoder
#[derive(Default)]
struct Decoder {
    /// The beginning of a value, no value yet: the first `len` of these.
    pending: [u8; 9],
    len: usize,
}

impl Decoder {
    /// The next value; `None` when the piece is used up.
    fn next(&mut self, piece: &mut &[u8]) -> Option<u64> {
        loop {
            let begun = &self.pending[..self.len];
            // Values that lie in the piece are decoded where they lie.
            let missing = match decode(if begun.is_empty() { *piece } else { begun }) {
                Ok((n, used)) => {
                    if begun.is_empty() {
                        *piece = &piece[used..];
                    }
                    self.len = 0;
                    return Some(n);
                }
                Err(UnexpectedEnd { missing }) => missing,
            };
            if piece.is_empty() {
                return None;
            }
            // What is missing, or all there is: never a byte of the value after it.
            let wanted = if begun.is_empty() { piece.len() } else { missing };
            let (taken, rest) = piece.split_at(wanted.min(piece.len()));
            self.pending[self.len..][..taken.len()].copy_from_slice(taken);
            self.len += taken.len();
            *piece = rest;
        }
    }
}
// ANCHOR_END: decoder

fn main() {
    let stream = [7, 249, 232, 3, 5];
    // Wherever it is cut, also twice.
    for first in 0..=stream.len() {
        for second in first..=stream.len() {
            let mut decoder = Decoder::default();
            let mut values = Vec::new();
            for mut piece in [&stream[..first], &stream[first..second], &stream[second..]] {
                while let Some(n) = decoder.next(&mut piece) {
                    values.push(n);
                }
            }
            assert_eq!((values.as_slice(), decoder.len), (&[7, 1000, 5][..], 0));
        }
    }
    println!("the same three values, wherever the stream is cut");
}
// ANCHOR_END: all
