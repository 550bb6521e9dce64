//! One value, many encodings.
//@ check-pass
// ANCHOR: all
use std::collections::HashSet;

const LIMIT: u8 = 247;

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

fn main() {
    // Message number 5 has been seen: whoever sends it again is to be turned away.
    let seen = HashSet::from([vec![5]]);

    for message in [vec![5], vec![248, 5], vec![249, 5, 0], vec![250, 5, 0, 0]] {
        let number = decode(&message);
        println!("{message:?} is {number:?}, seen before: {}", seen.contains(&message));
        assert_eq!(number, Some(5));
    }
}
// ANCHOR_END: all
