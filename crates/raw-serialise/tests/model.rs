//! Round trips and cuts, against what `to_ne_bytes` and plain `Vec`s say.
#![allow(clippy::unwrap_used)]
#![forbid(unsafe_code)]

use proptest::prelude::*;
use raw_serialise::{
    Error, Plain, ReadError, as_bytes, as_bytes_mut, box_from_bytes, bytes_of_slice,
    bytes_of_slice_mut, from_bytes, from_bytes_mut, read_box_from, read_from, read_into,
    read_slice_into, read_value, read_vec_from, slice_from_bytes, slice_from_bytes_mut,
    vec_from_bytes, write_slice_to, write_to, zeroed, zeroed_box,
};

/// Every kind of field.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Record {
    a: u64,
    b: i32,
    c: f32,
    d: [u16; 3],
    e: [[i8; 2]; 5],
    inner: Inner,
}

/// A plain struct within a plain struct.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Inner {
    x: i64,
    y: [u8; 8],
}

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

fn record() -> impl Strategy<Value = Record> {
    (any::<u64>(), any::<i32>(), any::<f32>(), any::<[u16; 3]>(), any::<i64>(), any::<[u8; 8]>())
        .prop_map(|(a, b, c, d, x, y)| {
            let low = i8::try_from(b & 0x7f).unwrap();
            Record { a, b, c, d, e: [[low, -low]; 5], inner: Inner { x, y } }
        })
}

/// The bytes of a record, field by field, without this crate.
fn expected(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(record.a.to_ne_bytes());
    bytes.extend(record.b.to_ne_bytes());
    bytes.extend(record.c.to_ne_bytes());
    bytes.extend(record.d.iter().flat_map(|d| d.to_ne_bytes()));
    bytes.extend(record.e.as_flattened().iter().flat_map(|e| e.to_ne_bytes()));
    bytes.extend(record.inner.x.to_ne_bytes());
    bytes.extend(record.inner.y);
    bytes
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_record_is_its_fields_one_after_another(mut record in record()) {
        let bytes = expected(&record);
        prop_assert_eq!(as_bytes(&record), &bytes);
        prop_assert_eq!(as_bytes_mut(&mut record), &bytes);
        prop_assert_eq!(from_bytes::<Record>(as_bytes(&record)), Ok(&record));
        prop_assert_eq!(read_value::<Record>(&bytes), Ok(record));
        prop_assert_eq!(*box_from_bytes::<Record>(&bytes).unwrap(), record);

        let mut file = Vec::new();
        write_to(&record, &mut file).unwrap();
        prop_assert_eq!(&file, &bytes);
        prop_assert_eq!(read_from::<Record>(&file[..]).unwrap(), record);
        prop_assert_eq!(*read_box_from::<Record>(&file[..]).unwrap(), record);
    }

    #[test]
    fn a_slice_is_its_records_one_after_another(records in proptest::collection::vec(record(), 0..5)) {
        let bytes: Vec<u8> = records.iter().flat_map(expected).collect();
        prop_assert_eq!(bytes_of_slice(&records), &bytes);
        prop_assert_eq!(slice_from_bytes::<Record>(bytes_of_slice(&records)), Ok(&records[..]));
        prop_assert_eq!(&vec_from_bytes::<Record>(&bytes).unwrap(), &records);

        let mut file = Vec::new();
        write_slice_to(&records, &mut file).unwrap();
        prop_assert_eq!(&file, &bytes);
        prop_assert_eq!(&read_vec_from::<Record>(&file[..], records.len()).unwrap(), &records);
        let mut place = vec![zeroed::<Record>(); records.len()];
        read_slice_into(&mut place, &file[..]).unwrap();
        prop_assert_eq!(place, records);
    }

    #[test]
    fn a_change_of_the_bytes_is_a_change_of_the_value(record in record(), at in 0..Record::SIZE, byte: u8) {
        let mut changed = record;
        as_bytes_mut(&mut changed)[at] = byte;
        let mut bytes = expected(&record);
        bytes[at] = byte;
        // NaN is not equal to itself: compare the bytes.
        prop_assert_eq!(as_bytes(&changed), bytes);
    }

    /// A cut at each length: the error counts what came, and the place holds what came.
    #[test]
    fn every_cut_is_an_error_that_counts(record in record()) {
        let bytes = expected(&record);
        for cut in 0..Record::SIZE {
            let part = &bytes[..cut];
            let wrong = Error::Size { expected: Record::SIZE, found: cut };
            prop_assert_eq!(from_bytes::<Record>(part).unwrap_err(), wrong);
            prop_assert_eq!(read_value::<Record>(part).unwrap_err(), wrong);
            prop_assert_eq!(box_from_bytes::<Record>(part).unwrap_err(), wrong);
            assert_short(read_from::<Record>(part), Record::SIZE, cut);
            assert_short(read_box_from::<Record>(part), Record::SIZE, cut);
            assert_short(read_vec_from::<Record>(part, 2), 2 * Record::SIZE, cut);

            let mut place = [!0_u8; Record::SIZE];
            assert_short(read_into(&mut place, part), Record::SIZE, cut);
            prop_assert_eq!(&place[..cut], part);
            prop_assert!(place[cut..].iter().all(|&byte| byte == !0));
        }
    }
}

impl Record {
    const SIZE: usize = size_of::<Self>();
}

#[track_caller]
fn assert_short<T>(result: Result<T, ReadError>, all: usize, came: usize) {
    match result {
        Err(ReadError::Short { expected, found }) => assert_eq!((expected, found), (all, came)),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("read a value from {came} of {all} bytes"),
    }
}

/// For each offset into aligned memory: a view exactly where the address suits, a copy everywhere.
fn all_offsets<T: Plain + PartialEq + std::fmt::Debug>(value: T) {
    let mut memory = [0_u128; 8];
    let align = align_of::<T>();
    let size = size_of::<T>();
    for offset in 0..48 {
        let bytes = &mut bytes_of_slice_mut(&mut memory)[offset..offset + size];
        bytes.copy_from_slice(as_bytes(&value));

        assert_eq!(read_value::<T>(bytes), Ok(value));
        assert_eq!(*box_from_bytes::<T>(bytes).unwrap(), value);
        assert_eq!(vec_from_bytes::<T>(bytes).unwrap(), [value]);
        if offset % align == 0 {
            assert_eq!(from_bytes::<T>(bytes), Ok(&value));
            assert_eq!(*from_bytes_mut::<T>(bytes).unwrap(), value);
            assert_eq!(slice_from_bytes::<T>(bytes), Ok(&[value][..]));
            assert_eq!(slice_from_bytes_mut::<T>(bytes).unwrap(), [value]);
        } else {
            let wrong = Error::Alignment { expected: align, found: 1 << offset.trailing_zeros() };
            assert_eq!(from_bytes::<T>(bytes), Err(wrong));
            assert_eq!(from_bytes_mut::<T>(bytes), Err(wrong));
            assert_eq!(slice_from_bytes::<T>(bytes), Err(wrong));
            assert_eq!(slice_from_bytes_mut::<T>(bytes), Err(wrong));
        }
    }
}

#[test]
fn a_view_exactly_where_the_address_suits() {
    all_offsets(0x01_u8);
    all_offsets(0x0102_i16);
    all_offsets(1.5_f32);
    all_offsets(0x0102_0304_0506_0708_u64);
    all_offsets(u128::MAX / 3);
    all_offsets([1_u32, 2, 3]);
    all_offsets(Inner { x: -2, y: *b"abcdefgh" });
}

#[test]
fn a_remainder_is_an_error() {
    let memory = [0_u64; 4];
    let bytes = bytes_of_slice(&memory);
    for len in 0..=bytes.len() {
        let part = &bytes[..len];
        if len % 8 == 0 {
            assert_eq!(slice_from_bytes::<u64>(part).unwrap().len(), len / 8);
            assert_eq!(vec_from_bytes::<u64>(part).unwrap().len(), len / 8);
        } else {
            let wrong = Error::Remainder { element: 8, found: len };
            assert_eq!(slice_from_bytes::<u64>(part), Err(wrong));
            assert_eq!(vec_from_bytes::<u64>(part), Err(wrong));
        }
    }
}

/// The bytes are in the machine's order, and the documentation says so. Run this for a target of
/// the other order too: `cargo miri test --target s390x-unknown-linux-gnu`.
#[test]
fn the_order_of_the_bytes_is_that_of_the_machine() {
    let big = [1, 2, 3, 4];
    let little = [4, 3, 2, 1];
    let native = if cfg!(target_endian = "big") { big } else { little };
    assert_eq!(as_bytes(&0x0102_0304_u32), native);
    assert_eq!(read_from::<u32>(&native[..]).unwrap(), 0x0102_0304);

    // A file from the other kind of machine is read without an error, as another number.
    let foreign = if cfg!(target_endian = "big") { little } else { big };
    assert_eq!(read_from::<u32>(&foreign[..]).unwrap(), 0x0403_0201);
}

/// Every pattern of bytes of a float survives, a signalling NaN too.
#[test]
fn a_nan_keeps_its_bytes() {
    for bits in [0x7ff0_0000_0000_0001_u64, 0xfff4_0000_dead_beef, u64::MAX] {
        let bytes = bits.to_ne_bytes();
        let boxed = box_from_bytes::<f64>(&bytes).unwrap();
        assert_eq!(as_bytes(&*boxed), bytes);
        let mut place = [0.0_f64];
        read_slice_into(&mut place, &bytes[..]).unwrap();
        assert_eq!(as_bytes(&place), bytes);
    }
}

#[test]
fn zeroed_is_all_zero() {
    assert!(as_bytes(&zeroed::<Record>()).iter().all(|&byte| byte == 0));
    assert!(as_bytes(&*zeroed_box::<Record>()).iter().all(|&byte| byte == 0));
}

#[test]
fn errors_say_the_numbers() {
    let bytes = [0; 7];
    let text = |error: Error| error.to_string();
    assert_eq!(
        text(read_value::<u64>(&bytes).unwrap_err()),
        "the type has 8 bytes, and there are 7"
    );
    assert_eq!(
        text(slice_from_bytes::<u32>(&bytes).unwrap_err()),
        "7 bytes are no whole number of elements of 4 bytes: 3 are left over"
    );
    let memory = [0_u64; 2];
    assert_eq!(
        text(from_bytes::<u32>(&as_bytes(&memory)[2..6]).unwrap_err()),
        "the type needs an address that is a multiple of 4, and this one is a multiple of 2 only"
    );
    assert_eq!(
        text(slice_from_bytes::<[u8; 0]>(&bytes).unwrap_err()),
        "the elements have no size: the bytes do not say how many there are"
    );
}
