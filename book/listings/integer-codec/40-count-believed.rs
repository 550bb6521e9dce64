//! A count that is believed: eight bytes of input, and the program stops.
//@ check-pass
//@ normalize-stderr-test: "thread 'main' \([0-9]+\)" -> "thread 'main'"
// ANCHOR: all
use std::panic::catch_unwind;

/// A count of eight bytes, then that many values of four.
fn decode(input: &[u8]) -> Option<Vec<u32>> {
    let (&count, data) = input.split_first_chunk()?;
    let count = u64::from_le_bytes(count) as usize;
    let mut values = Vec::with_capacity(count);
    let (chunks, _) = data.as_chunks();
    for i in 0..count {
        values.push(u32::from_le_bytes(*chunks.get(i)?));
    }
    Some(values)
}

fn main() {
    println!("{:?}", decode(&[1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0]));
    assert!(catch_unwind(|| decode(&[0, 0, 0, 0, 0, 0, 0, 64])).is_err());
}
// ANCHOR_END: all
