//! Exercise 2: the k-th value.

use integer_codec::VarInt;
use integer_codec_exercises::the_kth_value::skip;

/// Every width, in an order in which no two neighbours are alike.
fn values() -> Vec<u128> {
    (0..500u32).map(|i| (u128::MAX / 3) >> (i * 37 % 128)).collect()
}

/// The encodings one after the other, and where each begins.
fn sequence(values: &[u128]) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = Vec::new();
    let mut starts = Vec::new();
    for value in values {
        starts.push(bytes.len());
        value.encode_to(&mut bytes);
    }
    (bytes, starts)
}

#[test]
fn decode_finds_the_kth_value_there() {
    let values = values();
    let (bytes, _) = sequence(&values);
    for (k, &value) in values.iter().enumerate() {
        let Some(offset) = skip(&bytes, k) else { panic!("value {k} is there") };
        let decoded = u128::decode(&bytes[offset..]).map(|(value, _)| value);
        assert_eq!(decoded, Ok(value), "value {k}");
    }
}

#[test]
fn only_first_bytes_matter() {
    let (mut bytes, starts) = sequence(&values());
    for fill in [0, 1, 239, 240, 255] {
        for (offset, byte) in bytes.iter_mut().enumerate() {
            if !starts.contains(&offset) {
                *byte = fill;
            }
        }
        for (k, &start) in starts.iter().enumerate() {
            assert_eq!(skip(&bytes, k), Some(start), "value {k}, all else {fill}");
        }
    }
}

#[test]
fn behind_the_last_value_is_the_end() {
    let (bytes, starts) = sequence(&values());
    assert_eq!(skip(&bytes, starts.len()), Some(bytes.len()));
    assert_eq!(skip(&[], 0), Some(0));
}

#[test]
fn beyond_the_end_there_is_nothing() {
    let (bytes, starts) = sequence(&values());
    assert_eq!(skip(&bytes, starts.len() + 1), None);
    assert_eq!(skip(&bytes, starts.len() + 1000), None);
    assert_eq!(skip(&[], 1), None);
}

#[test]
fn behind_a_value_that_is_cut_there_is_nothing() {
    assert_eq!(skip(&[7, 241, 232], 1), Some(1));
    assert_eq!(skip(&[7, 241, 232], 2), None);
}
