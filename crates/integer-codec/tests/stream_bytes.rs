//! Values in `bytes::Buf` and `bytes::BufMut`, however the chunks are cut.

#![cfg(all(feature = "alloc", feature = "bytes"))]
#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use integer_codec::stream::{BufMutVarInt, BufVarInt};
use integer_codec::{DecodeError, EncodeError, Narrow, Ordered, Padded, VarInt};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 1, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// A `Buf` of many chunks, none of them empty.
struct Chunks(VecDeque<Bytes>);

impl Chunks {
    fn new(mut bytes: &[u8], lengths: &[usize]) -> Self {
        let mut chunks = VecDeque::new();
        for length in lengths.iter().cycle() {
            if bytes.is_empty() {
                break;
            }
            let (chunk, rest) = bytes.split_at(bytes.len().min(*length));
            chunks.push_back(Bytes::copy_from_slice(chunk));
            bytes = rest;
        }
        Self(chunks)
    }
}

impl Buf for Chunks {
    fn remaining(&self) -> usize {
        self.0.iter().map(Bytes::len).sum()
    }

    fn chunk(&self) -> &[u8] {
        self.0.front().map_or(&[], |chunk| chunk)
    }

    fn advance(&mut self, mut count: usize) {
        assert!(count <= self.remaining());
        while count > 0 {
            let front = &mut self.0[0];
            let n = count.min(front.len());
            front.advance(n);
            count -= n;
            if front.is_empty() {
                self.0.pop_front();
            }
        }
    }
}

/// Takes all values; what is taken is exactly what `decode` says.
fn check<T: VarInt>(bytes: &[u8], mut buf: impl Buf) {
    let mut at = 0;
    loop {
        assert_eq!(buf.remaining(), bytes.len() - at);
        let expected = T::decode(&bytes[at..]);
        let result = buf.try_get_varint::<T>();
        if result != expected.map(|(value, _)| value) && exception::<T>(&bytes[at..]) {
            let error = result.unwrap_err();
            assert!(matches!(error, DecodeError::UnexpectedEnd { .. }), "{error:?}");
            assert_eq!(error.offset(), bytes.len() - at);
            return;
        }
        assert_eq!(result, expected.map(|(value, _)| value));
        match expected {
            Ok((_, used)) => at += used,
            Err(DecodeError::UnexpectedEnd { .. }) => {
                assert!(buf.remaining() == bytes.len() - at || exception::<T>(&bytes[at..]));
                return;
            }
            Err(_) => {
                // As many bytes as were asked for, or all.
                let mut len = 0;
                while let Err(DecodeError::UnexpectedEnd { missing, .. }) =
                    T::decode(&bytes[at..at + len])
                {
                    len = (len + missing).min(bytes.len() - at);
                }
                assert_eq!(buf.remaining(), bytes.len() - at - len);
                return;
            }
        }
    }
}

/// The case that the documentation names: a cut `Ordered` value of which a later byte says how long
/// it is, or that it is refused.
fn exception<T: VarInt>(bytes: &[u8]) -> bool {
    let needed = |len| match T::decode(&bytes[..len]) {
        Err(DecodeError::UnexpectedEnd { missing, .. }) => Some(len + missing),
        _ => None,
    };
    let whole = needed(bytes.len());
    (1..=bytes.len().min(3)).filter_map(needed).any(|early| match whole {
        Some(_) => whole != Some(early),
        None => early > bytes.len(),
    })
}

fn check_all<T: VarInt>(bytes: &[u8], lengths: &[usize]) {
    check::<T>(bytes, bytes);
    check::<T>(bytes, Chunks::new(bytes, lengths));
    check::<T>(bytes, Chunks::new(bytes, &[1]));
    let (front, back) = bytes.split_at(bytes.len().min(lengths[0]));
    check::<T>(bytes, front.chain(back));
    check::<T>(bytes, (&mut front.chain(&[][..])).chain(back.chain(&[7][..]).take(back.len())));
    // A ring that goes round its end.
    let mut ring: VecDeque<u8> = VecDeque::with_capacity(bytes.len());
    ring.extend(back);
    for &byte in front.iter().rev() {
        ring.push_front(byte);
    }
    check::<T>(bytes, ring);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes_in_chunks(
        bytes in prop::collection::vec(
            prop_oneof![any::<u8>(), 0u8..8, 236u8.., Just(0), Just(255)], 0..if cfg!(miri) { 16 } else { 40 }),
        lengths in prop::collection::vec(1..6usize, 1..6),
    ) {
        macro_rules! check_each {
            ($($int:ident)*) => {$(
                check_all::<$int>(&bytes, &lengths);
                check_all::<Ordered<$int>>(&bytes, &lengths);
            )*};
        }
        check_each!(u16 i128);
        if !cfg!(miri) {
            check_each!(u8 u32 u64 usize u128 i8 i16 i32 i64 isize);
        }
        check_all::<Narrow<u16>>(&bytes, &lengths);
        check_all::<Narrow<i64>>(&bytes, &lengths);
    }

    #[test]
    fn round_trips(
        values in prop::collection::vec((any::<i128>(), 0..128u32), 0..8),
        lengths in prop::collection::vec(1..6usize, 1..6),
        keep in any::<prop::sample::Index>(),
    ) {
        fn each<T: VarInt>(values: &[T], lengths: &[usize], keep: prop::sample::Index) {
            let mut buf = BytesMut::new();
            let mut bytes = Vec::new();
            for &value in values {
                assert_eq!(buf.put_varint(value), value.encoded_len());
                value.encode_to(&mut bytes);
            }
            assert_eq!(buf, bytes);
            check_all::<T>(&bytes, lengths);
            check_all::<T>(&bytes[..keep.index(bytes.len() + 1)], lengths);
        }
        macro_rules! check_each {
            ($($int:ident)*) => {$(
                let typed: Vec<$int> = values.iter().map(|&(value, by)| (value >> by) as $int).collect();
                each(&typed, &lengths, keep);
                let typed: Vec<_> = typed.into_iter().map(Ordered).collect();
                each(&typed, &lengths, keep);
            )*};
        }
        check_each!(u16 i128);
        if !cfg!(miri) {
            check_each!(u8 u32 u64 usize u128 i8 i16 i32 i64 isize);
        }
        let typed: Vec<_> = values.iter().map(|&(value, by)| Narrow((value >> by) as i32)).collect();
        each(&typed, &lengths, keep);
    }
}

/// A byte a chunk, by chains of chains.
#[test]
fn chains() {
    let bytes = [243, 1, 2, 3, 4];
    let [a, b, c, d, e] = bytes.each_ref().map(std::slice::from_ref);
    let mut whole = a.chain(b).chain(c).chain(d.chain(e));
    assert_eq!(whole.try_get_varint::<u32>(), Ok(0x0403_0201));
    assert!(!whole.has_remaining());

    let mut cut = a.chain(b).chain(c).chain(d);
    let error = DecodeError::UnexpectedEnd { offset: 4, missing: 1 };
    assert_eq!(cut.try_get_varint::<u32>(), Err(error));
    assert_eq!(cut.remaining(), 4); // nothing is taken
    let mut more = cut.chain(e);
    assert_eq!(more.try_get_varint::<u32>(), Ok(0x0403_0201));
}

/// A refused value is taken, so that what is left does not depend on the chunks.
#[test]
fn refused_values_are_taken() {
    let bytes = [241, 1, 2, 7];
    for at in 0..=bytes.len() {
        let mut buf = bytes[..at].chain(&bytes[at..]);
        let error = DecodeError::OutOfRange { offset: 0, target: "u8" };
        assert_eq!(buf.try_get_varint::<u8>(), Err(error));
        assert_eq!(buf.try_get_varint::<u8>(), Ok(7));
    }
}

#[test]
fn lenient() {
    let mut bytes = Vec::new();
    bytes.extend(1000u32.encode_padded::<5>().unwrap());
    bytes.push(7);
    for at in 0..=bytes.len() {
        let mut buf = bytes[..at].chain(&bytes[at..]);
        assert_eq!(buf.try_get_varint_lenient::<u16>(), Ok(1000));
        assert_eq!(buf.try_get_varint_lenient::<u16>(), Ok(7));
        let end = DecodeError::UnexpectedEnd { offset: 0, missing: 1 };
        assert_eq!(buf.try_get_varint_lenient::<u16>(), Err(end));
    }
}

#[test]
fn no_room() {
    for room in 0..5 {
        let mut memory = [0xaa; 5];
        let mut buf = &mut memory[..room];
        let error = EncodeError::BufferTooSmall { needed: 5, available: room };
        assert_eq!(buf.try_put_varint(u32::MAX), Err(error));
        assert_eq!(buf.remaining_mut(), room);
        assert_eq!(memory, [0xaa; 5]);
    }
    // Room in two pieces.
    let (mut front, mut back) = ([0; 2], [0; 3]);
    assert_eq!((&mut front[..]).chain_mut(&mut back[..]).try_put_varint(0x0403_0201u32), Ok(5));
    assert_eq!((front, back), ([243, 1], [2, 3, 4]));
}

#[test]
#[should_panic(expected = "the encoding takes 3 bytes, the buffer has 2")]
fn put_panics_without_room() {
    (&mut [0; 2][..]).put_varint(1000);
}

/// Through `dyn` references as well.
#[test]
fn behind_a_pointer() {
    let mut memory = Vec::new();
    let buf: &mut dyn BufMut = &mut memory;
    buf.put_varint(-3i64);
    let mut slice = &memory[..];
    let buf: &mut dyn Buf = &mut slice;
    assert_eq!(buf.try_get_varint::<i8>(), Ok(-3));
}
