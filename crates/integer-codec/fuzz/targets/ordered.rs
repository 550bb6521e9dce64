//! The format whose byte order is value order, as each of the twelve types.
#![no_main]

use std::fmt::Debug;

use integer_codec::{DecodeError, Ordered, VarInt};
use integer_codec_fuzz::{agree, strict};
use libfuzzer_sys::fuzz_target;

macro_rules! each {
    ($bytes:ident $($widest:ident: $($narrower:ident)*;)*) => {$(
        strict::<Ordered<$widest>>($bytes);
        $(
            strict::<Ordered<$narrower>>($bytes);
            agree(
                plain(Ordered::<$widest>::decode($bytes)),
                plain(Ordered::<$narrower>::decode($bytes)),
            );
        )*
    )*};
}

fn plain<T>(result: Result<(Ordered<T>, usize), DecodeError>) -> Result<(T, usize), DecodeError> {
    result.map(|(Ordered(value), used)| (value, used))
}

fuzz_target!(|bytes: &[u8]| {
    each!(bytes
        u128: u8 u16 u32 u64 usize;
        i128: i8 i16 i32 i64 isize;
    );
    let mut input = bytes;
    let (a, b) = (value(&mut input), value(&mut input));
    in_order(a, b);
    in_order(a as i128, b as i128);
    in_order(a as u64, b as u64);
    in_order(a as i64, b as i64);
    in_order(a as i16, b as i16);
});

/// A value of as many bytes as the first byte says.
fn value(input: &mut &[u8]) -> u128 {
    let mut bytes = [0; 16];
    if let Some((&first, rest)) = input.split_first() {
        let len = usize::from(first % 17).min(rest.len());
        bytes[..len].copy_from_slice(&rest[..len]);
        *input = &rest[len..];
    }
    u128::from_le_bytes(bytes)
}

/// Two encodings compare as their values do, and neither is the beginning of the other.
fn in_order<T: Ord + Copy + Debug>(a: T, b: T)
where
    Ordered<T>: VarInt,
{
    let (mut first, mut second) = (Vec::new(), Vec::new());
    Ordered(a).encode_to(&mut first);
    Ordered(b).encode_to(&mut second);
    assert_eq!(first.cmp(&second), a.cmp(&b), "{a:?} is {first:?}, {b:?} is {second:?}");
    assert_eq!(first.starts_with(&second), a == b, "{a:?} is {first:?}, {b:?} is {second:?}");
}
