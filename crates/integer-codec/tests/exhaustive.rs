//! Every value of the small types; the values around every boundary of the others.

#![allow(clippy::unwrap_used)]

use integer_codec::{DecodeError, Narrow, VarInt};

/// Encode, decode, every cut, every buffer that is too small.
fn check<T: VarInt>(value: T) {
    let mut bytes = vec![0xaa; T::MAX_LEN + 1];
    let len = value.encode(&mut bytes).unwrap();
    assert!(len <= T::MAX_LEN, "{value:?}");
    assert_eq!(value.encoded_len(), len);
    assert!(bytes[len..].iter().all(|&byte| byte == 0xaa), "{value:?}: the rest is untouched");

    assert_eq!(T::decode(&bytes), Ok((value, len)), "bytes after the value do not matter");
    assert_eq!(T::decode(&bytes[..len]), Ok((value, len)));
    for cut in 0..len {
        let missing = if cut == 0 { 1 } else { len - cut };
        let error = DecodeError::UnexpectedEnd { offset: cut, missing };
        assert_eq!(T::decode(&bytes[..cut]), Err(error), "{value:?}");

        let mut small = vec![0xaa; cut];
        value.encode(&mut small).unwrap_err();
        assert!(small.iter().all(|&byte| byte == 0xaa), "{value:?}: nothing is written");
    }
}

/// Every value; under Miri every `step`th, because the interpreter would take minutes over all of
/// them and meet no other branch.
fn sample<T>(all: impl Iterator<Item = T>, step: usize) -> impl Iterator<Item = T> {
    all.step_by(if cfg!(miri) { step } else { 1 })
}

#[test]
fn every_u8_and_i8() {
    for value in sample(0..=u8::MAX, 5) {
        check(value);
        check(Narrow(value));
        check(value as i8);
        check(Narrow(value as i8));
    }
}

#[test]
fn every_u16_and_i16() {
    for value in sample(0..=u16::MAX, 1021) {
        check(value);
        check(Narrow(value));
        check(value as i16);
        check(Narrow(value as i16));
    }
}

/// Whatever type holds a value, its bytes are the same.
#[test]
fn a_field_can_be_widened() {
    fn bytes<T: VarInt>(value: T) -> Vec<u8> {
        let mut out = vec![0; value.encoded_len()];
        value.encode(&mut out).unwrap();
        out
    }
    for value in sample(0..=u16::MAX, 1021) {
        let expected = bytes(value);
        assert_eq!(bytes(u32::from(value)), expected);
        assert_eq!(bytes(u64::from(value)), expected);
        assert_eq!(bytes(u128::from(value)), expected);
        assert_eq!(bytes(usize::from(value)), expected);
        if let Ok(value) = u8::try_from(value) {
            assert_eq!(bytes(value), expected);
        }

        let value = value as i16;
        let expected = bytes(value);
        assert_eq!(bytes(i32::from(value)), expected);
        assert_eq!(bytes(i64::from(value)), expected);
        assert_eq!(bytes(i128::from(value)), expected);
        assert_eq!(bytes(isize::from(value)), expected);
        if let Ok(value) = i8::try_from(value) {
            assert_eq!(bytes(value), expected);
        }
    }
}

/// Encodings of one length are never more than those of a larger value.
#[test]
fn length_grows_with_magnitude() {
    for value in sample(0..u16::MAX, 1021) {
        assert!(value.encoded_len() <= (value + 1).encoded_len());
        assert!(Narrow(value).encoded_len() <= value.encoded_len());
    }
    for value in sample(0..i16::MAX, 1021) {
        assert!(value.encoded_len() <= (value + 1).encoded_len());
        assert!((-value).encoded_len() <= (-value - 1).encoded_len());
    }
}

/// The values around every power of two and every limit; under Miri, around the powers of 256.
fn boundaries() -> impl Iterator<Item = u128> {
    let bits = (0..128).step_by(if cfg!(miri) { 8 } else { 1 });
    let centres = bits.map(|bit| 1u128 << bit).chain([0, 239, 247, u128::MAX]);
    centres.flat_map(|centre| [centre.wrapping_sub(1), centre, centre.wrapping_add(1)])
}

#[test]
fn every_boundary() {
    macro_rules! check_each {
        ($($int:ident)*, $wide:ident) => {$(
            for value in boundaries() {
                // As i128 the upper half of the values are the negative ones.
                if let Ok(value) = $int::try_from(value as $wide) {
                    check(value);
                    check(Narrow(value));
                }
            }
        )*};
    }
    check_each!(u32 u64 usize, u128);
    check_each!(i32 i64 isize, i128);
    for value in boundaries() {
        check(value);
        check(value as i128);
    }
}
