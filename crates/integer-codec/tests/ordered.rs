//! The ordered format: byte order is value order, and each value has one encoding.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used)]

use std::fmt::Debug;

use integer_codec::{DecodeError, EncodeError, Ordered, VarInt, ordered};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// Every value; under Miri every `step`th, because the interpreter would take minutes over all of
/// them and meet no other branch.
fn sample<T>(all: impl Iterator<Item = T>, step: usize) -> impl Iterator<Item = T> {
    all.step_by(if cfg!(miri) { step } else { 1 })
}

/// The values around every power of two and around the ends of each length of the ordered format;
/// under Miri around some of them.
fn boundaries() -> impl Iterator<Item = u128> {
    let powers = (0..128).map(|bit| 1u128 << bit);
    let before = |first: u32| (1..9).map(move |k| (0..k).map(|i| 1 << (7 * i + first)).sum());
    let centres = sample(powers.chain(before(7)).chain(before(6)), 31);
    let centres = centres.chain([239, 247, 1 << 50, 1 << 63, 1 << 64, u128::MAX]);
    centres.flat_map(|centre: u128| [centre.wrapping_sub(1), centre, centre.wrapping_add(1)])
}

/// The same for signed values, negative ones among them.
fn signed_boundaries() -> impl Iterator<Item = i128> {
    boundaries().flat_map(|value| [value as i128, !(value as i128)])
}

/// Values whose lengths are all as likely as each other.
fn any_magnitude() -> impl Strategy<Value = u128> {
    (any::<u128>(), 0..128u32).prop_map(|(value, shift)| value >> shift)
}

fn any_signed() -> impl Strategy<Value = i128> {
    (any::<i128>(), 0..128u32).prop_map(|(value, shift)| value >> shift)
}

/// Bytes of which many are at an end of their range, as the first bytes and the ends of payloads
/// are.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = || prop_oneof![any::<u8>(), Just(0), Just(255), 120u8..150, 230u8..];
    let small = prop::collection::vec(byte(), 0..20);
    let large = (prop_oneof![Just(0u8), Just(255)], small.clone(), 0..18u8).prop_map(
        // The mark of more than 64 bits, and a length that may be one.
        |(all, bytes, n)| {
            let marker = if all == 0 { !(128 + n) } else { 128 + n };
            [&[all, all, marker], &bytes[..]].concat()
        },
    );
    prop_oneof![small, large]
}

fn bytes_of<T: VarInt>(value: T) -> Vec<u8> {
    let mut out = Vec::new();
    value.encode_to(&mut out);
    out
}

/// The specification of the ordered format, one bit at a time.
fn model(magnitude: u128, sign: &str) -> Vec<u8> {
    let binary = |value: u128, width: usize| format!("{value:0width$b}");
    let mut bits = String::from(sign);
    if magnitude <= u128::from(u64::MAX) >> sign.len() {
        let mut before = 0;
        for k in 0..=8 {
            let prefix = "1".repeat(k) + if k == 8 { "" } else { "0" };
            let payload = 8 * (k + 1) - sign.len() - prefix.len();
            if k == 8 || magnitude - before < 1 << payload {
                bits += &(prefix + &binary(magnitude - before, payload));
                break;
            }
            before += 1 << payload;
        }
    } else {
        let n = binary(magnitude, 1).len().div_ceil(8);
        bits = "1".repeat(16) + &binary(128 + n as u128, 8) + &binary(magnitude, 8 * n);
    }
    let byte = |at| u8::from_str_radix(&bits[at..at + 8], 2).unwrap();
    (0..bits.len()).step_by(8).map(byte).collect()
}

fn model_unsigned(value: u128) -> Vec<u8> {
    model(value, "")
}

fn model_signed(value: i128) -> Vec<u8> {
    if value >= 0 {
        model(value as u128, "1")
    } else {
        model(!value as u128, "1").iter().map(|byte| !byte).collect()
    }
}

/// Both ways of encoding, decoding, every buffer that is too small.
fn check<T: VarInt>(value: T, expected: &[u8]) {
    let len = expected.len();
    assert_eq!(bytes_of(value), expected, "{value:?}");
    assert_eq!(value.encoded_len(), len);
    assert!(len <= T::MAX_LEN, "{value:?}");

    let mut buffer = [0xaa; 20];
    assert_eq!(value.encode(&mut buffer), Ok(len));
    assert_eq!(&buffer[..len], expected, "{value:?}");
    assert_eq!(buffer[len..], [0xaa; 20][len..], "{value:?}: the rest is untouched");
    assert_eq!(T::decode(&buffer), Ok((value, len)), "bytes after the value do not matter");
    assert_eq!(T::decode(expected), Ok((value, len)));

    for available in sample(0..len, 3) {
        let mut small = vec![0xaa; available];
        let error = EncodeError::BufferTooSmall { needed: len, available };
        assert_eq!(value.encode(&mut small), Err(error));
        assert_eq!(small, [0xaa; 20][..available], "{value:?}: nothing is written");
    }
}

#[test]
fn ordered_every_u16_and_i16() {
    for value in sample(0..=u16::MAX, 9973) {
        check(Ordered(value), &model_unsigned(value.into()));
        if let Ok(value) = u8::try_from(value) {
            check(Ordered(value), &model_unsigned(value.into()));
        }
    }
    for value in sample(i16::MIN..=i16::MAX, 9973) {
        check(Ordered(value), &model_signed(value.into()));
        if let Ok(value) = i8::try_from(value) {
            check(Ordered(value), &model_signed(value.into()));
        }
    }
}

/// The model knows no types, so this is also: the bytes are the same whatever type held the value.
#[test]
fn ordered_every_boundary() {
    macro_rules! check_each {
        ($value:ident, $bytes:ident, $($int:ident)*) => {$(
            match $int::try_from($value) {
                Ok(value) => check(Ordered(value), &$bytes),
                Err(_) => {
                    let error = DecodeError::OutOfRange { offset: 0, target: stringify!($int) };
                    assert_eq!(Ordered::<$int>::decode(&$bytes), Err(error));
                }
            }
        )*};
    }
    for value in boundaries() {
        let bytes = model_unsigned(value);
        check_each!(value, bytes, u8 u16 u32 u64 usize u128);
    }
    for value in signed_boundaries() {
        let bytes = model_signed(value);
        check_each!(value, bytes, i8 i16 i32 i64 isize i128);
    }
}

#[test]
fn ordered_const_functions() {
    fn check<V: PartialEq + Debug, const N: usize>(
        (bytes, len): ([u8; N], usize),
        decode: impl Fn(&[u8]) -> Result<(V, usize), DecodeError>,
        value: V,
        expected: &[u8],
    ) {
        assert_eq!(&bytes[..len], expected);
        assert!(bytes[len..].iter().all(|&byte| byte == 0), "the rest of the array is 0");
        assert_eq!(decode(&bytes), Ok((value, len)));
    }
    for value in boundaries() {
        let expected = model_unsigned(value);
        check(ordered::encode_u128(value), ordered::decode_u128, value, &expected);
        if let Ok(value) = u64::try_from(value) {
            check(ordered::encode_u64(value), ordered::decode_u64, value, &expected);
        }
    }
    for value in signed_boundaries() {
        let expected = model_signed(value);
        check(ordered::encode_i128(value), ordered::decode_i128, value, &expected);
        if let Ok(value) = i64::try_from(value) {
            check(ordered::encode_i64(value), ordered::decode_i64, value, &expected);
        }
    }
    const MINUS_ONE: ([u8; 19], usize) = ordered::encode_i128(-1);
    assert_eq!(MINUS_ONE.0[..MINUS_ONE.1], [0x7f]);
}

/// Each encoding comes before the next one, and is not its beginning. Nothing stands between two
/// such neighbours, so this is true of any two.
#[test]
fn ordered_neighbours() {
    fn check<T: VarInt>(values: impl Iterator<Item = T>) {
        let mut last: Option<Vec<u8>> = None;
        for value in values {
            let bytes = bytes_of(value);
            if let Some(last) = last {
                assert!(last < bytes && !bytes.starts_with(&last), "{value:?}");
            }
            last = Some(bytes);
        }
    }
    check(sample(0..=u16::MAX, 4093).map(Ordered));
    check(sample(i16::MIN..=i16::MAX, 4093).map(Ordered));
    let mut values: Vec<u128> = boundaries().collect();
    values.sort_unstable();
    values.dedup();
    check(values.into_iter().map(Ordered));
    let mut values: Vec<i128> = signed_boundaries().collect();
    values.sort_unstable();
    values.dedup();
    check(values.into_iter().map(Ordered));
}

/// A cut encoding lacks as many bytes as the shortest value that starts with what is there.
#[test]
fn ordered_every_cut() {
    fn check<T: VarInt>(values: impl Iterator<Item = T>) {
        let encodings: Vec<Vec<u8>> = values.map(bytes_of).collect();
        for bytes in sample(encodings.iter(), 7) {
            for cut in 0..bytes.len() {
                let start = &bytes[..cut];
                let alike = encodings.iter().filter(|other| other.starts_with(start));
                let missing = alike.map(|other| other.len() - cut).min().unwrap();
                let error = DecodeError::UnexpectedEnd { offset: cut, missing };
                assert_eq!(T::decode(start), Err(error), "{bytes:02x?}");
            }
        }
    }
    check(boundaries().map(Ordered));
    check(signed_boundaries().map(Ordered));
}

/// What no value has: behind the largest 64-bit value, and lengths that the long form has not.
#[test]
fn ordered_reserved() {
    fn check<T: VarInt>(len: usize) {
        let largest =
            model(u128::from(u64::MAX) >> usize::from(len == 8), &"1"[..(len == 8).into()]);
        for flip in if len == 8 { [0, 0xff] } else { [0, 0] } {
            // Each byte one more than in the largest value.
            for at in 1..9 {
                let mut bytes: Vec<u8> = largest.iter().map(|byte| byte ^ flip).collect();
                if largest[at] == 0xff || largest[..=at] == [0xff, 0xfe] {
                    continue; // the mark of the long form
                }
                bytes[at] = (largest[at] + 1) ^ flip;
                let error = DecodeError::ReservedMarker { offset: at, marker: bytes[at] };
                assert_eq!(T::decode(&bytes), Err(error), "{bytes:02x?}");
            }
            for third in sample(0..=255u8, 17) {
                let mut bytes = vec![flip; 19];
                bytes[..3].copy_from_slice(&[!flip, !flip, third ^ flip]);
                bytes[3] = !flip;
                let error = DecodeError::ReservedMarker { offset: 2, marker: bytes[2] };
                let decoded = T::decode(&bytes);
                let is_length = (128 + len..=128 + 16).contains(&third.into());
                let is_64_bits = len == 8 && third <= 0x7e;
                if is_length || is_64_bits {
                    assert_ne!(decoded, Err(error), "{bytes:02x?}");
                } else {
                    assert_eq!(decoded, Err(error), "{bytes:02x?}");
                }
            }
        }
    }
    check::<Ordered<u8>>(9);
    check::<Ordered<u64>>(9);
    check::<Ordered<u128>>(9);
    check::<Ordered<i16>>(8);
    check::<Ordered<i64>>(8);
    check::<Ordered<i128>>(8);
}

/// A wrapper is made of an integer, and displayed as it.
#[test]
fn ordered_is_transparent() {
    assert_eq!(Ordered::from(-7i64), Ordered(-7));
    let values: [Ordered<u8>; 2] = [1, 255].map(Into::into);
    assert_eq!(values, [Ordered(1), Ordered(255)]);
    assert_eq!(Ordered(-7i64).to_string(), "-7");
    assert_eq!(format!("{:+05}|{:<4}|", Ordered(7u32), Ordered(-1i8)), "+0007|-1  |");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn ordered_round_trips(value in any_magnitude(), signed in any_signed()) {
        macro_rules! check_each {
            ($($unsigned:ident $signed:ident,)*) => {$(
                check(Ordered(value as $unsigned), &model_unsigned(value as $unsigned as u128));
                check(Ordered(signed as $signed), &model_signed(signed as $signed as i128));
            )*};
        }
        check_each!(u8 i8, u16 i16, u32 i32, u64 i64, usize isize, u128 i128,);
    }

    #[test]
    fn ordered_as_values_are(
        (a, b, c, d) in (any_magnitude(), any_signed(), any_magnitude(), any_signed()),
        same in any::<bool>(),
    ) {
        let c = if same { a } else { c };
        prop_assert_eq!(bytes_of(Ordered(a)).cmp(&bytes_of(Ordered(c))), a.cmp(&c));
        prop_assert_eq!(bytes_of(Ordered(b)).cmp(&bytes_of(Ordered(d))), b.cmp(&d));
        // One after the other, they compare as a tuple.
        let key = |a, b| [bytes_of(Ordered(a)), bytes_of(Ordered(b))].concat();
        prop_assert_eq!(key(a, b).cmp(&key(c, d)), (a, b).cmp(&(c, d)));
    }

    /// What is accepted is what encoding gives; what is refused is refused at a byte that is there,
    /// or at the end.
    #[test]
    fn ordered_any_bytes_at_all(bytes in any_bytes()) {
        fn check<T: VarInt>(bytes: &[u8]) -> Result<(), TestCaseError> {
            match T::decode(bytes) {
                Ok((value, used)) => prop_assert_eq!(&bytes_of(value), &bytes[..used]),
                Err(DecodeError::UnexpectedEnd { offset, missing }) => {
                    prop_assert_eq!(offset, bytes.len());
                    prop_assert!(missing > 0 && offset + missing <= ordered::MAX_LEN);
                }
                Err(error) => prop_assert!(error.offset() < bytes.len()),
            }
            Ok(())
        }
        macro_rules! check_each {
            ($($int:ident)*) => {$( check::<Ordered<$int>>(&bytes)?; )*};
        }
        check_each!(u8 u16 u32 u64 usize u128 i8 i16 i32 i64 isize i128);
    }
}
