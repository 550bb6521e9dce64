//! Property tests: against an encoder that is written as the specification reads, and on bytes
//! that nobody encoded.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used)]

use integer_codec::{DecodeError, Narrow, VarInt};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// The specification, one byte at a time.
fn model(mut value: u128, limit: u8) -> Vec<u8> {
    if value <= u128::from(limit) {
        return vec![value as u8];
    }
    let mut bytes = vec![limit];
    while value > 0 {
        bytes.push((value % 256) as u8);
        bytes[0] += 1;
        value /= 256;
    }
    bytes
}

/// Zigzag in the words of its definition: `n` becomes `2n`, `-n` becomes `2n - 1`.
fn zigzag(value: i128) -> u128 {
    match value {
        0.. => 2 * value.unsigned_abs(),
        _ => 2 * (value.unsigned_abs() - 1) + 1,
    }
}

fn check<T: VarInt>(value: T, expected: &[u8]) -> Result<(), TestCaseError> {
    let mut bytes = Vec::new();
    value.encode_to(&mut bytes);
    prop_assert_eq!(&bytes[..], expected);

    let mut buffer = [0xaa; 17];
    prop_assert_eq!(value.encode(&mut buffer), Ok(expected.len()));
    prop_assert_eq!(&buffer[..expected.len()], expected);
    prop_assert_eq!(T::decode(&buffer), Ok((value, expected.len())));
    prop_assert_eq!(T::decode(expected), Ok((value, expected.len())));
    Ok(())
}

/// What is accepted is what encoding gives; what is refused is refused at a byte that is there, or
/// at the end.
fn check_bytes<T: VarInt>(bytes: &[u8]) -> Result<(), TestCaseError> {
    match T::decode(bytes) {
        Ok((value, used)) => {
            let mut again = Vec::new();
            value.encode_to(&mut again);
            prop_assert_eq!(&again[..], &bytes[..used]);
        }
        Err(DecodeError::UnexpectedEnd { offset, missing }) => {
            prop_assert_eq!(offset, bytes.len());
            // With that many more bytes it is a value, or wrong in another way.
            let mut longer = bytes.to_vec();
            longer.resize(offset + missing, 1);
            let error = T::decode(&longer);
            let cut_again = matches!(error, Err(DecodeError::UnexpectedEnd { .. }));
            prop_assert!(!cut_again, "{error:?}");
        }
        Err(error) => prop_assert!(error.offset() < bytes.len()),
    }
    Ok(())
}

/// Values whose lengths are all as likely as each other.
fn any_magnitude() -> impl Strategy<Value = u128> {
    (any::<u128>(), 0..128u32).prop_map(|(value, shift)| value >> shift)
}

/// Bytes that often start with a marker and often end in zeros.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![any::<u8>(), 230u8..];
    let payload = prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(255)], 0..18);
    (first, payload).prop_map(|(first, mut bytes)| {
        bytes.insert(0, first);
        bytes
    })
}

/// A wrapper is made of an integer, and displayed as it.
#[test]
fn narrow_is_transparent() {
    assert_eq!(Narrow::from(-7i64), Narrow(-7));
    let values: [Narrow<u8>; 2] = [1, 255].map(Into::into);
    assert_eq!(values, [Narrow(1), Narrow(255)]);
    assert_eq!(Narrow(-7i64).to_string(), "-7");
    assert_eq!(format!("{:+05}|{:<4}|", Narrow(7u32), Narrow(-1i8)), "+0007|-1  |");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn round_trips(value in any_magnitude()) {
        macro_rules! check_each {
            ($($unsigned:ident $signed:ident,)*) => {$(
                check(value as $unsigned, &model(u128::from(value as $unsigned), 239))?;
                check(value as $signed, &model(zigzag(i128::from(value as $signed)), 239))?;
            )*};
        }
        macro_rules! check_each_narrow {
            ($($unsigned:ident $signed:ident,)*) => {$(
                check(Narrow(value as $unsigned), &model(value as $unsigned as u128, 247))?;
                check(Narrow(value as $signed), &model(zigzag(value as $signed as i128), 247))?;
            )*};
        }
        check_each!(u8 i8, u16 i16, u32 i32, u64 i64, u128 i128,);
        check(value as usize, &model(value as usize as u128, 239))?;
        check(value as isize, &model(zigzag(value as isize as i128), 239))?;
        check_each_narrow!(u8 i8, u16 i16, u32 i32, u64 i64, usize isize,);
    }

    #[test]
    fn any_bytes_at_all(bytes in any_bytes()) {
        macro_rules! check_each {
            ($($int:ident)*) => {$(
                check_bytes::<$int>(&bytes)?;
                check_bytes::<Narrow<$int>>(&bytes)?;
            )*};
        }
        check_each!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);
        check_bytes::<u128>(&bytes)?;
        check_bytes::<i128>(&bytes)?;
    }

    /// A sequence is its values one after the other; the offset of an error counts from its start.
    #[test]
    fn sequences(values in prop::collection::vec(any_magnitude(), 0..8), cut in any::<prop::sample::Index>()) {
        let mut bytes = Vec::new();
        let mut starts = Vec::new();
        for &value in &values {
            starts.push(bytes.len());
            value.encode_to(&mut bytes);
        }
        let cut = cut.index(bytes.len() + 1);

        let mut at = 0;
        for (&value, &start) in values.iter().zip(&starts) {
            prop_assert_eq!(at, start);
            match u128::decode(&bytes[at..cut]).map_err(|error| error.at(at)) {
                Ok((decoded, used)) => {
                    prop_assert_eq!(decoded, value);
                    at += used;
                }
                Err(error) => {
                    prop_assert!(at + value.encoded_len() > cut);
                    prop_assert_eq!(error.offset(), cut);
                    return Ok(());
                }
            }
        }
        prop_assert_eq!(at, bytes.len());
    }
}
