//! Lenient decoding, of both formats that have longer forms.
#![no_main]

use integer_codec::{DecodeError, Narrow, Padded};
use libfuzzer_sys::fuzz_target;

macro_rules! each {
    ($bytes:ident $($int:ident)*) => {$(
        lenient::<$int>($bytes);
        lenient::<Narrow<$int>>($bytes);
    )*};
}

fuzz_target!(|bytes: &[u8]| {
    each!(bytes u8 u16 u32 u64 usize i8 i16 i32 i64 isize);
    lenient::<u128>(bytes);
    lenient::<i128>(bytes);
});

/// It accepts all that strict decoding does, with the same result, and longer forms besides. What
/// it refuses is refused by both.
fn lenient<T: Padded>(bytes: &[u8]) {
    let strict = T::decode(bytes);
    match (T::decode_lenient(bytes), strict) {
        (Ok((value, used)), Ok(strict)) => {
            assert_eq!((value, used), strict);
            assert_eq!(value.encoded_len(), used);
            padded(value, &bytes[..used]);
        }
        (Ok((value, used)), Err(DecodeError::Overlong { offset, len, shortest })) => {
            assert_eq!((len, shortest), (used, value.encoded_len()));
            assert!(shortest < len && offset < len);
            padded(value, &bytes[..used]);
        }
        (Err(DecodeError::OutOfRange { offset: 0, .. }), Err(DecodeError::Overlong { .. })) => {}
        (Err(error), strict) => {
            assert!(!matches!(error, DecodeError::Overlong { .. }), "{error:?}");
            assert_eq!(strict, Err(error));
        }
        (lenient, strict) => panic!("lenient: {lenient:?}, strict: {strict:?}"),
    }
}

/// Padding to the length that was found gives the bytes that were found.
fn padded<T: Padded>(value: T, bytes: &[u8]) {
    macro_rules! of_length {
        ($($len:literal)*) => {
            match bytes.len() {
                $($len => assert_eq!(value.encode_padded::<$len>().as_ref().ok(), bytes.first_chunk()),)*
                len => panic!("no form has {len} bytes"),
            }
        };
    }
    of_length!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17);
}
