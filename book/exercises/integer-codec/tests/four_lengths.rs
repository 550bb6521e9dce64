//! Exercise 3: four lengths.

use integer_codec_exercises::four_lengths::{decode, encode};

/// Each side of every boundary, and what lies between.
fn values() -> impl Iterator<Item = u64> {
    let edges = (0..64).flat_map(|shift| {
        let edge = 1u64 << shift;
        [edge - 1, edge, edge + 1, edge | 0x5a, !edge]
    });
    (0..=0x1_0100).chain(edges)
}

fn length(value: u64) -> usize {
    match value {
        0..=251 => 1,
        252..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}

/// What is accepted must be what `encode` gives.
fn check(input: &[u8]) {
    if let Some((value, used)) = decode(input) {
        assert_eq!(Some(&encode(value)[..]), input.get(..used), "{value} from {input:?}");
    }
}

#[test]
fn the_examples_of_the_book() {
    assert_eq!(encode(251), [251]);
    assert_eq!(encode(252), [252, 252]);
    assert_eq!(encode(65_536), [254, 0, 0, 1, 0]);
}

#[test]
fn what_is_encoded_is_decoded() {
    for value in values() {
        let mut bytes = encode(value);
        assert_eq!(bytes.len(), length(value), "{value}");
        assert_eq!(decode(&bytes), Some((value, length(value))));
        bytes.extend([0xff; 9]);
        assert_eq!(decode(&bytes), Some((value, length(value))), "with other bytes after it");
    }
}

#[test]
fn what_is_cut_is_refused() {
    for value in values() {
        let bytes = encode(value);
        for cut in 0..bytes.len() {
            assert_eq!(decode(&bytes[..cut]), None, "{value}, cut to {cut} bytes");
        }
    }
}

#[test]
fn what_is_accepted_encodes_to_itself() {
    for low in 0..=255 {
        check(&[low]);
        check(&[252, low]);
        for high in 0..=255 {
            check(&[253, low, high]);
            for more in [0, 1, 255] {
                check(&[254, low, high, more, 0]);
                check(&[254, low, high, 0, more]);
                check(&[255, low, high, 0, 0, more, 0, 0, 0]);
                check(&[255, low, high, 0, 0, 0, 0, 0, more]);
            }
        }
    }
}

#[test]
fn a_longer_form_is_refused_even_if_the_next_shorter_one_is_not_there() {
    assert_eq!(decode(&[252, 251]), None);
    assert_eq!(decode(&[253, 255, 0]), None);
    assert_eq!(decode(&[254, 255, 255, 0, 0]), None);
    // 65,536 takes three bytes, and there is no form of three: four are the shortest, not eight.
    assert_eq!(decode(&[254, 0, 0, 1, 0]), Some((65_536, 5)));
    assert_eq!(decode(&[255, 0, 0, 1, 0, 0, 0, 0, 0]), None);
    assert_eq!(decode(&[255, 255, 255, 255, 255, 0, 0, 0, 0]), None);
}
