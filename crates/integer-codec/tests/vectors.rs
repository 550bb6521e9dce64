//! Every line of `vectors.txt`, through every type that can hold its value.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used)]

use std::process::Command;

use integer_codec::{DecodeError, Integer, Narrow, Ordered, Padded, VarInt, narrow, ordered, wide};

struct Line {
    format: &'static str,
    kind: &'static str,
    value: &'static str,
    bytes: Vec<u8>,
}

fn lines() -> Vec<Line> {
    let lines = include_str!("../vectors.txt").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        // Miri is slow, and natively every line is checked.
        .step_by(if cfg!(miri) { 7 } else { 1 })
        .map(|line| {
            let fields: Vec<&str> = line.split(' ').collect();
            let [format, kind, value, hex] = fields[..] else { panic!("not four fields: {line}") };
            let byte = |i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap();
            let bytes = (0..hex.len()).step_by(2).map(byte).collect();
            Line { format, kind, value, bytes }
        })
        .collect()
}

/// A value that fits the type is these bytes; else the bytes are out of range for it.
fn check<T: VarInt>(value: Option<T>, target: &'static str, bytes: &[u8]) {
    match value {
        Some(value) => {
            let mut out = Vec::new();
            value.encode_to(&mut out);
            assert_eq!(out, bytes, "{value:?}");
            assert_eq!(value.encoded_len(), bytes.len(), "{value:?}");
            assert_eq!(T::decode(bytes), Ok((value, bytes.len())));
        }
        None => {
            assert_eq!(T::decode(bytes), Err(DecodeError::OutOfRange { offset: 0, target }));
        }
    }
}

#[test]
fn values() {
    let mut checked = 0;
    for Line { format, kind, value, bytes } in lines() {
        macro_rules! check_each {
            ($($int:ident)*) => {$(
                // The standard library's parser says whether the value fits.
                check(value.parse::<$int>().ok(), stringify!($int), &bytes);
            )*};
        }
        macro_rules! check_each_in {
            ($format:ident, $($int:ident)*) => {$(
                check(value.parse::<$int>().ok().map($format), stringify!($int), &bytes);
            )*};
        }
        match (format, kind) {
            ("wide", "unsigned") => {
                check_each!(u8 u16 u32 u64 usize u128);
                let integer: Integer = value.parse().unwrap();
                assert_eq!(Integer::decode_unsigned(&bytes), Ok((integer, bytes.len())));
            }
            ("wide", "signed") => {
                check_each!(i8 i16 i32 i64 isize i128);
                let integer: Integer = value.parse().unwrap();
                assert_eq!(Integer::decode_signed(&bytes), Ok((integer, bytes.len())));
            }
            ("narrow", "unsigned") => {
                check_each_in!(Narrow, u8 u16 u32 u64 usize);
            }
            ("narrow", "signed") => {
                check_each_in!(Narrow, i8 i16 i32 i64 isize);
            }
            ("ordered", "unsigned") => {
                check_each_in!(Ordered, u8 u16 u32 u64 usize u128);
            }
            ("ordered", "signed") => {
                check_each_in!(Ordered, i8 i16 i32 i64 isize i128);
            }
            (_, "refused" | "refused-unsigned" | "refused-signed") => continue,
            (_, "lenient-unsigned" | "lenient-signed") => continue,
            _ => panic!("unknown line: {format} {kind}"),
        }
        checked += 1;
    }
    assert!(cfg!(miri) || checked > 200, "only {checked} vectors");
}

#[test]
fn const_functions() {
    for Line { format, kind, value, bytes } in lines() {
        if kind != "unsigned" {
            continue;
        }
        let len = bytes.len();
        if let Ok(value) = value.parse::<u64>() {
            let (encoded, decoded) = match format {
                "wide" => (wide::encode_u64(value), wide::decode_u64(&bytes)),
                "ordered" => (ordered::encode_u64(value), ordered::decode_u64(&bytes)),
                _ => (narrow::encode_u64(value), narrow::decode_u64(&bytes)),
            };
            let mut whole = [0; 9];
            whole[..len].copy_from_slice(&bytes);
            assert_eq!(encoded, (whole, len), "the rest of the array is 0");
            assert_eq!(decoded, Ok((value, len)));
        }
        if format == "wide" {
            let value = value.parse::<u128>().unwrap();
            let mut whole = [0; 17];
            whole[..len].copy_from_slice(&bytes);
            assert_eq!(wide::encode_u128(value), (whole, len));
            assert_eq!(wide::decode_u128(&bytes), Ok((value, len)));
        }
    }
}

/// Every field is as wide as the type, so a value that no type holds is refused as well.
fn check_refused<T: VarInt>(why: &str, bytes: &[u8]) {
    match (why, T::decode(bytes).unwrap_err()) {
        ("overlong", DecodeError::Overlong { offset, len, shortest }) => {
            assert!(offset > 0 && offset < len);
            assert_eq!(len, bytes.len());
            assert!(shortest < len);
        }
        ("unexpected-end", DecodeError::UnexpectedEnd { offset, .. }) => {
            assert_eq!(offset, bytes.len());
        }
        ("reserved-marker", DecodeError::ReservedMarker { offset, marker }) => {
            assert_eq!(marker, bytes[offset]);
        }
        ("out-of-range", DecodeError::OutOfRange { offset: 0, .. }) => {}
        (why, error) => panic!("{why} expected, found {error:?} in {bytes:02x?}"),
    }
}

#[test]
fn refused() {
    for Line { format, kind, value: why, bytes } in lines() {
        macro_rules! check_each {
            ($($int:ident)*) => {$( check_refused::<$int>(why, &bytes); )*};
        }
        macro_rules! check_each_in {
            ($format:ident, $($int:ident)*) => {$(
                check_refused::<$format<$int>>(why, &bytes);
            )*};
        }
        match (format, kind) {
            ("wide", "refused") => {
                check_each!(u8 u16 u32 u64 usize u128 i8 i16 i32 i64 isize i128);
            }
            ("narrow", "refused") => {
                check_each_in!(Narrow, u8 u16 u32 u64 usize i8 i16 i32 i64 isize);
            }
            ("ordered", "refused-unsigned") => {
                check_each_in!(Ordered, u8 u16 u32 u64 usize u128);
            }
            ("ordered", "refused-signed") => {
                check_each_in!(Ordered, i8 i16 i32 i64 isize i128);
            }
            _ => {}
        }
    }
}

/// A value that fits the type is decoded leniently; strict decoding refuses the same bytes.
fn check_lenient<T: Padded>(value: Option<T>, target: &'static str, bytes: &[u8]) {
    let expected = match value {
        Some(value) => Ok((value, bytes.len())),
        None => Err(DecodeError::OutOfRange { offset: 0, target }),
    };
    assert_eq!(T::decode_lenient(bytes), expected);
    assert!(matches!(T::decode(bytes), Err(DecodeError::Overlong { .. })));
}

#[test]
fn lenient() {
    for Line { format, kind, value, bytes } in lines() {
        macro_rules! check_each {
            ($($int:ident)*) => {$(
                check_lenient(value.parse::<$int>().ok(), stringify!($int), &bytes);
            )*};
        }
        macro_rules! check_each_narrow {
            ($($int:ident)*) => {$(
                check_lenient(value.parse().ok().map(Narrow::<$int>), stringify!($int), &bytes);
            )*};
        }
        match (format, kind) {
            ("wide", "lenient-unsigned") => {
                check_each!(u8 u16 u32 u64 usize u128);
            }
            ("wide", "lenient-signed") => {
                check_each!(i8 i16 i32 i64 isize i128);
            }
            ("narrow", "lenient-unsigned") => {
                check_each_narrow!(u8 u16 u32 u64 usize);
            }
            ("narrow", "lenient-signed") => {
                check_each_narrow!(i8 i16 i32 i64 isize);
            }
            _ => {}
        }
    }
}

/// The same lines through a decoder in Python, written from the documentation alone: it proves that
/// the documentation says enough.
#[test]
#[cfg_attr(miri, ignore = "Miri starts no other program")]
fn python() {
    const SKIP: &str = "INTEGER_CODEC_SKIP_PYTHON";
    if std::env::var_os(SKIP).is_some_and(|value| value != "0") {
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors.py");
    let output = Command::new("python3").arg(script).output().unwrap_or_else(|error| {
        panic!("this test needs python3 ({error}); to go without it, set {SKIP}=1")
    });
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let expected = format!("{} lines checked\n", lines().len());
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}
