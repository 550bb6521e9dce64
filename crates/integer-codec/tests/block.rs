//! Blocks: round trips on every instruction set that the processor has, against plain vectors;
//! damage of every kind; single values.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used)]

use integer_codec::DecodeError;
use integer_codec::block::{Codec, Element, FRAME, Simd, Transform, View};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 2, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig { cases: 40, ..ProptestConfig::default() }
    }
}

/// Every way to write a block, on one instruction set.
fn codecs(simd: Simd) -> impl Iterator<Item = Codec> {
    let all = [
        (Transform::Reference, true),
        (Transform::Delta, false),
        (Transform::Reference, false),
        (Transform::Delta, true),
    ];
    // Miri is slow: there, each choice once.
    all.into_iter().take(if cfg!(miri) { 2 } else { 4 }).map(move |(transform, checksum)| {
        Codec::new().simd(simd).transform(transform).checksum(checksum)
    })
}

/// All sets write the same bytes, and read them as the same values.
fn round_trip<E: Element>(values: &[E]) {
    for (scalar, which) in codecs(Simd::Scalar).zip(0..) {
        let mut expected = Vec::new();
        scalar.encode(values, &mut expected);
        for simd in Simd::available() {
            let codec = codecs(simd).nth(which).unwrap();
            let mut bytes = vec![0xaa; 3];
            codec.encode(values, &mut bytes);
            assert_eq!(bytes[3..], expected, "{codec:?}");

            // With other bytes after it, and without.
            let mut decoded = vec![E::default()];
            assert_eq!(codec.decode(&expected, &mut decoded), Ok(expected.len()), "{codec:?}");
            assert_eq!(decoded[1..], *values, "{codec:?}");
            let mut longer = expected.clone();
            longer.extend([0x55; 100]);
            decoded.clear();
            assert_eq!(codec.decode(&longer, &mut decoded), Ok(expected.len()), "{codec:?}");
            assert_eq!(decoded, values, "{codec:?}");
        }
        let view = View::<E>::new(&expected).unwrap();
        assert_eq!((view.len(), view.is_empty()), (values.len(), values.is_empty()));
        let step = if cfg!(miri) { 37 } else { 1 };
        for k in (0..values.len()).step_by(step) {
            assert_eq!(view.get(k), Ok(Some(values[k])), "{scalar:?} {k}");
        }
        assert_eq!(view.get(values.len()), Ok(None));
        assert_eq!(view.get(usize::MAX), Ok(None));
    }
}

/// Lists that make each transform and each layout worth choosing.
fn list() -> impl Strategy<Value = Vec<u64>> {
    let longest = if cfg!(miri) { 70 } else { 2 * FRAME + 100 };
    prop_oneof![
        // One width for all; widths mixed; mostly zeros; near one value.
        (0..=64_u32, prop::collection::vec(any::<u64>(), 0..longest)).prop_map(
            |(width, values)| {
                values.into_iter().map(|v| v.checked_shr(64 - width).unwrap_or(0)).collect()
            }
        ),
        prop::collection::vec((0..=64_u32, any::<u64>()), 0..longest).prop_map(|values| {
            values.into_iter().map(|(w, v)| v.checked_shr(64 - w).unwrap_or(0)).collect()
        }),
        prop::collection::vec((0..10, any::<u64>()), 0..longest).prop_map(|values| {
            values.into_iter().map(|(die, v)| if die == 0 { v } else { 0 }).collect()
        }),
        (any::<u64>(), prop::collection::vec(0..300_u64, 0..longest)).prop_map(|(base, values)| {
            values.into_iter().map(|v| v.wrapping_add(base)).collect()
        }),
    ]
}

/// As they are, and sorted.
fn both_ways<E: Element>(values: &[u64], make: impl Fn(u64) -> E) {
    let mut values = values.iter().map(|&value| make(value)).collect::<Vec<E>>();
    round_trip(&values);
    values.sort();
    round_trip(&values);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn u32_round_trip(values in list()) {
        both_ways(&values, |v| v as u32);
    }

    #[test]
    fn u64_round_trip(values in list()) {
        both_ways(&values, |v| v);
    }

    #[test]
    fn i64_round_trip(values in list()) {
        both_ways(&values, |v| v as i64);
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), tag in 0..3_usize) {
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut() {
            // A tag that is known, so that more than the first byte is looked at.
            *first = [0x81, 0x82, 0x83][tag] | *first & 0x70;
        }
        for simd in Simd::available() {
            let codec = Codec::new().simd(simd);
            agree::<u32>(codec, &bytes);
            agree::<u64>(codec, &bytes);
            agree::<i64>(codec, &bytes);
        }
    }
}

/// Every instruction set gives the same answer as plain Rust, and single values agree with it.
fn agree<E: Element>(codec: Codec, bytes: &[u8]) {
    let (mut values, mut expected) = (Vec::<E>::new(), Vec::<E>::new());
    let result = codec.decode(bytes, &mut values);
    assert_eq!(result, codec.simd(Simd::Scalar).decode(bytes, &mut expected));
    assert_eq!(values, expected);
    match result {
        Ok(used) => {
            assert!(used <= bytes.len());
            let view = View::<E>::new(bytes).unwrap();
            for (k, &value) in values.iter().enumerate() {
                assert_eq!(view.get(k), Ok(Some(value)));
            }
        }
        Err(error) => {
            assert!(error.offset() <= bytes.len(), "{error}");
            assert!(values.is_empty());
            if let Ok(view) = View::<E>::new(bytes) {
                let last = view.len().saturating_sub(1);
                for k in [0, last / 2, last] {
                    let _ = view.get(k);
                }
            }
        }
    }
}

/// Values in every width, sorted within the second half, so that all layouts and transforms occur.
fn mixed(n: usize) -> Vec<u64> {
    (0..n as u64)
        .map(|i| match i / 128 % 4 {
            0 => i % 200,
            1 => 0x0123_4567_89ab_cdef >> (i % 64),
            2 => 1_700_000_000_000_000 + 1000 * i + i % 7,
            _ => {
                if i % 10 == 0 {
                    u64::MAX - i
                } else {
                    0
                }
            }
        })
        .collect()
}

#[test]
fn every_length_up_to_two_frames() {
    let lengths = [
        3,
        70,
        16,
        37,
        130,
        0,
        1,
        2,
        4,
        5,
        7,
        8,
        15,
        17,
        31,
        33,
        63,
        64,
        65,
        127,
        128,
        129,
        FRAME - 1,
        FRAME,
        FRAME + 1,
        2 * FRAME - 1,
        2 * FRAME,
        2 * FRAME + 1,
    ];
    for &n in &lengths[..if cfg!(miri) { 2 } else { lengths.len() }] {
        let values = mixed(n);
        round_trip(&values);
        round_trip(&values.iter().map(|&v| v as u32).collect::<Vec<_>>());
        round_trip(&values.iter().map(|&v| v as i64).collect::<Vec<_>>());
    }
}

#[test]
fn extremes() {
    round_trip(&[u32::MAX; 20]);
    round_trip(&[u64::MAX; 20]);
    round_trip(&[i64::MIN; 20]);
    round_trip(&[0_u64; 20]);
    round_trip(&[i64::MIN, i64::MAX, 0, -1, 1, i64::MIN, i64::MAX]);
    round_trip(&[u64::MAX, 0, u64::MAX, 0, 1 << 63, (1 << 63) - 1]);
    round_trip(&[u32::MAX, 0, u32::MAX, 0, 1 << 31, (1 << 31) - 1]);
    round_trip(&(0..50).map(|i| u32::MAX - i).collect::<Vec<_>>());
}

fn block(values: &[u64], transform: Transform) -> Vec<u8> {
    let mut bytes = Vec::new();
    Codec::new().transform(transform).encode(values, &mut bytes);
    bytes
}

fn decode(bytes: &[u8]) -> Result<usize, DecodeError> {
    let mut values = vec![7_u64];
    let result = Codec::new().decode(bytes, &mut values);
    if result.is_err() {
        assert_eq!(values, [7], "on an error nothing is appended");
    }
    result
}

#[test]
fn every_flipped_bit_is_found() {
    for n in if cfg!(miri) { vec![0, 3, 20] } else { vec![0, 1, 3, 40, 300, FRAME + 70] } {
        for transform in [Transform::Reference, Transform::Delta] {
            let mut bytes = block(&mixed(n), transform);
            let step = if cfg!(miri) || n >= 300 { 11 } else { 1 };
            for bit in (0..8 * bytes.len()).step_by(step) {
                bytes[bit / 8] ^= 1 << (bit % 8);
                let result = decode(&bytes);
                assert!(result.is_err(), "bit {bit} of {n} values: {result:?}");
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
            assert_eq!(decode(&bytes), Ok(bytes.len()));
        }
    }
}

#[test]
fn every_cut_is_found() {
    for n in if cfg!(miri) { vec![0, 3, 20] } else { vec![0, 1, 3, 40, FRAME + 70] } {
        for transform in [Transform::Reference, Transform::Delta] {
            let bytes = block(&mixed(n), transform);
            for cut in 0..bytes.len() {
                match decode(&bytes[..cut]) {
                    Err(DecodeError::UnexpectedEnd { offset, missing }) => {
                        assert_eq!(offset, cut);
                        assert!((1..=bytes.len() - cut).contains(&missing), "{cut}: {missing}");
                    }
                    other => panic!("{cut} of {}: {other:?}", bytes.len()),
                }
            }
        }
    }
}

/// Sums that overflow would lose the highest bits of two words that are far enough apart.
#[test]
fn two_flipped_bits_are_found() {
    let mut values = mixed(if cfg!(miri) { 40 } else { FRAME });
    values.iter_mut().for_each(|value| *value |= 1 << 63);
    let mut bytes = block(&values, Transform::Reference);
    let step = if cfg!(miri) { 97 } else { 1 };
    for distance in [64, 128, 256, 1024] {
        for byte in (3..bytes.len() - 4).step_by(step) {
            if byte + distance < bytes.len() - 4 {
                bytes[byte] ^= 0x80;
                bytes[byte + distance] ^= 0x80;
                assert!(decode(&bytes).is_err(), "{byte} and {distance} after it");
                bytes[byte] ^= 0x80;
                bytes[byte + distance] ^= 0x80;
            }
        }
    }
}

/// Exactly there, nothing is wrong but that the rest is missing.
#[test]
#[cfg_attr(miri, ignore = "three frames take Miri a minute, and the index is plain safe code")]
fn cut_between_frames() {
    let values = mixed(3 * FRAME);
    let bytes = block(&values, Transform::Reference);
    let view = View::<u64>::new(&bytes).unwrap();
    assert_eq!(view.end(), Ok(bytes.len()));
    // The tag, three bytes of count, two entries of four bytes.
    for (i, entry) in bytes[4..12].chunks_exact(4).enumerate() {
        let cut = 12 + u32::from_le_bytes(entry.try_into().unwrap()) as usize;
        let error = DecodeError::UnexpectedEnd { offset: cut, missing: 1 };
        assert_eq!(decode(&bytes[..cut]), Err(error));
        let view = View::<u64>::new(&bytes[..cut]).unwrap();
        let first = (i + 1) * FRAME;
        assert_eq!(view.get(first - 1), Ok(Some(values[first - 1])));
        assert_eq!(view.get(first), Err(error));
        assert!(matches!(view.end(), Err(DecodeError::UnexpectedEnd { .. })));
    }
}

#[test]
fn one_block_after_the_other() {
    let mut bytes = Vec::new();
    let mut ends = Vec::new();
    for n in [0, 1, 5, 40] {
        for transform in [Transform::Reference, Transform::Delta] {
            for checksum in [false, true] {
                let codec = Codec::new().transform(transform).checksum(checksum);
                codec.encode(&mixed(n), &mut bytes);
                ends.push(bytes.len());
            }
        }
    }
    let mut start = 0;
    for end in ends {
        let view = View::<u64>::new(&bytes[start..]).unwrap();
        assert_eq!(view.end(), Ok(end - start));
        let alone = View::<u64>::new(&bytes[start..end]).unwrap();
        assert_eq!(alone.end(), Ok(end - start));
        let cut = View::<u64>::new(&bytes[start..end - 1]);
        assert!(matches!(cut.and_then(|it| it.end()), Err(DecodeError::UnexpectedEnd { .. })));
        start = end;
    }
}

/// A few values far from the others do not hide that the others are near one another.
#[test]
#[cfg_attr(miri, ignore = "a thousand values that other tests read in the same way")]
fn a_reference_wins_with_outliers_too() {
    let mut values = vec![1000_u64; 1023];
    values.push(60_000);
    let mut bytes = Vec::new();
    Codec::new().encode(&values, &mut bytes);
    assert!(bytes.len() < 540, "{}", bytes.len());
}

#[test]
fn a_block_of_another_type_is_refused() {
    let bytes = block(&[1, 2, 3], Transform::Reference);
    let expected = DecodeError::WrongTag { offset: 0, found: 0xe2, expected: 0x81 };
    assert_eq!(Codec::new().decode::<u32>(&bytes, &mut Vec::new()), Err(expected));
    assert!(Codec::new().decode::<i64>(&bytes, &mut Vec::new()).is_err());
    assert_eq!(View::<u32>::new(&bytes).unwrap_err(), expected);
}

/// The bytes that the documentation gives.
#[test]
fn golden_blocks() {
    let encode = |values: &[u64], transform| {
        let mut bytes = Vec::new();
        Codec::new().transform(transform).checksum(false).encode(values, &mut bytes);
        bytes
    };
    assert_eq!(encode(&[], Transform::Reference), [0x82, 0]);
    assert_eq!(encode(&[7, 8, 9], Transform::Reference), [0x82, 3, 0x01, 7, 8, 9]);
    assert_eq!(encode(&[5; 9], Transform::Reference), [0x82, 9, 0x10, 5]);
    assert_eq!(
        encode(&[1, 0x1234_5678, 0, 3, 0, 0, 0, 0], Transform::Reference),
        [0x82, 8, 0x0c, 0x41, 0x10, 0x00, 0x00, 1, 0x78, 0x56, 0x34, 0x12, 3]
    );
    assert_eq!(
        encode(&[1000, 2010, 3021, 4030, 5040, 6050, 7061, 8070], Transform::Delta),
        [0x82, 8, 0x21, 0xf1, 0xe8, 0x03, 0xf1, 0xe2, 0x07, 0, 1, 2, 0, 1, 1, 2, 0]
    );
    let mut bytes = Vec::new();
    Codec::new().checksum(false).encode(&[1_u32, 300, 70_000, 0], &mut bytes);
    assert_eq!(bytes, [0x81, 4, 0x0b, 0b00_10_01_00, 1, 0x2c, 0x01, 0x70, 0x11, 0x01, 0]);
    bytes.clear();
    Codec::new().checksum(false).encode(&[0_u32, 0, 0, 300, 1, 0, 0, 0], &mut bytes);
    assert_eq!(bytes, [0x81, 8, 0x0a, 0b10_00_00_00, 0b00_00_00_01, 0x2c, 0x01, 1]);
    bytes.clear();
    Codec::new().checksum(false).encode(&[-3_i64, 4], &mut bytes);
    assert_eq!(bytes, [0x83, 2, 0x01, 5, 8]);
}

#[test]
fn what_is_wrong_is_said() {
    // A nibble of 9 or more has no meaning.
    assert_eq!(
        decode(&[0x82, 2, 0x0c, 0x91, 1, 2, 3]),
        Err(DecodeError::ReservedMarker { offset: 3, marker: 0x91 })
    );
    // Layouts that only u32 has, and ones that nothing has.
    for marker in [0x09, 0x0a, 0x0b, 0x0d, 0x0e, 0x0f, 0x30, 0x80] {
        assert_eq!(
            decode(&[0x82, 2, marker, 0, 0, 0, 0, 0, 0, 0, 0]),
            Err(DecodeError::ReservedMarker { offset: 2, marker })
        );
    }
    // Three values, and a length for a fourth.
    let error = decode(&[0x82, 3, 0x0c, 0x11, 0x11, 1, 2, 3, 4]).unwrap_err();
    assert!(matches!(error, DecodeError::Inconsistent { offset: 4, .. }), "{error}");
    // The reference of a block of u32 is larger than a u32.
    assert_eq!(
        Codec::new().decode::<u32>(&[0x81, 1, 0x10, 0xf4, 0, 0, 0, 0, 1], &mut Vec::new()),
        Err(DecodeError::OutOfRange { offset: 3, target: "u32" })
    );
    // So is a step.
    assert_eq!(
        Codec::new().decode::<u32>(&[0x81, 1, 0x20, 7, 0xf4, 0, 0, 0, 0, 1], &mut Vec::new()),
        Err(DecodeError::OutOfRange { offset: 4, target: "i32" })
    );
    // The first value is 10, and the first lane is 5.
    let error = decode(&[0x82, 2, 0x21, 10, 0, 5, 1]).unwrap_err();
    assert!(matches!(error, DecodeError::Inconsistent { offset: 5, .. }), "{error}");
    let view = View::<u64>::new(&[0x82, 2, 0x21, 10, 0, 5, 1]).unwrap();
    assert!(matches!(view.get(1), Err(DecodeError::Inconsistent { offset: 5, .. })));
    // A tag that asks for half of a checksum.
    for tag in [0xa2, 0xc2] {
        let error = decode(&[tag, 0, 0, 0, 0, 0]).unwrap_err();
        assert!(matches!(error, DecodeError::WrongTag { offset: 0, .. }), "{error}");
    }
    // An overlong count.
    assert_eq!(
        decode(&[0x82, 0xf0, 3, 0]),
        Err(DecodeError::Overlong { offset: 2, len: 2, shortest: 1 })
    );
}

/// An index of eight-byte offsets is for blocks beyond 2^32 bytes; here is a small one.
#[test]
#[cfg_attr(miri, ignore = "three frames take Miri a minute, and the index is plain safe code")]
fn offsets_of_eight_bytes() {
    // Mostly equal values: a frame is soon read.
    let values = (0..2 * FRAME as u64 + 5).map(|i| i / 1000 * 77).collect::<Vec<_>>();
    let mut narrow = Vec::new();
    Codec::new().checksum(false).encode(&values, &mut narrow);
    let index = 1 + 3;
    let mut wide = narrow[..index].to_vec();
    wide[0] |= 0x10;
    for entry in narrow[index..index + 8].chunks_exact(4) {
        wide.extend(entry);
        wide.extend([0; 4]);
    }
    wide.extend(&narrow[index + 8..]);

    let mut decoded = Vec::<u64>::new();
    assert_eq!(Codec::new().decode(&wide, &mut decoded), Ok(wide.len()));
    assert_eq!(decoded, values);
    let view = View::<u64>::new(&wide).unwrap();
    assert_eq!(view.get(2 * FRAME + 1), Ok(Some(values[2 * FRAME + 1])));

    // Offsets that are wrong, or too large for anything.
    for byte in index..index + 16 {
        for value in [1, 0xff] {
            let mut bytes = wide.clone();
            bytes[byte] ^= value;
            let error = Codec::new().decode::<u64>(&bytes, &mut Vec::new()).unwrap_err();
            assert!(
                matches!(error, DecodeError::Inconsistent { offset, .. } if offset == index + (byte - index) / 8 * 8)
            );
            let _ = View::<u64>::new(&bytes).unwrap().get(2 * FRAME + 1);
        }
    }
}

#[test]
fn sets_that_are_missing_fall_back() {
    for simd in [Simd::Ssse3, Simd::Avx2, Simd::Avx512, Simd::Neon] {
        let mut bytes = Vec::new();
        Codec::new().simd(simd).encode(&[1_u32, 2, 3], &mut bytes);
        let mut values = Vec::new();
        assert_eq!(Codec::new().simd(simd).decode::<u32>(&bytes, &mut values), Ok(bytes.len()));
        assert_eq!(values, [1, 2, 3]);
    }
}
