//! The format for types of up to 64 bits, as each of the ten.
#![no_main]

use integer_codec::{DecodeError, Narrow, VarInt, narrow};
use integer_codec_fuzz::{agree, specified, strict};
use libfuzzer_sys::fuzz_target;

macro_rules! each {
    ($bytes:ident $($widest:ident: $($narrower:ident)*;)*) => {$(
        strict::<Narrow<$widest>>($bytes);
        $(
            strict::<Narrow<$narrower>>($bytes);
            agree(plain(Narrow::<$widest>::decode($bytes)), plain(Narrow::<$narrower>::decode($bytes)));
        )*
    )*};
}

fn plain<T>(result: Result<(Narrow<T>, usize), DecodeError>) -> Result<(T, usize), DecodeError> {
    result.map(|(Narrow(value), used)| (value, used))
}

fuzz_target!(|bytes: &[u8]| {
    each!(bytes
        u64: u8 u16 u32 usize;
        i64: i8 i16 i32 isize;
    );
    let decoded = plain(Narrow::<u64>::decode(bytes));
    let value = decoded.ok().map(|(value, used)| (value.into(), used));
    assert_eq!(value, specified(bytes, narrow::LIMIT));
    assert_eq!(narrow::decode_u64(bytes), decoded);
});
