//! Streams: wherever the bytes are cut, the values and the errors are those of `decode` on the
//! whole.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used)]

use std::cell::Cell;
use std::fmt::Debug;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

use integer_codec::stream::{
    self, BufReadVarInt, Decoder, ReadError, ReadVarInt, Values, WriteVarInt,
};
use integer_codec::{DecodeError, Narrow, Ordered, Padded, VarInt};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 1, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// What a loop over `decode` gives: the values, then the error if there is one.
fn model<T: VarInt>(bytes: &[u8]) -> (Vec<T>, Option<DecodeError>) {
    let (mut values, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        match T::decode(&bytes[at..]) {
            Ok((value, used)) => {
                values.push(value);
                at += used;
            }
            Err(error) => return (values, Some(error.at(at))),
        }
    }
    (values, None)
}

/// Chunks of these lengths, again and again. The last two have what is left and nothing.
fn cut<'a>(mut bytes: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    let most = lengths.len() * bytes.len(); // the lengths may all be 0
    for &length in lengths.iter().cycle().take(most) {
        if bytes.is_empty() {
            break;
        }
        let (chunk, rest) = bytes.split_at(length.min(bytes.len()));
        chunks.push(chunk);
        bytes = rest;
    }
    chunks.extend([bytes, &[]]);
    chunks
}

fn check_values<T: VarInt>(bytes: &[u8]) {
    let (expected, error) = model::<T>(bytes);
    let mut values: Values<'_, T> = stream::values(bytes);
    for &value in &expected {
        let (least, most) = values.size_hint();
        assert!(least <= values.clone().count() && values.clone().count() <= most.unwrap());
        assert_eq!(values.remaining(), &bytes[values.offset()..]);
        assert_eq!(values.next(), Some(Ok(value)));
    }
    let start = values.offset();
    assert_eq!(values.size_hint().0, usize::from(error.is_some()));
    assert_eq!(values.next(), error.map(Err));
    for _ in 0..2 {
        assert_eq!(values.next(), None);
        assert_eq!(values.size_hint(), (0, Some(0)));
        assert_eq!((values.offset(), values.remaining()), (start, &bytes[start..]));
    }
}

/// Feeds all chunks, and looks at the state after each.
fn check_decoder<T: VarInt>(bytes: &[u8], chunks: &[&[u8]]) {
    let (expected, error) = model::<T>(bytes);
    let refused = error.filter(|error| !matches!(error, DecodeError::UnexpectedEnd { .. }));
    let mut decoder = Decoder::<T>::new();
    let (mut found, mut met, mut given) = (Vec::new(), None, 0);
    for &chunk in chunks {
        let mut left = chunk;
        let mut values = decoder.decode(&mut left);
        loop {
            let (_, most) = values.size_hint();
            let Some(item) = values.next() else { break };
            assert!(most > Some(0));
            match item {
                Ok(value) => found.push(value),
                Err(error) => {
                    assert!(met.is_none() || met == Some(error));
                    met = Some(error);
                    assert_eq!(values.size_hint(), (0, Some(0)));
                }
            }
        }
        assert!(values.next().is_none());
        given += chunk.len();
        let taken = given - left.len();
        let start = usize::try_from(decoder.offset()).unwrap();
        assert_eq!(decoder.pending(), &bytes[start..taken]);
        if met.is_some() {
            // Later chunks are not touched, and met with the same error.
            let mut more = bytes;
            assert_eq!(decoder.decode(&mut more).next(), met.map(Err));
            assert_eq!(decoder.decode(&mut &[][..]).next(), met.map(Err));
            assert_eq!(more, bytes);
            break;
        }
        assert!(left.is_empty());
    }
    assert_eq!(found, expected);
    assert_eq!(met, refused);
    assert_eq!(decoder.finish().err(), error);
}

/// One value at a time: what is not asked for stays in the chunk.
fn check_one_by_one<T: VarInt>(bytes: &[u8], chunks: &[&[u8]]) {
    let (expected, error) = model::<T>(bytes);
    let mut decoder = Decoder::<T>::new();
    let mut found = Vec::new();
    let mut given = 0;
    for &chunk in chunks {
        let mut left = chunk;
        given += chunk.len();
        while let Some(Ok(value)) = decoder.decode(&mut left).next() {
            found.push(value);
            assert!(decoder.pending().is_empty());
            assert_eq!(decoder.offset(), (given - left.len()) as u64);
        }
        if !left.is_empty() {
            break;
        }
    }
    assert_eq!(found, expected);
    assert_eq!(decoder.finish().err(), error);
}

/// A reader that gives a few bytes at a time, and often something else.
struct Awkward<'a> {
    bytes: &'a [u8],
    lengths: &'a [usize],
    calls: Cell<usize>,
    /// What every other call answers.
    trouble: Option<ErrorKind>,
    /// The buffer of `BufRead`: so many bytes of the front.
    buffered: usize,
}

impl<'a> Awkward<'a> {
    fn new(bytes: &'a [u8], lengths: &'a [usize], trouble: Option<ErrorKind>) -> Self {
        Self { bytes, lengths, calls: Cell::new(0), trouble, buffered: 0 }
    }

    /// How many bytes this call may give.
    fn call(&self) -> io::Result<usize> {
        let call = self.calls.replace(self.calls.get() + 1);
        match self.trouble {
            Some(kind) if call.is_multiple_of(2) => Err(kind.into()),
            _ => Ok(self.lengths[call / 2 % self.lengths.len()].max(1).min(self.bytes.len())),
        }
    }
}

impl Read for Awkward<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        assert!(!out.is_empty());
        let most = if self.buffered > 0 { self.buffered } else { self.call()? };
        let n = most.min(out.len());
        out[..n].copy_from_slice(&self.bytes[..n]);
        self.bytes = &self.bytes[n..];
        self.buffered = self.buffered.saturating_sub(n);
        Ok(n)
    }
}

impl BufRead for Awkward<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.buffered == 0 {
            self.buffered = self.call()?;
        }
        Ok(&self.bytes[..self.buffered])
    }

    fn consume(&mut self, n: usize) {
        assert!(n <= self.buffered);
        self.bytes = &self.bytes[n..];
        self.buffered -= n;
    }
}

fn decode_error(error: ReadError) -> DecodeError {
    match error {
        ReadError::Decode(error) => error,
        error => panic!("{error:?}"),
    }
}

/// Reads by `next`, one value a call. After each value the reader stands right behind it.
fn check_reader<'a, T: VarInt>(
    mut reader: Awkward<'a>,
    next: impl Fn(&mut Awkward<'a>) -> Result<Option<T>, ReadError>,
) {
    let bytes = reader.bytes;
    let (expected, error) = model::<T>(bytes);
    let mut at = 0;
    for &value in &expected {
        assert_eq!(next(&mut reader).unwrap(), Some(value));
        at += value.encoded_len();
        assert_eq!(reader.bytes, &bytes[at..]);
    }
    match error {
        None => assert_eq!(next(&mut reader).unwrap(), None),
        // The offset counts from the value.
        Some(error) => assert_eq!(decode_error(next(&mut reader).unwrap_err()).at(at), error),
    }
}

fn check_readers<T: VarInt>(bytes: &[u8], lengths: &[usize]) {
    for trouble in [None, Some(ErrorKind::Interrupted)] {
        let reader = || Awkward::new(bytes, lengths, trouble);
        check_reader::<T>(reader(), |reader| reader.read_varint_or_end());
        check_reader::<T>(reader(), |reader| reader.next_varint());
    }

    let (expected, error) = model::<T>(bytes);
    for trouble in [None, Some(ErrorKind::Interrupted), Some(ErrorKind::WouldBlock)] {
        let mut values = Awkward::new(bytes, lengths, trouble).varints::<T>();
        let (mut found, mut met) = (Vec::new(), None);
        while let Some(item) = values.next() {
            match item {
                Ok(value) => {
                    found.push(value);
                    assert!(values.pending().is_empty());
                    assert_eq!(
                        values.get_ref().bytes.len() as u64,
                        bytes.len() as u64 - values.offset()
                    );
                }
                // Asked again, it goes on where it was.
                Err(ReadError::Io(error)) => assert_eq!(Some(error.kind()), trouble),
                Err(error) => met = Some(decode_error(error)),
            }
        }
        assert!(values.next().is_none());
        assert_eq!((found, met), (expected.clone(), error));
    }
}

fn check_all<T: VarInt>(bytes: &[u8], lengths: &[usize]) {
    check_values::<T>(bytes);
    for lengths in [lengths, &[1], &[0, 1], &[usize::MAX]] {
        check_decoder::<T>(bytes, &cut(bytes, lengths));
        check_one_by_one::<T>(bytes, &cut(bytes, lengths));
        check_readers::<T>(bytes, lengths);
    }
}

/// Calls a macro with each type, or with a few where that takes too long.
macro_rules! each_type {
    ($macro:ident) => {
        if cfg!(miri) {
            $macro!(u16 i128, |value| value);
            $macro!(u64, Narrow);
            $macro!(i64, Ordered);
        } else {
            each_type!($macro, all);
        }
    };
    ($macro:ident, all) => {
        $macro!(u8 u16 u32 u64 usize u128 i8 i16 i32 i64 isize i128, |value| value);
        $macro!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize, Narrow);
        $macro!(u8 u16 u32 u64 usize u128 i8 i16 i32 i64 isize i128, Ordered);
    };
}

/// How long the lists are.
const MOST_VALUES: usize = if cfg!(miri) { 4 } else { 8 };
const MOST_BYTES: usize = if cfg!(miri) { 24 } else { 48 };

/// Values whose lengths are all as likely as each other, of both signs.
fn any_magnitudes() -> impl Strategy<Value = Vec<i128>> {
    let any = (any::<i128>(), 0..128u32).prop_map(|(value, shift)| value >> shift);
    prop::collection::vec(any, 0..MOST_VALUES)
}

/// Bytes that are often values, and often nearly so.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(
        prop_oneof![any::<u8>(), 0u8..8, 236u8.., Just(0), Just(255)],
        0..MOST_BYTES,
    )
}

fn any_lengths() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..12usize, 1..8)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn values_in_chunks(values in any_magnitudes(), lengths in any_lengths(), keep in any::<prop::sample::Index>()) {
        fn check<T: VarInt>(values: &[T], lengths: &[usize], keep: prop::sample::Index) {
            let mut bytes = Vec::new();
            for &value in values {
                assert_eq!(bytes.write_varint(value).unwrap(), value.encoded_len());
            }
            assert_eq!(model::<T>(&bytes), (values.to_vec(), None));
            check_all::<T>(&bytes, lengths);
            // The same with the end cut off.
            check_all::<T>(&bytes[..keep.index(bytes.len() + 1)], lengths);
        }
        macro_rules! check_each {
            ($($int:ident)*, $wrap:expr) => {$(
                let wrap: fn($int) -> _ = $wrap;
                let typed: Vec<_> = values.iter().map(|&value| wrap(value as $int)).collect();
                check(&typed, &lengths, keep);
            )*};
        }
        each_type!(check_each);
    }

    #[test]
    fn any_bytes_in_chunks(bytes in any_bytes(), lengths in any_lengths()) {
        /// The type is that of the function's result.
        fn check<I, T: VarInt>(bytes: &[u8], lengths: &[usize], _: fn(I) -> T) {
            check_all::<T>(bytes, lengths);
        }
        macro_rules! check_each {
            ($($int:ident)*, $wrap:expr) => {$(
                check(&bytes, &lengths, $wrap as fn($int) -> _);
            )*};
        }
        each_type!(check_each);
    }

    /// Longer forms among the others, wherever they are cut.
    #[test]
    fn lenient(values in prop::collection::vec((any::<u64>(), 0..64u32, any::<bool>()), 0..MOST_VALUES), lengths in any_lengths()) {
        let (mut bytes, mut starts, mut expected) = (Vec::new(), Vec::new(), Vec::new());
        for &(value, shift, longest) in &values {
            let value = value >> shift;
            starts.push(bytes.len());
            expected.push(value);
            match longest {
                true => bytes.extend(value.encode_padded::<17>().unwrap()),
                false => value.encode_to(&mut bytes),
            }
        }
        prop_assert_eq!(&stream::values_lenient(&bytes).map(Result::unwrap).collect::<Vec<u64>>(), &expected);
        for lengths in [&lengths[..], &[1], &[usize::MAX]] {
            let mut decoder = Decoder::<u64>::lenient();
            let mut found = Vec::new();
            for mut chunk in cut(&bytes, lengths) {
                found.extend(decoder.decode(&mut chunk).map(Result::unwrap));
                prop_assert!(chunk.is_empty());
            }
            prop_assert_eq!(decoder.finish(), Ok(()));
            prop_assert_eq!(&found, &expected);

            let mut reader = Awkward::new(&bytes, lengths, Some(ErrorKind::Interrupted));
            for (&value, &start) in expected.iter().zip(&starts) {
                prop_assert_eq!(reader.bytes, &bytes[start..]);
                prop_assert_eq!(reader.read_varint_lenient::<u64>().unwrap(), value);
            }
            let end = decode_error(reader.read_varint_lenient::<u64>().unwrap_err());
            prop_assert_eq!(end, DecodeError::UnexpectedEnd { offset: 0, missing: 1 });

            let mut reader = Awkward::new(&bytes, lengths, Some(ErrorKind::Interrupted));
            for (&value, &start) in expected.iter().zip(&starts) {
                prop_assert_eq!(reader.bytes, &bytes[start..]);
                prop_assert_eq!(reader.next_varint_lenient::<u64>().unwrap(), Some(value));
            }
            prop_assert_eq!(reader.next_varint_lenient::<u64>().unwrap(), None);
        }
        // The strict ones meet the first longer form.
        let padded = values.iter().position(|value| value.2);
        let error = stream::values::<u64>(&bytes).position(|value| value.is_err());
        prop_assert_eq!(error, padded);
    }

    /// One that did would lose the next record.
    #[test]
    fn a_reader_takes_no_byte_too_many(value in any::<u128>(), shift in 0..128u32, rest in any_bytes()) {
        fn check<T: VarInt>(value: T, rest: &[u8]) {
            let mut bytes = Vec::new();
            value.encode_to(&mut bytes);
            bytes.extend_from_slice(rest);
            let mut reader = &bytes[..];
            assert_eq!(reader.read_varint::<T>().unwrap(), value);
            assert_eq!(reader, rest);
            let mut reader = BufReader::with_capacity(3, &bytes[..]);
            assert_eq!(reader.next_varint::<T>().unwrap(), Some(value));
            let mut after = Vec::new();
            reader.read_to_end(&mut after).unwrap();
            assert_eq!(after, rest);
        }
        check(value >> shift, &rest);
        check(Ordered(value >> shift), &rest);
        check(Narrow((value >> shift) as u64), &rest);
    }
}

/// Every way to cut a short input.
#[test]
fn every_cut() {
    fn check<T: VarInt>(bytes: &[u8]) {
        for cuts in 0..1u32 << (bytes.len() - 1) {
            let (mut chunks, mut start) = (Vec::new(), 0);
            for at in 1..bytes.len() {
                if cuts >> (at - 1) & 1 == 1 {
                    chunks.push(&bytes[start..at]);
                    start = at;
                }
            }
            chunks.push(&bytes[start..]);
            check_decoder::<T>(bytes, &chunks);
        }
    }
    let long = !cfg!(miri);
    let input = |bytes: &'static [u8]| if long { bytes } else { &bytes[..bytes.len().min(6)] };
    check::<u64>(input(&[7, 241, 232, 3, 5, 243, 1, 2, 3, 4, 240, 240]));
    check::<i16>(input(&[241, 232, 3, 0, 242, 1, 0, 1, 7, 7])); // out of range
    check::<u8>(input(&[1, 244, 1, 2, 3, 4, 0, 1, 7])); // overlong, and longer than a u8 can be
    check::<Narrow<u32>>(input(&[247, 248, 248, 250, 1, 2, 3, 251, 9, 9])); // cut
    check::<Ordered<u32>>(input(&[0x7f, 0x80, 0, 0xf0, 0xef, 0xdf, 0xbf, 0x7f, 0xc0, 1]));
    check::<Ordered<u128>>(input(&[1, 0xff, 0xff, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2]));
    check::<Ordered<u128>>(input(&[1, 0xff, 0xff, 0x20, 1, 0, 0, 0, 0])); // reserved
}

/// A length, then what it measures, twice, with all the rest of the stream in the same chunk.
#[test]
fn the_next_record_is_left() {
    let stream = b"\x05hello\x05world!";

    let mut reader = &stream[..];
    let mut words = Vec::new();
    while let Ok(Some(len @ 1..10)) = reader.read_varint_or_end::<usize>() {
        let mut word = vec![0; len];
        reader.read_exact(&mut word).unwrap();
        words.push(word);
    }
    assert_eq!(words, [b"hello", b"world"]);

    let mut chunk = &stream[..];
    let mut decoder = Decoder::<usize>::new();
    assert_eq!(decoder.decode(&mut chunk).next(), Some(Ok(5)));
    assert_eq!(chunk, b"hello\x05world!");

    let mut values = BufReader::new(&stream[..]).varints::<u8>();
    assert_eq!(values.next().unwrap().unwrap(), 5);
    assert_eq!(values.offset(), 1);
    let mut rest = Vec::new();
    values.into_inner().read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"hello\x05world!");
}

#[test]
fn a_clean_end_is_told_from_a_cut() {
    let mut empty = io::empty();
    assert!(empty.read_varint_or_end::<u8>().unwrap().is_none());
    assert!(empty.next_varint::<u8>().unwrap().is_none());
    assert!(empty.varints::<u8>().next().is_none());
    let end = DecodeError::UnexpectedEnd { offset: 0, missing: 1 };
    assert_eq!(decode_error(io::empty().read_varint::<u8>().unwrap_err()), end);

    let cut = DecodeError::UnexpectedEnd { offset: 3, missing: 2 };
    let bytes = &[243, 1, 2][..];
    for result in [
        { bytes }.read_varint_or_end::<u64>(),
        { bytes }.next_varint(),
        bytes.varints().next().transpose(),
    ] {
        assert_eq!(decode_error(result.unwrap_err()), cut);
    }
}

/// The reader's own error comes out as it went in, from the middle of a value too.
#[test]
fn a_failing_reader() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::ConnectionReset.into())
        }
    }
    for bytes in [&[][..], &[241], &[241, 232]] {
        let error = bytes.chain(Fails).read_varint::<u64>().unwrap_err();
        assert!(std::error::Error::source(&error).is_some());
        assert_eq!(io::Error::from(error).kind(), ErrorKind::ConnectionReset);

        let error = BufReader::new(bytes.chain(Fails)).next_varint::<u64>().unwrap_err();
        assert_eq!(io::Error::from(error).kind(), ErrorKind::ConnectionReset);

        let mut values = BufReader::new(bytes.chain(Fails)).varints::<u64>();
        let error = values.next().unwrap().unwrap_err();
        assert_eq!(io::Error::from(error).kind(), ErrorKind::ConnectionReset);
        assert_eq!(values.pending(), bytes);
    }
}

#[test]
fn a_reader_that_claims_too_much() {
    struct Lies;
    impl Read for Lies {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            room.fill(241);
            Ok(room.len() + 1)
        }
    }
    let error = Lies.read_varint::<u64>().unwrap_err();
    assert!(
        matches!(&error, ReadError::Io(error) if error.kind() == ErrorKind::Other),
        "{error:?}"
    );
}

#[test]
fn kinds_of_io_errors() {
    let kind = |bytes: &[u8]| io::Error::from({ bytes }.read_varint::<u8>().unwrap_err()).kind();
    assert_eq!(kind(&[]), ErrorKind::UnexpectedEof);
    assert_eq!(kind(&[241, 1]), ErrorKind::UnexpectedEof);
    assert_eq!(kind(&[240, 1]), ErrorKind::InvalidData);
    assert_eq!(kind(&[241, 1, 1]), ErrorKind::InvalidData);
    // With `?` in a function of `io::Result`, the facts stay.
    let error = io::Error::from({ &[240u8, 1][..] }.read_varint::<u8>().unwrap_err());
    let facts = error.get_ref().unwrap().downcast_ref::<DecodeError>();
    assert_eq!(facts, Some(&DecodeError::Overlong { offset: 1, len: 2, shortest: 1 }));
}

#[test]
fn a_writer_without_room() {
    let mut room = [0; 4];
    let mut writer = &mut room[..];
    assert_eq!(writer.write_varint(1000u16).unwrap(), 3);
    let error = writer.write_varint(1000u16).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WriteZero);
    assert_eq!(room[..3], [241, 232, 3]);
}

/// Through `dyn` references as well.
#[test]
fn behind_a_pointer() {
    let mut bytes = Vec::new();
    let writer: &mut dyn Write = &mut bytes;
    writer.write_varint(-3i64).unwrap();
    let mut slice = &bytes[..];
    let reader: &mut dyn BufRead = &mut slice;
    assert_eq!(reader.next_varint::<i8>().unwrap(), Some(-3));
    assert_eq!(reader.read_varint_or_end::<i8>().unwrap(), None);
}

#[test]
fn every_type_is_debug() {
    fn text(value: impl Debug) -> String {
        format!("{value:?}")
    }
    let values = stream::values::<u8>(&[1, 2]);
    assert_eq!(text(values), "Values { offset: 0, remaining: [1, 2] }");
    let mut decoder = Decoder::<u8>::default();
    assert!(decoder.decode(&mut &[1, 240][..]).all(|value| value == Ok(1)));
    assert_eq!(text(&decoder), "Decoder { offset: 1, pending: [240], failed: None }");
    assert!(text(decoder.decode(&mut &[7][..])).contains("chunk: [7]"));
    assert!(text((&[7][..]).varints::<u8>()).starts_with("VarInts"));
}
