//! The mistakes of the type that this crate grew out of, one test each, under its name.
//!
//! That type was published and had property tests. These are what they did not find.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use integer_codec::integer::FromFloatError;
use integer_codec::{DecodeError, Integer, Narrow, VarInt};

/// Zero as programs meet it: out of each type, not out of a text or a constant.
fn zeros() -> [Integer; 12] {
    [
        0u8.into(),
        0u16.into(),
        0u32.into(),
        0u64.into(),
        0u128.into(),
        0usize.into(),
        0i8.into(),
        0i16.into(),
        0i32.into(),
        0i64.into(),
        0i128.into(),
        0isize.into(),
    ]
}

/// The sign had three states, one of them for unsigned types, and equality compared it.
#[test]
fn zero_u8_is_not_zero_i8() {
    assert_eq!(Integer::from(0u8), Integer::from(0i8));
    for zero in zeros() {
        assert!(zeros().iter().all(|other| zero == *other && zero.cmp(other).is_eq()));
    }
    assert_eq!(zeros().into_iter().collect::<HashSet<_>>().len(), 1);
}

/// Decoding made a zero that used no bytes, `From` one that used a byte.
#[test]
fn zero_is_not_itself_after_a_round_trip() {
    for zero in zeros() {
        let mut buffer = [0xff; 17];
        assert_eq!(zero.encode_unsigned(&mut buffer), Ok(1));
        assert_eq!(Integer::decode_unsigned(&buffer), Ok((zero, 1)));
        buffer = [0xff; 17];
        assert_eq!(zero.encode_signed(&mut buffer), Ok(1));
        assert_eq!(Integer::decode_signed(&buffer), Ok((zero, 1)));
    }
}

/// The tests made their values with `FromStr`, which had a line of its own for "0": the zero that
/// they met was never the one that programs met.
#[test]
fn zero_from_text_is_special() {
    let zero = Integer::from(0u8);
    for text in ["0", "-0", "+0", "00", "0x0", "0b0", "0_0"] {
        assert_eq!(text.parse(), Ok(zero), "{text}");
    }
    assert_eq!(-zero, zero);
    assert_eq!(Integer::try_from(-0.0f64), Ok(zero));
    assert_eq!(Integer::from(5).checked_sub(Integer::from(5)), Some(zero));
    assert_eq!(Integer::from(-5).checked_mul(zero), Some(zero));
    assert_eq!(Integer::from(-5).checked_rem(Integer::from(5)), Some(zero));
    assert_eq!(Integer::from(-1).checked_div(Integer::from(5)), Some(zero));
    assert_eq!(Integer::MAX.wrapping_mul(zero), zero);
    assert_eq!(Integer::MIN.wrapping_add(Integer::MAX), zero);
    assert_eq!((zero.abs(), zero.signum()), (zero, zero));
    assert_eq!(Integer::default(), zero);
    assert_eq!(Integer::new(true, 0), zero);
    assert!(!(-zero).is_negative());
}

/// The conversion dropped what did not fit.
#[test]
fn two_hundred_as_i8_is_minus_56() {
    assert!(i8::try_from(Integer::from(200u8)).is_err());
    // The same through bytes: 200 as a signed field is two bytes, and no i8.
    let mut bytes = [0; 3];
    assert_eq!(200i16.encode(&mut bytes), Ok(3));
    let error = DecodeError::OutOfRange { offset: 0, target: "i8" };
    assert_eq!(i8::decode(&bytes), Err(error));
}

/// So it did below zero.
#[test]
fn minus_129_as_i8_is_127() {
    assert!(i8::try_from(Integer::from(-129i32)).is_err());
    assert_eq!(i8::try_from(Integer::from(-128i32)), Ok(-128));
}

/// And between the two widest types.
#[test]
fn max_u128_as_i128_is_minus_1() {
    assert!(i128::try_from(Integer::from(u128::MAX)).is_err());
    assert!(i128::try_from(Integer::from(1u128 << 127)).is_err());
    assert_eq!(i128::try_from(-Integer::from(1u128 << 127)), Ok(i128::MIN));
}

/// Sums wrapped around as those of a `u128` do, and nothing said so. Where wrapping is asked for, it
/// is in the range of `Integer`: to its other end.
#[test]
fn max_u128_plus_1_is_0() {
    let one = Integer::from(1);
    assert_eq!(Integer::from(u128::MAX).checked_add(one), None);
    assert_eq!(Integer::MAX.overflowing_add(one), (Integer::MIN, true));
    assert_eq!(Integer::MAX.wrapping_add(one), Integer::MIN);
    assert_eq!(Integer::MAX.saturating_add(one), Integer::MAX);
    assert_eq!(Integer::MIN.checked_sub(one), None);
    assert_eq!(Integer::MAX.checked_mul(Integer::from(2)), None);
}

/// So did differences.
#[test]
fn one_minus_two_wraps() {
    let difference = Integer::from(1u8).checked_sub(Integer::from(2u8));
    assert_eq!(difference, Some(Integer::from(-1)));
    // Nor does it where wrapping is allowed: -1 is in the range.
    assert_eq!(Integer::from(1u8).wrapping_sub(Integer::from(2u8)), Integer::from(-1));
    assert_eq!(Integer::from(0u128).checked_sub(Integer::from(u128::MAX)), Some(Integer::MIN));
}

/// -1..=-16 took two bytes, -17..=-256 one.
#[test]
fn minus_1_is_longer_than_minus_17() {
    for value in -120i32..=119 {
        assert_eq!(value.encoded_len(), 1, "{value}");
    }
    for value in (-256..-120).chain(120..=256) {
        assert!(value.encoded_len() > 1, "{value}");
    }
    // Further from zero is never shorter, in any form.
    for value in -300i32..0 {
        assert!(value.encoded_len() <= (value - 1).encoded_len(), "{value}");
        assert!(Narrow(value).encoded_len() <= Narrow(value - 1).encoded_len(), "{value}");
        let mut buffer = [0; 17];
        let len = Integer::from(value).encode_signed(&mut buffer);
        assert_eq!(len, Ok(value.encoded_len()), "{value}");
    }
}

/// A bound was compared the wrong way round.
#[test]
fn five_point_zero_is_refused() {
    assert_eq!(Integer::try_from(5.0f64), Ok(Integer::from(5)));
    assert_eq!(Integer::try_from(-5.0f32), Ok(Integer::from(-5)));
    assert_eq!(Integer::try_from(5.5f64), Err(FromFloatError::Fraction));
    assert_eq!(Integer::try_from(1e39f64), Err(FromFloatError::OutOfRange));
    assert_eq!(Integer::try_from(-1e39f64), Err(FromFloatError::OutOfRange));
}

/// A longer form of a value was accepted, and was not equal to the value.
#[test]
fn overlong_five_is_accepted_and_is_not_five() {
    assert_eq!(u64::decode(&[5]), Ok((5, 1)));
    for (bytes, len) in [(&[240, 5][..], 2), (&[241, 5, 0], 3), (&[242, 5, 0, 0], 4)] {
        let error = DecodeError::Overlong { offset: len - 1, len, shortest: 1 };
        assert_eq!(u64::decode(bytes), Err(error));
        assert_eq!(Integer::decode_unsigned(bytes), Err(error));
    }
}

/// Input that ends too early was an index out of bounds.
#[test]
fn short_input_panics() {
    assert_eq!(u64::decode(&[]), Err(DecodeError::UnexpectedEnd { offset: 0, missing: 1 }));
    let cut = [247, 1, 2, 3];
    assert_eq!(u64::decode(&cut), Err(DecodeError::UnexpectedEnd { offset: 4, missing: 5 }));
    // A type that is too narrow for what was promised cannot know it yet.
    assert_eq!(u8::decode(&cut), Err(DecodeError::UnexpectedEnd { offset: 4, missing: 5 }));
}
