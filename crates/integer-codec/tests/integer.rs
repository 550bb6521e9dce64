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

/// The number in a short text, by the grammar: a sign, a radix, and groups of digits.
fn number_in(text: &str) -> Option<i128> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let prefixes = [("0x", 16), ("0o", 8), ("0b", 2), ("", 10)];
    let (groups, radix) = prefixes
        .into_iter()
        .find_map(|(prefix, radix)| Some((unsigned.strip_prefix(prefix)?, radix)))?;
    let is_group =
        |group: &str| !group.is_empty() && group.chars().all(|digit| digit.is_digit(radix));
    if !groups.split('_').all(is_group) {
        return None;
    }
    let magnitude = i128::from_str_radix(&groups.replace('_', ""), radix).ok()?;
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
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

    /// Accepted is what the grammar says; what is refused is refused at a character that is there,
    /// or at the end.
    #[test]
    fn any_text_at_all(text in any_text()) {
        let parsed: Result<Integer, _> = text.parse();
        prop_assert_eq!(parsed.ok(), number_in(&text).map(Integer::from));
        if let Ok(value) = text.parse::<i128>() {
            prop_assert_eq!(parsed, Ok(value.into()));
        }
        match parsed {
            Err(ParseIntegerError::InvalidDigit { offset, found, radix }) => {
                prop_assert!(text[offset..].starts_with(found) && found.to_digit(radix).is_none());
            }
            Err(ParseIntegerError::MisplacedUnderscore { offset }) => {
                prop_assert!(text[offset..].starts_with('_'));
            }
            Err(ParseIntegerError::UnexpectedEnd { offset }) => prop_assert_eq!(offset, text.len()),
            Err(error) => prop_assert!(false, "{error}"), // too short to be out of range
            Ok(_) => {}
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

/// Other types on the right of `==` or `<` would take this away: the compiler would ask for a type.
#[test]
fn the_other_side_of_a_comparison_is_inferred() {
    let five = Integer::from(5);
    assert_eq!(five, 5.into());
    assert!(five < 6u8.into() && five == "5".parse().unwrap());
}

#[test]
fn text_that_is_refused() {
    use ParseIntegerError::{InvalidDigit, MisplacedUnderscore, OutOfRange, UnexpectedEnd};

    for (text, error) in [
        ("", UnexpectedEnd { offset: 0 }),
        ("-", UnexpectedEnd { offset: 1 }),
        ("0x", UnexpectedEnd { offset: 2 }),
        ("+0b", UnexpectedEnd { offset: 3 }),
        (" 1", InvalidDigit { offset: 0, found: ' ', radix: 10 }),
        ("--1", InvalidDigit { offset: 1, found: '-', radix: 10 }),
        ("0x-1", InvalidDigit { offset: 2, found: '-', radix: 16 }),
        ("++1", InvalidDigit { offset: 1, found: '+', radix: 10 }),
        ("+-1", InvalidDigit { offset: 1, found: '-', radix: 10 }),
        ("-+1", InvalidDigit { offset: 1, found: '+', radix: 10 }),
        ("1-", InvalidDigit { offset: 1, found: '-', radix: 10 }),
        ("0x0x1", InvalidDigit { offset: 3, found: 'x', radix: 16 }),
        ("1.0", InvalidDigit { offset: 1, found: '.', radix: 10 }),
        ("1\0", InvalidDigit { offset: 1, found: '\0', radix: 10 }),
        // Digits of other scripts, and a minus sign that is no hyphen.
        ("-\u{664}2", InvalidDigit { offset: 1, found: '\u{664}', radix: 10 }),
        ("0x\u{ff11}", InvalidDigit { offset: 2, found: '\u{ff11}', radix: 16 }),
        ("0\u{e9}", InvalidDigit { offset: 1, found: '\u{e9}', radix: 10 }),
        ("\u{2212}1", InvalidDigit { offset: 0, found: '\u{2212}', radix: 10 }),
        ("0X1", InvalidDigit { offset: 1, found: 'X', radix: 10 }),
        ("12a", InvalidDigit { offset: 2, found: 'a', radix: 10 }),
        ("0b12", InvalidDigit { offset: 3, found: '2', radix: 2 }),
        ("0o8", InvalidDigit { offset: 2, found: '8', radix: 8 }),
        ("1é", InvalidDigit { offset: 1, found: 'é', radix: 10 }),
        ("é", InvalidDigit { offset: 0, found: 'é', radix: 10 }),
        ("_", MisplacedUnderscore { offset: 0 }),
        ("_1", MisplacedUnderscore { offset: 0 }),
        ("-_1", MisplacedUnderscore { offset: 1 }),
        ("_-1", MisplacedUnderscore { offset: 0 }),
        ("0x_", MisplacedUnderscore { offset: 2 }),
        ("0_x1", InvalidDigit { offset: 2, found: 'x', radix: 10 }),
        ("0x_1", MisplacedUnderscore { offset: 2 }),
        ("1__0", MisplacedUnderscore { offset: 2 }),
        ("1_", MisplacedUnderscore { offset: 1 }),
        ("1__", MisplacedUnderscore { offset: 2 }),
        ("+0b1_", MisplacedUnderscore { offset: 4 }),
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
    assert_eq!("-0x8000_0000_0000_0000_0000_0000_0000_0000".parse(), Ok(Integer::from(i128::MIN)));
    assert_eq!(format!("0o3{}", "7".repeat(42)).parse(), Ok(Integer::MAX));
    assert_eq!(format!("-0b{}", "1".repeat(128)).parse(), Ok(Integer::MIN));
    assert_eq!(format!("{:b}", Integer::MIN).len(), 129);
}

/// Zeros cost time alone; digits beyond the range end the work at once.
#[test]
fn text_of_any_length() {
    let long = if cfg!(miri) { 50 } else { 1_000_000 };
    let zeros = "0".repeat(long);
    assert_eq!(zeros.parse(), Ok(Integer::ZERO));
    assert_eq!(format!("-{zeros}7").parse(), Ok(Integer::from(-7)));
    assert_eq!(format!("0x{}1", "0_".repeat(long)).parse(), Ok(Integer::from(1)));
    let nines = "9".repeat(long);
    assert_eq!(nines.parse::<Integer>(), Err(ParseIntegerError::OutOfRange { offset: 38 }));
}

/// The sign of what is negative in radices other than ten, where the primitives show none.
#[test]
fn negative_in_every_radix() {
    let minus_255 = Integer::from(-255);
    for (text, expected) in [
        (format!("{minus_255:x}"), "-ff"),
        (format!("{minus_255:X}"), "-FF"),
        (format!("{minus_255:#X}"), "-0xFF"),
        (format!("{minus_255:+#x}"), "-0xff"),
        (format!("{minus_255:o}"), "-377"),
        (format!("{minus_255:#b}"), "-0b11111111"),
        (format!("{minus_255:#08x}"), "-0x000ff"),
        (format!("{minus_255:*^#9x}"), "**-0xff**"),
        (format!("{minus_255:*<7o}"), "-377***"),
        (format!("{:+#x}", -minus_255), "+0xff"),
        (format!("{:#x}|{0:#o}|{0:#b}|{0:+}", Integer::ZERO), "0x0|0o0|0b0|+0"),
        (format!("{minus_255:?}|{minus_255:#?}"), "Integer(-255)|Integer(-255)"),
        (format!("{:x}", Integer::MIN), "-ffffffffffffffffffffffffffffffff"),
    ] {
        assert_eq!(text, expected);
    }
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
    let error = "0b12".parse::<Integer>().unwrap_err();
    assert_eq!(error.to_string(), "'2' at offset 3 is not a digit in base 2");
    let error: OutOfRangeError = u8::try_from(Integer::from(-1)).unwrap_err();
    assert_eq!(error.to_string(), "-1 is out of range for u8");
}
