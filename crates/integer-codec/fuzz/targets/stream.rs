//! A stream in chunks that are cut anywhere.
#![no_main]

use integer_codec::stream::{self, Decoder};
use integer_codec::{DecodeError, Narrow, Ordered, VarInt};
use libfuzzer_sys::fuzz_target;

// The first byte is a number of chunks, then comes the length of each, then the stream.
fuzz_target!(|input: &[u8]| {
    let Some((&count, rest)) = input.split_first() else { return };
    let (lengths, bytes) = rest.split_at(rest.len().min(usize::from(count % 32)));
    chunks::<u64>(bytes, lengths);
    chunks::<i16>(bytes, lengths);
    chunks::<u128>(bytes, lengths);
    chunks::<Narrow<u32>>(bytes, lengths);
    chunks::<Ordered<i64>>(bytes, lengths);
    chunks::<Ordered<u128>>(bytes, lengths);
});

/// The values up to the first error, and the error: by `decode`, one after the other.
fn whole<T: VarInt>(bytes: &[u8]) -> (Vec<T>, Result<(), DecodeError>) {
    let (mut values, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        match T::decode(&bytes[at..]) {
            Ok((value, used)) => {
                values.push(value);
                at += used;
            }
            Err(error) => return (values, Err(error.at(at))),
        }
    }
    (values, Ok(()))
}

/// However it is cut, the values are the same, and so is the error.
fn chunks<T: VarInt>(bytes: &[u8], lengths: &[u8]) {
    let expected = whole::<T>(bytes);

    let mut values = Vec::new();
    let mut result = Ok(());
    for item in stream::values::<T>(bytes) {
        match item {
            Ok(value) => values.push(value),
            Err(error) => result = Err(error),
        }
    }
    assert_eq!((values, result), expected, "as a slice");

    let mut decoder = Decoder::<T>::new();
    let mut values = Vec::new();
    let mut result = Ok(());
    let mut rest = bytes;
    let last = [rest.len()];
    for len in lengths.iter().map(|&it| it.into()).chain(last) {
        let mut chunk;
        (chunk, rest) = rest.split_at(rest.len().min(len));
        for item in decoder.decode(&mut chunk) {
            match item {
                Ok(value) => values.push(value),
                Err(error) => result = Err(error),
            }
        }
        if result.is_err() {
            break;
        }
        assert!(chunk.is_empty(), "{chunk:?} are left over");
    }
    assert_eq!(result.and_then(|()| decoder.finish()), expected.1, "in chunks");
    assert_eq!(values, expected.0, "in chunks");
}
