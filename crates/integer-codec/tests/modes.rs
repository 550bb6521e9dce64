//! Lenient decoding, padded encoding, and the encoder over a slice.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used)]

use integer_codec::{
    DecodeError, EncodeError, Encoder, Narrow, Ordered, Padded, VarInt, narrow, wide,
};
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

/// The values around every power of two and every limit; under Miri around some powers.
fn boundaries() -> impl Iterator<Item = u128> {
    let powers = sample((0..128).map(|bit| 1u128 << bit), 31);
    let centres = powers.chain([239, 247, 1 << 63, u128::MAX]);
    centres.flat_map(|centre: u128| [centre.wrapping_sub(1), centre, centre.wrapping_add(1)])
}

fn any_signed() -> impl Strategy<Value = i128> {
    (any::<i128>(), 0..128u32).prop_map(|(value, shift)| value >> shift)
}

/// Bytes that often start with a marker and often end in zeros.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![any::<u8>(), 230u8..];
    let payload = prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(255)], 0..20);
    (first, payload).prop_map(|(first, bytes)| [&[first], &bytes[..]].concat())
}

fn bytes_of<T: VarInt>(value: T) -> Vec<u8> {
    let mut out = Vec::new();
    value.encode_to(&mut out);
    out
}

/// Each length that the format has, for one value.
fn check_padded<T: Padded>(value: T, longest: usize) {
    let shortest = value.encoded_len();
    macro_rules! check_each {
        ($($n:literal)*) => {$(
            let padded = value.encode_padded::<$n>();
            if !(1..=longest).contains(&$n) {
                let error = EncodeError::LengthOutOfRange { len: $n, longest };
                assert_eq!(padded, Err(error), "{value:?}");
            } else if $n < shortest {
                let error = EncodeError::BufferTooSmall { needed: shortest, available: $n };
                assert_eq!(padded, Err(error), "{value:?}");
            } else {
                check_lenient(value, &padded.unwrap(), shortest);
            }
        )*};
    }
    check_each!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18);
}

fn check_lenient<T: Padded>(value: T, bytes: &[u8], shortest: usize) {
    let len = bytes.len();
    assert_eq!(T::decode_lenient(bytes), Ok((value, len)));
    let followed = [bytes, &[0xee; 20]].concat();
    assert_eq!(T::decode_lenient(&followed), Ok((value, len)));
    for cut in 0..len {
        let missing = if cut == 0 { 1 } else { len - cut };
        let error = DecodeError::UnexpectedEnd { offset: cut, missing };
        assert_eq!(T::decode_lenient(&bytes[..cut]), Err(error));
    }
    for input in [bytes, &followed] {
        let strict = T::decode(input);
        if len == shortest {
            assert_eq!(bytes, bytes_of(value), "the shortest form is the strict one");
            assert_eq!(strict, Ok((value, len)));
        } else {
            assert_eq!(strict, Err(DecodeError::Overlong { offset: len - 1, len, shortest }));
        }
    }
}

#[test]
fn padded_every_u16_and_i16() {
    for value in sample(0..=u16::MAX, 30011) {
        check_padded(value, wide::MAX_LEN);
        check_padded(value as i16, wide::MAX_LEN);
        check_padded(Narrow(value), narrow::MAX_LEN);
        check_padded(Narrow(value as i16), narrow::MAX_LEN);
        if value <= 255 {
            check_padded(value as u8, wide::MAX_LEN);
            check_padded(value as i8, wide::MAX_LEN);
            check_padded(Narrow(value as u8), narrow::MAX_LEN);
            check_padded(Narrow(value as i8), narrow::MAX_LEN);
        }
    }
}

#[test]
fn padded_every_boundary() {
    macro_rules! check_each {
        ($($unsigned:ident $signed:ident,)*) => {$(
            for value in sample(boundaries(), 11) {
                if let Ok(value) = $unsigned::try_from(value) {
                    check_padded(value, wide::MAX_LEN);
                    check_padded(Narrow(value), narrow::MAX_LEN);
                }
                if let Ok(value) = $signed::try_from(value as i128) {
                    check_padded(value, wide::MAX_LEN);
                    check_padded(Narrow(value), narrow::MAX_LEN);
                }
            }
        )*};
    }
    check_each!(u32 i32, u64 i64, usize isize,);
    for value in sample(boundaries(), 11) {
        check_padded(value, wide::MAX_LEN);
        check_padded(value as i128, wide::MAX_LEN);
    }
}

/// A value of more bits than the type has, in any form.
#[test]
fn lenient_is_not_truncating() {
    let mut bytes = [0; 17];
    (bytes[0], bytes[16]) = (255, 1);
    let error = |target| DecodeError::OutOfRange { offset: 0, target };
    assert_eq!(u64::decode_lenient(&bytes), Err(error("u64")));
    assert_eq!(i8::decode_lenient(&bytes), Err(error("i8")));
    assert_eq!(u8::decode_lenient(&[242, 0, 1, 0]), Err(error("u8")));
    assert_eq!(i16::decode_lenient(&[243, 0, 0, 1, 0]), Err(error("i16")));
    assert_eq!(Narrow::<u32>::decode_lenient(&[252, 0, 0, 0, 0, 1]), Err(error("u32")));
}

proptest! {
    #![proptest_config(config())]

    /// Lenient decoding takes whatever is whole and fits; strict decoding takes of that what is
    /// shortest, and gives the same.
    #[test]
    fn lenient_any_bytes_at_all(bytes in any_bytes()) {
        fn check<T: Padded>(bytes: &[u8], limit: u8) -> Result<(), TestCaseError> {
            let n = bytes.first().map_or(1, |first| usize::from(first.saturating_sub(limit)));
            match (T::decode_lenient(bytes), T::decode(bytes)) {
                (Ok((value, used)), strict) => {
                    prop_assert_eq!(used, 1 + n);
                    let len = value.encoded_len();
                    if len == used {
                        prop_assert_eq!(strict, Ok((value, used)));
                        prop_assert_eq!(&bytes_of(value), &bytes[..used]);
                    } else {
                        let error = DecodeError::Overlong { offset: n, len: used, shortest: len };
                        prop_assert_eq!(strict, Err(error));
                    }
                }
                (Err(DecodeError::UnexpectedEnd { offset, missing }), strict) => {
                    prop_assert_eq!(offset, bytes.len());
                    prop_assert_eq!(missing, if bytes.is_empty() { 1 } else { 1 + n - offset });
                    prop_assert_eq!(strict, Err(DecodeError::UnexpectedEnd { offset, missing }));
                }
                (Err(DecodeError::OutOfRange { offset, .. }), strict) => {
                    prop_assert_eq!(offset, 0);
                    let refused = matches!(
                        strict,
                        Err(DecodeError::OutOfRange { .. } | DecodeError::Overlong { .. })
                    );
                    prop_assert!(refused, "{strict:?}");
                }
                (Err(error), _) => prop_assert!(false, "{error:?}"),
            }
            Ok(())
        }
        macro_rules! check_each {
            ($($int:ident)*) => {$(
                check::<$int>(&bytes, wide::LIMIT)?;
                check::<Narrow<$int>>(&bytes, narrow::LIMIT)?;
            )*};
        }
        check_each!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);
        check::<u128>(&bytes, wide::LIMIT)?;
        check::<i128>(&bytes, wide::LIMIT)?;
    }

    /// The encoder gives the bytes of `encode_to`, fills the buffer to its last byte, and refuses
    /// what does not fit.
    #[test]
    fn encoder(values in prop::collection::vec((any_signed(), 0..9u8), 0..12), room in 0..60usize) {
        let mut buffer = vec![0xaa; room];
        let mut encoder = Encoder::new(&mut buffer);
        let mut expected = Vec::new();
        prop_assert!(encoder.is_empty());

        fn push<T: VarInt>(encoder: &mut Encoder, expected: &mut Vec<u8>, value: T) {
            let needed = value.encoded_len();
            let available = encoder.remaining();
            if needed <= available {
                value.encode_to(expected);
                assert_eq!(encoder.push(value), Ok(needed));
            } else {
                let error = EncodeError::BufferTooSmall { needed, available };
                assert_eq!(encoder.push(value), Err(error));
            }
        }
        for (value, kind) in values {
            let (encoder, expected) = (&mut encoder, &mut expected);
            match kind {
                0 => push(encoder, expected, value),
                1 => push(encoder, expected, value as u8),
                2 => push(encoder, expected, value as i16),
                3 => push(encoder, expected, value as u32),
                4 => push(encoder, expected, value as i64),
                5 => push(encoder, expected, Narrow(value as u64)),
                6 => push(encoder, expected, Ordered(value)),
                7 => push(encoder, expected, Ordered(value as u16)),
                _ => push(encoder, expected, Ordered(value as i64)),
            }
            prop_assert_eq!(encoder.written(), &expected[..]);
            prop_assert_eq!(encoder.len(), expected.len());
            prop_assert_eq!(encoder.remaining(), room - expected.len());
            prop_assert_eq!(encoder.is_empty(), expected.is_empty());
        }
        prop_assert_eq!(encoder.finish(), &expected[..]);
    }
}
