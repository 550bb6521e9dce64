//! `Integer` and the wrappers of a format in the formats of other crates.

#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Debug;

use bincode::config::{self, Config};
use integer_codec::{Integer, Narrow, Ordered};
use proptest::prelude::*;
use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use serde_json::json;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

fn to_bincode(value: impl Serialize) -> Vec<u8> {
    bincode::serde::encode_to_vec(value, config::standard()).unwrap()
}

fn from_bincode<T: DeserializeOwned>(bytes: &[u8], config: impl Config) -> Result<T, String> {
    let (value, used) =
        bincode::serde::decode_from_slice(bytes, config).map_err(|error| error.to_string())?;
    assert_eq!(used, bytes.len());
    Ok(value)
}

/// Through each format and back, before a byte that would show if the length was wrong.
fn check<T: Serialize + DeserializeOwned + Copy + PartialEq + Debug>(value: T) {
    let value = (value, 0x5au8);
    let json = serde_json::to_string(&value).unwrap();
    assert_eq!(serde_json::from_str::<(T, u8)>(&json).unwrap(), value, "{json}");
    let tree = serde_json::to_value(value).unwrap();
    assert_eq!(serde_json::from_value::<(T, u8)>(tree).unwrap(), value);

    assert_eq!(from_bincode(&to_bincode(value), config::standard()), Ok(value));
    let fixed = config::standard().with_fixed_int_encoding().with_big_endian();
    let bytes = bincode::serde::encode_to_vec(value, fixed).unwrap();
    assert_eq!(from_bincode(&bytes, fixed), Ok(value));

    let bytes = postcard::to_allocvec(&value).unwrap();
    assert_eq!(postcard::from_bytes(&bytes), Ok(value));
}

/// Reads JSON that nobody here wrote.
///
/// From a reader: for the place of an error in a `&str`, serde_json counts lines with a crate that
/// aligns a pointer by its address, which Miri's symbolic alignment check refuses.
fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_reader(text.as_bytes()).map_err(|error| error.to_string())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn round_trips(negative in any::<bool>(), value in any::<u128>(), shift in 0..128u32) {
        check(Integer::new(negative, value >> shift));
        check(Narrow(value as u64 >> (shift / 2)));
        check(Narrow(value as i32));
        check(Ordered(value as u64));
        check(Ordered(value as i64));
    }

    /// Whoever wrote a primitive can read an integer, and the other way round if it fits.
    #[test]
    fn json_is_that_of_the_primitives(unsigned in any::<u64>(), signed in any::<i64>()) {
        let [one, two] = [Integer::from(unsigned), Integer::from(signed)];
        prop_assert_eq!(serde_json::to_string(&one).unwrap(), unsigned.to_string());
        prop_assert_eq!(serde_json::to_string(&two).unwrap(), signed.to_string());
    }

    /// Bytes that nobody wrote: an error, or an integer with exactly these bytes.
    #[test]
    fn any_bytes_at_all(mut bytes in prop::collection::vec(any::<u8>(), 0..24)) {
        if let Some(first) = bytes.first_mut() {
            *first %= 3;
        }
        let decoded = bincode::serde::decode_from_slice::<Integer, _>(&bytes, config::standard());
        if let Ok((value, used)) = decoded {
            prop_assert!(used <= bytes.len());
            // bincode accepts its own integers in longer forms; the value is the same.
            let again = to_bincode(value);
            prop_assert_eq!(from_bincode(&again, config::standard()), Ok(value));
        }
        if let Ok((value, rest)) = postcard::take_from_bytes::<Integer>(&bytes) {
            prop_assert_eq!(postcard::from_bytes(&postcard::to_allocvec(&value).unwrap()), Ok(value));
            prop_assert!(rest.len() < bytes.len());
        }
    }
}

#[test]
fn corners_round_trip() {
    for end in [0, 1, i64::MAX as u128, u64::MAX.into(), i128::MAX as u128, u128::MAX] {
        for magnitude in [end.saturating_sub(1), end, end.saturating_add(1)] {
            check(Integer::new(false, magnitude));
            check(Integer::new(true, magnitude));
        }
    }
}

/// A number as long as every reader has one for it, then a string.
#[test]
fn forms_in_json() {
    for (value, text) in [
        (Integer::ZERO, "0"),
        (Integer::from(-5), "-5"),
        (i64::MIN.into(), "-9223372036854775808"),
        (Integer::from(i64::MIN).wrapping_sub(1.into()), "\"-9223372036854775809\""),
        (u64::MAX.into(), "18446744073709551615"),
        ((1u128 << 64).into(), "\"18446744073709551616\""),
        (Integer::MAX, "\"340282366920938463463374607431768211455\""),
        (Integer::MIN, "\"-340282366920938463463374607431768211455\""),
    ] {
        assert_eq!(serde_json::to_string(&value).unwrap(), text);
        assert_eq!(from_json(text), Ok(value));
    }
    // As a key, where JSON has strings alone.
    let map = BTreeMap::from([(Integer::from(-5), 'a'), (Integer::MAX, 'b')]);
    let text = serde_json::to_string(&map).unwrap();
    assert_eq!(text, r#"{"-5":"a","340282366920938463463374607431768211455":"b"}"#);
    assert_eq!(serde_json::from_str::<BTreeMap<Integer, char>>(&text).unwrap(), map);
}

/// The sign, the lower half, the upper half: each as the format writes a `bool` and a `u64`.
#[test]
fn forms_in_binary() {
    for (value, expected) in [
        (Integer::ZERO, (false, 0, 0)),
        (Integer::from(100), (false, 100, 0)),
        (Integer::from(-100), (true, 100, 0)),
        (Integer::from(i128::MIN), (true, 0, 1u64 << 63)),
        (Integer::new(false, (7 << 64) + 9), (false, 9, 7)),
        (Integer::MIN, (true, u64::MAX, u64::MAX)),
    ] {
        assert_eq!(to_bincode(value), to_bincode(expected));
        assert_eq!(postcard::to_allocvec(&value), postcard::to_allocvec(&expected));
    }
    assert_eq!(to_bincode(Integer::from(-100)), [1, 100, 0]);
    assert_eq!(postcard::to_allocvec(&Integer::from(-100)).unwrap(), [1, 100, 0]);
}

#[test]
fn what_json_may_hold_besides() {
    assert_eq!(from_json("\"-0xff\""), Ok(Integer::from(-255)));
    assert_eq!(from_json("\"1_000\""), Ok(Integer::from(1000)));
    // The binary form: a buffer of serde may hand it over as if the format were human-readable.
    assert_eq!(from_json("[true, 5, 1]"), Ok(Integer::new(true, (1 << 64) + 5)));
}

fn float(text: &str) -> String {
    format!(
        "invalid type: floating point `{text}`, expected an integer, as a string if it has more \
         than 64 bits"
    )
}

#[test]
fn what_is_refused() {
    // An error of serde_json ends with the place.
    let refused = |text: &str, reason: &str| {
        let error = from_json::<Integer>(text).unwrap_err();
        assert!(error.starts_with(reason), "{text}: {error}");
    };
    refused("5.0", &float("5.0"));
    // serde_json makes a float of it, for an `i64` too.
    refused("-0", &float("-0.0"));
    refused("1e3", &float("1000.0"));
    // Exactly a float, but that is not what the text says.
    refused("18446744073709551617", &float("1.8446744073709552e+19"));
    refused("null", "invalid type: null, expected an integer");
    refused("true", "invalid type: boolean `true`, expected an integer");
    refused("{}", "invalid type: map, expected an integer");
    refused("{\"value\": \"5\"}", "invalid type: map, expected an integer");
    refused("\"\"", "the text ends at offset 0");
    refused("\"5.0\"", "'.' at offset 1 is not a digit in base 10");
    refused("\"340282366920938463463374607431768211456\"", "the value is out of range from offset");
    refused("[]", "invalid length 0, expected a sign and two halves");
    refused("[false, 1]", "invalid length 2, expected a sign and two halves");
    refused("[false, 1, 2, 3]", "trailing characters");
    refused("[false, 1, -2]", "invalid value: integer `-2`, expected u64");
    refused("[1, 1, 0]", "invalid type: integer `1`, expected a boolean");
    refused("[true, 0, 0]", "invalid value: negative zero, expected an integer");
    let error = from_bincode::<Integer>(&[1, 0, 0], config::standard()).unwrap_err();
    assert!(error.contains("negative zero"), "{error}");
    assert!(postcard::from_bytes::<Integer>(&[1, 0, 0]).is_err());
    for cut in 0..3 {
        assert!(from_bincode::<Integer>(&[1, 5, 0][..cut], config::standard()).is_err());
        assert!(postcard::from_bytes::<Integer>(&[1, 5, 0][..cut]).is_err());
    }
}

/// Formats with numbers of 128 bits, and serde's own buffers.
#[test]
fn other_visits() {
    fn read<'de>(value: impl IntoDeserializer<'de, Error>) -> Result<Integer, Error> {
        Integer::deserialize(value.into_deserializer())
    }
    assert_eq!(read(u128::MAX), Ok(Integer::MAX));
    assert_eq!(read(i128::MIN), Ok(i128::MIN.into()));
    assert_eq!(read(-5i8), Ok(Integer::from(-5)));
    assert_eq!(read("-5"), Ok(Integer::from(-5)));
    assert_eq!(read("-5".to_owned()), Ok(Integer::from(-5)));
    assert!(read(5.0f32).is_err() && read('5').is_ok() && read(()).is_err());

    // What serde_json makes of a number under `arbitrary_precision`.
    let number = |key, text| {
        Integer::deserialize(MapDeserializer::<_, Error>::new([(key, text)].into_iter()))
    };
    let name = "$serde_json::private::Number";
    assert_eq!(number(name, "18446744073709551617"), Ok(((1u128 << 64) + 1).into()));
    assert_eq!(number(name, "-5"), Ok(Integer::from(-5)));
    assert!(number(name, "5.0").is_err());
    assert!(number("number", "5").is_err());

    let seq = SeqDeserializer::<_, Error>::new([0u64, 1].into_iter());
    assert!(Integer::deserialize(seq).is_err());
}

/// A wrapper cannot be seen in the data.
#[test]
fn wrappers_are_transparent() {
    let plain = (7u8, [-300i64], 8u8, -301i64);
    let value = (Narrow(7u8), [Narrow(-300i64)], Ordered(8u8), Ordered(-301i64));
    assert_eq!(serde_json::to_value(value).unwrap(), json!([7, [-300], 8, -301]));
    assert_eq!(to_bincode(value), to_bincode(plain));
    assert_eq!(postcard::to_allocvec(&value), postcard::to_allocvec(&plain));
    assert_eq!(from_bincode(&to_bincode(plain), config::standard()), Ok(value));
    for error in [from_json::<Narrow<u8>>("256").err(), from_json::<Ordered<u8>>("256").err()] {
        let error = error.unwrap();
        assert!(error.starts_with("invalid value: integer `256`, expected u8"), "{error}");
    }
}
