//! `Integer` against the standard library's own types.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use integer_codec::integer::{FromFloatError, OutOfRangeError, ParseIntegerError};
use integer_codec::{DecodeError, EncodeError, Integer};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// Values of every length, both signs.
fn any_i128() -> impl Strategy<Value = i128> {
    (any::<i128>(), 0..128u32).prop_map(|(value, shift)| value >> shift)
}

/// The whole range: more than any type of the standard library.
fn any_integer() -> impl Strategy<Value = Integer> {
    (any::<bool>(), any::<u128>(), 0..128u32)
        .prop_map(|(negative, value, shift)| Integer::new(negative, value >> shift))
}

/// Text that often is a number.
fn any_text() -> impl Strategy<Value = String> {
    let prefix = prop::sample::select(vec!["", "-", "+", "0x", "-0o", "0b", "_", "é"]);
    let digits = prop::collection::vec(prop::sample::select(b"0123456789aF_-+x ".to_vec()), 0..6);
    (prefix, digits)
        .prop_map(|(prefix, digits)| prefix.to_owned() + str::from_utf8(&digits).unwrap())
}

/// At both ends of each type: the end converts, its neighbour outside does not.
#[test]
fn ends_of_each_type() {
    macro_rules! each {
        ($($int:ident)*) => {$(
            let one = Integer::from(1);
            let (min, max) = (Integer::from($int::MIN), Integer::from($int::MAX));
            for value in [$int::MIN, 0, 1, $int::MAX] {
                assert_eq!($int::try_from(Integer::from(value)), Ok(value));
            }
            // One more than u128::MAX is no Integer either.
            let above = max.checked_add(one);
            for outside in above.into_iter().chain([min.checked_sub(one).unwrap(), Integer::MIN]) {
                let error = $int::try_from(outside).unwrap_err();
                assert_eq!((error.value, error.target), (outside, stringify!($int)));
            }
        )*};
    }
    each!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
}

/// Every format that the standard library has for both.
macro_rules! assert_formats {
    ($integer:expr, $primitive:expr; $($format:literal)*) => {$(
        prop_assert_eq!(format!($format, $integer), format!($format, $primitive));
    )*};
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn converts_as_the_primitives_do(value in any_i128()) {
        let integer = Integer::from(value);
        macro_rules! each {
            ($($int:ident)*) => {$(
                prop_assert_eq!($int::try_from(integer).ok(), $int::try_from(value).ok());
                let back = $int::try_from(integer).map(Integer::from);
                prop_assert!(back.is_err() || back == Ok(integer));
            )*};
        }
        each!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
    }

    #[test]
    fn orders_as_the_primitives_do(a in any_i128(), b in any_i128()) {
        prop_assert_eq!(Integer::from(a).cmp(&Integer::from(b)), a.cmp(&b));
        prop_assert_eq!(Integer::from(a) == Integer::from(b), a == b);
    }

    #[test]
    fn calculates_as_the_primitives_do(a in any_i128(), b in any_i128()) {
        // Half the width: no product overflows an i128.
        let (a, b) = (a >> 64, b >> 64);
        let (x, y) = (Integer::from(a), Integer::from(b));
        prop_assert_eq!(x.checked_add(y), Some((a + b).into()));
        prop_assert_eq!(x.checked_sub(y), Some((a - b).into()));
        prop_assert_eq!(x.checked_mul(y), Some((a * b).into()));
        prop_assert_eq!(x.checked_div(y), a.checked_div(b).map(Integer::from));
        prop_assert_eq!(x.checked_rem(y), a.checked_rem(b).map(Integer::from));
        prop_assert_eq!(-x, Integer::from(-a));
    }

    /// Beyond the primitives: what must hold of the results.
    #[test]
    fn calculates_in_the_whole_range(a in any_integer(), b in any_integer()) {
        prop_assert_eq!(a.checked_add(b), b.checked_add(a));
        match a.checked_add(b) {
            Some(sum) => prop_assert_eq!(sum.checked_sub(b), Some(a)),
            None => {
                prop_assert_eq!(a.is_negative(), b.is_negative());
                prop_assert_eq!(a.magnitude().checked_add(b.magnitude()), None);
            }
        }
        if let (Some(quotient), Some(rest)) = (a.checked_div(b), a.checked_rem(b)) {
            prop_assert_eq!(quotient.checked_mul(b).and_then(|p| p.checked_add(rest)), Some(a));
            prop_assert!(rest.magnitude() < b.magnitude());
            prop_assert!(rest == Integer::ZERO || rest.is_negative() == a.is_negative());
        } else {
            prop_assert_eq!(b, Integer::ZERO);
        }
    }

    #[test]
    fn formats_as_the_primitives_do(value in any::<u128>(), shift in 0..128u32) {
        let value = value >> shift;
        let integer = Integer::from(value);
        assert_formats!(integer, value;
            "{}" "{:+}" "{:50}" "{:<50}" "{:^+50}" "{:060}" "{:_>50}"
            "{:x}" "{:#x}" "{:X}" "{:#X}" "{:#050x}" "{:o}" "{:#o}" "{:b}" "{:#b}" "{:#0140b}");
        // Negative: in decimal only, where the primitives show a sign as well.
        if let Ok(value) = i128::try_from(value) {
            assert_formats!(-integer, -value; "{}" "{:+}" "{:50}" "{:<50}" "{:060}");
        }
    }

    #[test]
    fn text_round_trips(value in any_integer()) {
        prop_assert_eq!(value.to_string().parse(), Ok(value));
        prop_assert_eq!(format!("{value:+}").parse(), Ok(value));
        prop_assert_eq!(format!("{value:#x}").parse(), Ok(value));
        prop_assert_eq!(format!("{value:#o}").parse(), Ok(value));
        prop_assert_eq!(format!("{value:#b}").parse(), Ok(value));
        prop_assert_eq!(format!("{value:?}"), format!("Integer({value})"));
    }

    #[test]
    fn any_text_at_all(text in any_text()) {
        // No panic, and where the standard library accepts, so does this, with the same value.
        let parsed: Result<Integer, _> = text.parse();
        if let Ok(value) = text.parse::<i128>() {
            prop_assert_eq!(parsed, Ok(value.into()));
        }
    }

    #[test]
    fn floats(value in any::<f64>(), small in any::<i32>()) {
        match Integer::try_from(value) {
            Ok(integer) => {
                let magnitude = integer.magnitude() as f64;
                prop_assert_eq!(if integer.is_negative() { -magnitude } else { magnitude }, value);
            }
            Err(FromFloatError::NotANumber) => prop_assert!(value.is_nan()),
            Err(FromFloatError::OutOfRange) => prop_assert!(value.abs() > u64::MAX as f64),
            Err(FromFloatError::Fraction) => prop_assert!(value.fract() != 0.0),
            Err(error) => prop_assert!(false, "{error}"),
        }
        prop_assert_eq!(Integer::try_from(f64::from(small)), Ok(small.into()));
    }

    #[test]
    fn encodes_both_ways(value in any_integer()) {
        let mut buffer = [0; 17];
        match value.encode_unsigned(&mut buffer) {
            Ok(used) => prop_assert_eq!(Integer::decode_unsigned(&buffer), Ok((value, used))),
            Err(error) => {
                prop_assert_eq!(error, EncodeError::OutOfRange { target: "u128" });
                prop_assert!(value.is_negative());
            }
        }
        match value.encode_signed(&mut buffer) {
            Ok(used) => prop_assert_eq!(Integer::decode_signed(&buffer), Ok((value, used))),
            Err(error) => {
                prop_assert_eq!(error, EncodeError::OutOfRange { target: "i128" });
                prop_assert!(i128::try_from(value).is_err());
            }
        }
    }
}

#[test]
fn order_of_the_whole_range() {
    let sorted = [
        Integer::MIN,
        i128::MIN.into(),
        (-2).into(),
        (-1).into(),
        Integer::default(),
        1.into(),
        2.into(),
        i128::MAX.into(),
        Integer::MAX,
    ];
    for (i, a) in sorted.iter().enumerate() {
        for (j, b) in sorted.iter().enumerate() {
            assert_eq!(a.cmp(b), i.cmp(&j), "{a} {b}");
        }
    }
    assert_eq!(sorted.iter().collect::<HashSet<_>>().len(), sorted.len());
    assert_eq!(-Integer::MIN, Integer::MAX);
}

#[test]
fn text_that_is_refused() {
    use ParseIntegerError::{InvalidDigit, MisplacedUnderscore, OutOfRange, UnexpectedEnd};

    for (text, error) in [
        ("", UnexpectedEnd { offset: 0 }),
        ("-", UnexpectedEnd { offset: 1 }),
        ("0x", UnexpectedEnd { offset: 2 }),
        ("+0b", UnexpectedEnd { offset: 3 }),
        (" 1", InvalidDigit { offset: 0, found: ' ' }),
        ("--1", InvalidDigit { offset: 1, found: '-' }),
        ("0x-1", InvalidDigit { offset: 2, found: '-' }),
        ("0X1", InvalidDigit { offset: 1, found: 'X' }),
        ("12a", InvalidDigit { offset: 2, found: 'a' }),
        ("0b12", InvalidDigit { offset: 3, found: '2' }),
        ("0o8", InvalidDigit { offset: 2, found: '8' }),
        ("1é", InvalidDigit { offset: 1, found: 'é' }),
        ("é", InvalidDigit { offset: 0, found: 'é' }),
        ("_1", MisplacedUnderscore { offset: 0 }),
        ("0x_1", MisplacedUnderscore { offset: 2 }),
        ("1__0", MisplacedUnderscore { offset: 2 }),
        ("1_", MisplacedUnderscore { offset: 1 }),
        ("340282366920938463463374607431768211456", OutOfRange { offset: 38 }),
        ("-0x1_0000_0000_0000_0000_0000_0000_0000_0000", OutOfRange { offset: 43 }),
    ] {
        assert_eq!(text.parse::<Integer>(), Err(error), "{text:?}");
    }
}

#[test]
fn text_at_the_ends() {
    assert_eq!("340282366920938463463374607431768211455".parse(), Ok(Integer::MAX));
    assert_eq!("-340282366920938463463374607431768211455".parse(), Ok(Integer::MIN));
    assert_eq!("0xffff_ffff_FFFF_FFFF_ffff_ffff_ffff_ffff".parse(), Ok(Integer::MAX));
    assert_eq!(format!("{:b}", Integer::MIN).len(), 129);
}

#[test]
fn floats_at_the_ends() {
    let two_to_the_128 = 2.0 * (1u128 << 127) as f64;
    let largest = f64::from_bits(two_to_the_128.to_bits() - 1);
    let integer = Integer::new(false, u128::MAX - ((1 << 75) - 1));
    assert_eq!(Integer::try_from(largest), Ok(integer));
    assert_eq!(Integer::try_from(-largest), Ok(-integer));
    for too_large in [two_to_the_128, f64::MAX, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(Integer::try_from(too_large), Err(FromFloatError::OutOfRange));
    }
    assert_eq!(Integer::try_from(f32::NAN), Err(FromFloatError::NotANumber));
    assert_eq!(Integer::try_from(-0.0), Ok(Integer::ZERO));
    for fraction in [0.5, -0.5, f64::MIN_POSITIVE, 1e15 + 0.5] {
        assert_eq!(Integer::try_from(fraction), Err(FromFloatError::Fraction));
    }
}

#[test]
fn errors_say_what_and_where() {
    assert_eq!(
        DecodeError::UnexpectedEnd { offset: 2, missing: 1 }.at(10).to_string(),
        "unexpected end at offset 12, bytes missing: 1"
    );
    assert_eq!(
        DecodeError::Overlong { offset: 2, len: 3, shortest: 1 }.at(10).to_string(),
        "overlong at offset 12: 3 bytes for a value that takes 1"
    );
    assert_eq!(
        DecodeError::OutOfRange { offset: 0, target: "u8" }.at(10).to_string(),
        "the value at offset 10 is out of range for u8"
    );
    let error: OutOfRangeError = u8::try_from(Integer::from(-1)).unwrap_err();
    assert_eq!(error.to_string(), "-1 is out of range for u8");
}
