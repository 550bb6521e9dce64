//! Blocks: arbitrary bytes, and blocks of arbitrary values, on every instruction set.

#![no_main]

use integer_codec::block::{Codec, Element, Simd, Transform, View};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let [choice, input @ ..] = input else { return };
    match choice % 6 {
        0 => read::<u32>(input, *choice),
        1 => read::<u64>(input, *choice),
        2 => read::<i64>(input, *choice),
        3 => write(&values(input, |bytes| u64::from_le_bytes(bytes) as u32), *choice),
        4 => write(&values(input, u64::from_le_bytes), *choice),
        _ => write(&values(input, i64::from_le_bytes), *choice),
    }
});

/// What one instruction set reads, all others read; what is refused is refused for one reason.
fn read<E: Element>(input: &[u8], choice: u8) {
    let mut bytes = Vec::new();
    // Half of the time with a tag that is right, so that more is looked at.
    if choice & 0x80 == 0 {
        Codec::new().checksum(choice & 0x40 != 0).encode::<E>(&[], &mut bytes);
        bytes.truncate(1);
    }
    bytes.extend_from_slice(input);

    let mut expected = Vec::<E>::new();
    let result = Codec::new().simd(Simd::Scalar).decode(&bytes, &mut expected);
    for simd in Simd::available() {
        let mut values = Vec::<E>::new();
        assert_eq!(Codec::new().simd(simd).decode(&bytes, &mut values), result, "{simd:?}");
        assert_eq!(values, expected, "{simd:?}");
    }
    let view = View::<E>::new(&bytes);
    match result {
        Ok(used) => {
            assert!(used <= bytes.len());
            let view = view.expect("it was decoded");
            assert_eq!(view.len(), expected.len());
            let step = expected.len() / 50 + 1;
            for (k, &value) in expected.iter().enumerate().step_by(step) {
                assert_eq!(view.get(k), Ok(Some(value)), "{k}");
            }
        }
        Err(error) => {
            assert!(error.offset() <= bytes.len(), "{error:?}");
            assert!(expected.is_empty());
            if let Ok(view) = view {
                for k in [0, 1, 7, view.len() / 2, view.len().wrapping_sub(1), view.len()] {
                    let _ = view.get(k);
                }
            }
        }
    }
}

/// What is written is read again, and every instruction set writes the same.
fn write<E: Element>(values: &[E], choice: u8) {
    let transform = if choice & 0x80 == 0 { Transform::Reference } else { Transform::Delta };
    let codec = Codec::new().transform(transform).checksum(choice & 0x40 != 0);
    let mut expected = Vec::new();
    codec.simd(Simd::Scalar).encode(values, &mut expected);
    for simd in Simd::available() {
        let mut bytes = Vec::new();
        codec.simd(simd).encode(values, &mut bytes);
        assert_eq!(bytes, expected, "{simd:?}");
        let mut decoded = Vec::<E>::new();
        assert_eq!(codec.simd(simd).decode(&bytes, &mut decoded), Ok(bytes.len()), "{simd:?}");
        assert_eq!(decoded, values, "{simd:?}");
    }
}

/// Values of every width: a byte says how many bytes of the input each one takes, and how often it
/// comes.
fn values<E: Copy>(mut input: &[u8], make: impl Fn([u8; 8]) -> E) -> Vec<E> {
    let mut values = Vec::new();
    while let [head, rest @ ..] = input {
        let len = usize::from(head & 0x0f).min(8).min(rest.len());
        let mut bytes = [0; 8];
        bytes[..len].copy_from_slice(&rest[..len]);
        values.extend(std::iter::repeat_n(make(bytes), usize::from(head >> 4) * 5 + 1));
        input = &rest[len..];
    }
    values
}
