//! Exercise 1: nothing left over.
#![allow(clippy::unwrap_used)]

use integer_codec::{Narrow, VarInt};
use integer_codec_exercises::nothing_left_over::{Error, decode_exact};

fn encoding(value: impl VarInt) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.encode_to(&mut bytes);
    bytes
}

#[test]
fn the_encoding_of_every_u16_is_accepted() {
    for value in 0..=u16::MAX {
        assert_eq!(decode_exact(&encoding(value)), Ok(value));
    }
}

#[test]
fn one_byte_more_is_refused_and_the_error_names_its_offset() {
    for value in 0..=u16::MAX {
        let mut bytes = encoding(value);
        let offset = bytes.len();
        bytes.push(0);
        for more in [0, 1, 239, 240, 255, value as u8] {
            bytes[offset] = more;
            assert_eq!(decode_exact::<u16>(&bytes), Err(Error::BytesLeft { offset }), "{bytes:?}");
        }
    }
    for more in 0..=255 {
        assert_eq!(decode_exact::<u16>(&[241, 232, 3, more]), Err(Error::BytesLeft { offset: 3 }));
    }
}

#[test]
fn of_many_bytes_more_the_error_names_the_first() {
    assert_eq!(decode_exact::<u8>(&[5; 100]), Err(Error::BytesLeft { offset: 1 }));
}

#[test]
fn with_one_byte_less_the_error_is_that_of_decode() {
    for value in 0..=u16::MAX {
        let bytes = encoding(value);
        let cut = &bytes[..bytes.len() - 1];
        assert_eq!(decode_exact::<u16>(cut), Err(Error::Decode(u16::decode(cut).unwrap_err())));
    }
}

#[test]
fn what_decode_refuses_is_refused_for_its_reason_first() {
    let overlong = [240, 7, 99];
    let error = u16::decode(&overlong).unwrap_err();
    assert_eq!(decode_exact::<u16>(&overlong), Err(Error::Decode(error)));
}

#[test]
fn other_types_too() {
    assert_eq!(decode_exact(&encoding(i64::MIN)), Ok(i64::MIN));
    assert_eq!(decode_exact(&encoding(u128::MAX)), Ok(u128::MAX));
    assert_eq!(decode_exact(&encoding(Narrow(247u8))), Ok(Narrow(247u8)));
}
