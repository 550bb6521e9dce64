//! The default format, as each of the twelve types.
#![no_main]

use integer_codec::{VarInt, wide};
use integer_codec_fuzz::{agree, specified, strict};
use libfuzzer_sys::fuzz_target;

macro_rules! each {
    ($bytes:ident $($widest:ident: $($narrower:ident)*;)*) => {$(
        strict::<$widest>($bytes);
        $(
            strict::<$narrower>($bytes);
            agree($widest::decode($bytes), $narrower::decode($bytes));
        )*
    )*};
}

fuzz_target!(|bytes: &[u8]| {
    each!(bytes
        u128: u8 u16 u32 u64 usize;
        i128: i8 i16 i32 i64 isize;
    );
    assert_eq!(u128::decode(bytes).ok(), specified(bytes, wide::LIMIT));
    assert_eq!(wide::decode_u128(bytes), u128::decode(bytes));
    assert_eq!(wide::decode_u64(bytes), u64::decode(bytes));
});
