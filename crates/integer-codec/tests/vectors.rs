//! Every line of `vectors.txt`, through every type that can hold its value.

#![allow(clippy::unwrap_used)]

use integer_codec::{DecodeError, Integer, Narrow, VarInt, narrow, wide};

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
        macro_rules! check_each_narrow {
            ($($int:ident)*) => {$(
                check(value.parse::<$int>().ok().map(Narrow), stringify!($int), &bytes);
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
                check_each_narrow!(u8 u16 u32 u64 usize);
            }
            ("narrow", "signed") => {
                check_each_narrow!(i8 i16 i32 i64 isize);
            }
            (_, "refused") => continue,
            _ => panic!("unknown line: {format} {kind}"),
        }
        checked += 1;
    }
    assert!(cfg!(miri) || checked > 100, "only {checked} vectors");
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

fn check_refused<T: VarInt>(why: &str, bytes: &[u8]) {
    match (why, T::decode(bytes).unwrap_err()) {
        ("overlong", DecodeError::Overlong { offset, len, shortest }) => {
            assert_eq!((offset, len), (bytes.len() - 1, bytes.len()));
            assert!(shortest < len);
        }
        ("unexpected-end", DecodeError::UnexpectedEnd { offset, .. }) => {
            assert_eq!(offset, bytes.len());
        }
        (why, error) => panic!("{why} expected, found {error:?}"),
    }
}

#[test]
fn refused() {
    for Line { format, kind, value: why, bytes } in lines() {
        macro_rules! check_each {
            ($($int:ident)*) => {$( check_refused::<$int>(why, &bytes); )*};
        }
        macro_rules! check_each_narrow {
            ($($int:ident)*) => {$( check_refused::<Narrow<$int>>(why, &bytes); )*};
        }
        match (format, kind) {
            ("wide", "refused") => {
                check_each!(u8 u16 u32 u64 usize u128 i8 i16 i32 i64 isize i128);
            }
            ("narrow", "refused") => {
                check_each_narrow!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);
            }
            _ => {}
        }
    }
}
