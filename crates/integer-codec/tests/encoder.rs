//! `Encoder::push_all` against one `push` after the other, and against `encode`.

#![allow(clippy::unwrap_used)]

use integer_codec::{EncodeError, Encoder, Narrow, Ordered, VarInt};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 1, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// One after the other, each by itself.
fn expected<T: VarInt>(values: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in values {
        let start = bytes.len();
        bytes.resize(start + value.encoded_len(), 0);
        assert_eq!(value.encode(&mut bytes[start..]), Ok(bytes.len() - start));
    }
    bytes
}

fn check<T: VarInt>(values: &[T]) {
    let expected = expected(values);
    let len = expected.len();
    // With no room to spare, a little, and plenty: the last is where whole registers are stored.
    for spare in [0, 1, 9, 700] {
        let mut buffer = vec![0xaa; 1 + len + spare];
        let mut encoder = Encoder::new(&mut buffer);
        encoder.push(7_u8).unwrap();
        assert_eq!(encoder.push_all(values), Ok(len));
        assert_eq!(encoder.len(), 1 + len);
        assert_eq!(encoder.written()[1..], expected);
    }
    // One byte too few: nothing of it is there, and the encoder can go on.
    if let Some(room) = len.checked_sub(1) {
        let mut buffer = vec![0; 1 + room];
        let mut encoder = Encoder::new(&mut buffer);
        encoder.push(7_u8).unwrap();
        let last = values[values.len() - 1].encoded_len();
        let error = EncodeError::BufferTooSmall { needed: last, available: last - 1 };
        assert_eq!(encoder.push_all(values), Err(error));
        assert_eq!(encoder.written(), [7]);
        assert_eq!(encoder.remaining(), room);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn as_one_after_the_other(
        raw in prop::collection::vec((0..=128_u32, any::<u128>()), 0..if cfg!(miri) { 40 } else { 150 }),
        small in prop::collection::vec(0..260_u64, if cfg!(miri) { 33..34 } else { 0..100 }),
    ) {
        let raw = raw.into_iter().map(|(w, v)| v.checked_shr(128 - w).unwrap_or(0));
        // Runs of small values as well, longer than what is looked at together.
        let values = raw.chain(small.into_iter().map(u128::from)).collect::<Vec<_>>();
        macro_rules! types {
            ($($int:ident)*) => {$(
                check(&values.iter().map(|&value| value as $int).collect::<Vec<_>>());
                check(&values.iter().map(|&value| Ordered(value as $int)).collect::<Vec<_>>());
            )*};
        }
        types!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
        check(&values.iter().map(|&value| Narrow(value as u64)).collect::<Vec<_>>());
        check(&values.iter().map(|&value| Narrow(value as i32)).collect::<Vec<_>>());
    }
}

#[test]
fn around_the_limits() {
    // Miri is slow: there, the limit of the default format alone.
    let limits = [239, 240, 238_u64, 247, 248, 255, 256];
    for limit in limits.into_iter().take(if cfg!(miri) { 2 } else { 7 }) {
        for at in [31, 32, 0, 1, 33, 63].into_iter().take(if cfg!(miri) { 2 } else { 6 }) {
            let mut values = vec![5; 64];
            values[at] = limit;
            check(&values);
            check(&values.iter().map(|&value| Narrow(value)).collect::<Vec<_>>());
            check(&values.iter().map(|&value| value as u8).collect::<Vec<_>>());
        }
    }
}
