//! `Serialize` and `Deserialize`: what an integer looks like in the formats of other crates.

use core::fmt;

use ::serde::de::{self, MapAccess, SeqAccess, Unexpected, Visitor};
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Integer, Narrow, Ordered};

/// serde does not say what a format can hold: its `u128` is optional, and a JSON number is exact up
/// to 64 bits. So the form depends on the value and on the kind of format:
///
/// | format | value | form |
/// |---|---|---|
/// | human-readable: JSON, YAML | of a `u64` or an `i64` | a number |
/// | | any other | a string, in decimal |
/// | binary: bincode, postcard, CBOR | any | a tuple: whether it is negative, then the lower and the upper 64 bits of the magnitude |
///
/// Each value has one form in a format, and comes back from it. A format that has 64 bits can hold
/// all of them; what it refuses as a `u64`, it refuses as an `Integer` too. The tuple needs no
/// buffer of bytes, and takes three of them for a small value in bincode and postcard.
///
/// ```
/// use integer_codec::Integer;
///
/// let text = serde_json::to_string(&[Integer::from(-5), Integer::from(1u128 << 64)])?;
/// assert_eq!(text, r#"[-5,"18446744073709551616"]"#);
/// assert_eq!(postcard::to_allocvec(&Integer::from(-5)), Ok(vec![1, 5, 0]));
/// # Ok::<(), serde_json::Error>(())
/// ```
impl Serialize for Integer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            let magnitude = self.magnitude();
            let (low, high) = (magnitude as u64, (magnitude >> 64) as u64);
            (self.is_negative(), low, high).serialize(serializer)
        } else if let Ok(value) = u64::try_from(*self) {
            serializer.serialize_u64(value)
        } else if let Ok(value) = i64::try_from(*self) {
            serializer.serialize_i64(value)
        } else {
            serializer.collect_str(self)
        }
    }
}

/// From a format that says what it holds, it accepts numbers of any width, the tuple of
/// [`Serialize`](#impl-Serialize-for-Integer), and strings: whatever `FromStr` accepts.
///
/// A number of serde_json that arrives as its text, since some crate of the build turned on
/// `arbitrary_precision`, is read from that text: exactly, at any length.
///
/// # Errors
///
/// For what is out of range or no integer; for a negative zero in the tuple, so that each value
/// has one; for every float, even a whole one. Without `arbitrary_precision`, serde_json reads a
/// number of more than 64 bits as the nearest float: 18446744073709551617 would become
/// 18446744073709551616, and nobody would know.
///
/// ```
/// use integer_codec::Integer;
///
/// let read = serde_json::from_str::<Integer>;
/// assert_eq!(read("-5")?, Integer::from(-5));
/// assert_eq!(read("\"0xffff_ffff_ffff_ffff_ff\"")?, Integer::from((1u128 << 72) - 1));
/// assert!(read("5.0").is_err() && read("18446744073709551617").is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            // A number or a string: the data says which.
            deserializer.deserialize_any(AnyForm)
        } else {
            deserializer.deserialize_tuple(3, AnyForm)
        }
    }
}

/// One visitor for all forms. serde keeps values in a buffer for `flatten` and `untagged`, and that
/// buffer claims to be human-readable whatever format it came from.
#[derive(Debug)]
struct AnyForm;

impl<'de> Visitor<'de> for AnyForm {
    type Value = Integer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer, as a string if it has more than 64 bits")
    }

    fn visit_u64<E>(self, value: u64) -> Result<Integer, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Integer, E> {
        Ok(value.into())
    }

    fn visit_u128<E>(self, value: u128) -> Result<Integer, E> {
        Ok(value.into())
    }

    fn visit_i128<E>(self, value: i128) -> Result<Integer, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Integer, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Integer, A::Error> {
        let too_short = |len| de::Error::invalid_length(len, &"a sign and two halves");
        let negative: bool = seq.next_element()?.ok_or_else(|| too_short(0))?;
        let low: u64 = seq.next_element()?.ok_or_else(|| too_short(1))?;
        let high: u64 = seq.next_element()?.ok_or_else(|| too_short(2))?;
        if negative && (low, high) == (0, 0) {
            return Err(de::Error::invalid_value(Unexpected::Other("negative zero"), &self));
        }
        Ok(Integer::new(negative, (u128::from(high) << 64) | u128::from(low)))
    }

    /// A number of serde_json under `arbitrary_precision`: a map with one key, to its text.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Integer, A::Error> {
        match map.next_key()? {
            Some(NumberKey) => map.next_value(),
            None => Err(de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

/// The key of that map.
#[derive(Debug)]
struct NumberKey;

impl<'de> Deserialize<'de> for NumberKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(Self)
    }
}

impl Visitor<'_> for NumberKey {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        AnyForm.expecting(f)
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Self, E> {
        match key {
            "$serde_json::private::Number" => Ok(self),
            _ => Err(E::invalid_type(Unexpected::Map, &self)),
        }
    }
}

macro_rules! transparent {
    ($($wrapper:ident)*) => {$(
        /// As the integer inside: the other crate's format decides about the bytes.
        impl<T: Serialize> Serialize for $wrapper<T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        /// As the integer inside.
        impl<'de, T: Deserialize<'de>> Deserialize<'de> for $wrapper<T> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                T::deserialize(deserializer).map($wrapper)
            }
        }
    )*};
}

transparent!(Narrow Ordered);
