//! Files of sections: written, opened, read, changed, and damaged.
#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used)]
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;

use raw_serialise::archive::{ByteOrder, Damage};
use raw_serialise::heap::Deferred;
use raw_serialise::{Archive, BuildError, Builder, Checksums, OpenError, Reason, SectionError};

fn one<T: raw_serialise::Root + ?Sized>(value: &T) -> Archive<'static> {
    let archive = Builder::new().section("it", value).build().unwrap();
    // As a file, too.
    let copy = Archive::copy(archive.bytes()).unwrap();
    assert_eq!(copy.order(), ByteOrder::NATIVE);
    copy.verify().unwrap();
    copy
}

#[test]
fn numbers_and_text() {
    assert_eq!(one(&7_u64).get::<u64>("it").unwrap(), 7);
    assert!(one(&true).get::<bool>("it").unwrap());
    assert_eq!(one(&'ß').get::<char>("it").unwrap(), 'ß');
    assert_eq!(one(&NonZero::<u16>::MAX).get::<NonZero<u16>>("it").unwrap(), NonZero::<u16>::MAX);
    for text in
        ["", "a", "12345678", "123456789", "Straße 1", "日本語日本語", "\u{10ffff}\u{10ffff}"]
    {
        assert_eq!(one(&text).get::<&str>("it").unwrap(), text);
        assert_eq!(one(&text.to_owned()).get::<String>("it").unwrap(), text);
        assert_eq!(one(&text.to_owned()).get::<&str>("it").unwrap(), text);
    }
}

#[test]
fn lists_of_lists() {
    let lists = vec![vec![], vec!["a".to_owned(), "long enough".to_owned()], vec![String::new()]];
    let archive = one(&lists);
    let view = archive.get::<Vec<Vec<String>>>("it").unwrap();
    assert_eq!(view.len(), 3);
    let back: Vec<Vec<String>> =
        view.iter().map(|inner| inner.iter().map(str::to_owned).collect()).collect();
    assert_eq!(back, lists);
    assert_eq!(view.iter().rev().map(|inner| inner.len()).collect::<Vec<_>>(), [1, 2, 0]);
    assert_eq!(format!("{view:?}"), format!("{lists:?}"));
}

/// A list of four billion elements without bytes has eight of them: whoever shows it, in a log or in a
/// message, would be at it for a minute, and have gigabytes.
#[test]
fn elements_without_bytes_are_not_all_shown() {
    let archive = one(&vec![[0_u8; 0]; 1000]);
    let view = archive.get::<Vec<[u8; 0]>>("it").unwrap();
    assert_eq!(format!("{view:?}"), format!("[{}..]", "[], ".repeat(32)));
    let few = one(&vec![[0_u8; 0]; 32]);
    let few = few.get::<Vec<[u8; 0]>>("it").unwrap();
    assert_eq!(format!("{few:?}"), format!("{:?}", [[0_u8; 0]; 32]));
}

#[test]
fn slices_of_plain_values() {
    let values = [1_u64, 2, 3];
    let archive = one(&values[..]);
    assert_eq!(*archive.get::<[u64]>("it").unwrap(), values);
    // Borrowed or copied, the file is the same.
    let borrowed = Builder::new().borrow("it", &values).build().unwrap();
    assert_eq!(borrowed.bytes(), archive.bytes());
    assert_eq!(borrowed.sections().next().unwrap().bytes().len(), 24);
    let empty = one(&[0_u64; 0][..]);
    assert!(empty.get::<[u64]>("it").unwrap().is_empty());
}

type Everything =
    (Option<Box<u64>>, BTreeMap<String, Vec<(u8, u32)>>, Vec<Option<String>>, [Vec<u16>; 2]);

fn everything() -> Everything {
    let map = [("zwei", vec![(2, 20), (3, 30)]), ("eins", vec![(1, 10)]), ("a longer key", vec![])];
    (
        Some(Box::new(u64::MAX)),
        map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        vec![Some("some text".to_owned()), None, Some("more".to_owned())],
        [vec![1, 2, 3], vec![]],
    )
}

#[test]
fn everything_at_once() {
    let archive = one(&everything());
    let (number, map, options, lists) = archive.get::<Everything>("it").unwrap();
    assert_eq!(number, Some(u64::MAX));
    assert_eq!(map.len(), 3);
    assert_eq!(map.get("zwei").unwrap().iter().collect::<Vec<_>>(), [(2, 20), (3, 30)]);
    assert_eq!(map.get("eins").unwrap().get(0), Some((1, 10)));
    assert!(map.get("a longer key").unwrap().is_empty());
    assert!(map.get("drei").is_none());
    assert_eq!(map.keys().iter().collect::<Vec<_>>(), ["a longer key", "eins", "zwei"]);
    assert_eq!(options.iter().collect::<Vec<_>>(), [Some("some text"), None, Some("more")]);
    assert_eq!(lists.get(0).unwrap().as_slice(), [1, 2, 3]);
    assert!(lists.get(1).unwrap().is_empty());
}

#[test]
fn a_hash_map_is_sorted() {
    let map: HashMap<u32, u8> = (0..50).map(|n| (n * 7919 % 101, n as u8)).collect();
    let archive = one(&map);
    let view = archive.get::<HashMap<u32, u8>>("it").unwrap();
    assert!(view.keys().is_sorted());
    for (key, value) in &map {
        assert_eq!(view.get(*key), Some(*value));
    }
    assert_eq!(view.get(101), None);
}

#[test]
fn parts_that_are_checked_later() {
    let parts = vec![Deferred(vec!["a text".to_owned()]), Deferred(vec![]), Deferred(vec![])];
    let archive = one(&parts);
    let view = archive.get::<Vec<Deferred<Vec<String>>>>("it").unwrap();
    assert_eq!(view.get(0).unwrap().get().unwrap().get(0), Some("a text"));
    assert!(view.get(2).unwrap().get().unwrap().is_empty());
}

#[test]
fn changes_in_place() {
    let mut archive = one(&everything());
    let before = archive.bytes().to_vec();
    archive
        .edit::<Everything, _>("it", |(number, mut map, mut options, mut lists)| {
            *number.unwrap() = 5;
            map.get_mut("zwei").unwrap().get_mut(1).unwrap().1.set(300);
            assert!(map.get_mut("drei").is_none());
            assert_eq!(options.get_mut(0).unwrap(), Some("some text"));
            lists.get_mut(0).unwrap().as_mut_slice().reverse();
            for mut list in lists.iter_mut() {
                assert!(list.get_mut(3).is_none());
            }
        })
        .unwrap();
    let copy = Archive::copy(archive.bytes()).unwrap();
    copy.verify().unwrap();
    let (number, map, _, lists) = copy.get::<Everything>("it").unwrap();
    assert_eq!(number, Some(5));
    assert_eq!(map.get("zwei").unwrap().get(1), Some((3, 300)));
    assert_eq!(lists.get(0).unwrap().as_slice(), [3, 2, 1]);

    // The checksum of a change that panicked is true as well.
    let mut archive = Archive::copy(&before).unwrap();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        archive.edit::<Everything, _>("it", |(number, ..)| {
            *number.unwrap() = 6;
            panic!("in the middle");
        })
    }));
    assert!(panic.is_err());
    archive.verify().unwrap();
    assert_eq!(archive.get::<Everything>("it").unwrap().0, Some(6));
    Archive::copy(archive.bytes()).unwrap().verify().unwrap();

    let borrowed = Archive::copy(&before).unwrap();
    let mut borrowed = Archive::from_bytes(borrowed.bytes()).unwrap();
    assert!(matches!(borrowed.edit::<Everything, _>("it", |_| ()), Err(SectionError::ReadOnly)));
}

#[test]
fn an_edit_does_not_hide_damage() {
    let archive = one(&[1_u32, 2, 3][..]);
    let mut bytes = archive.bytes().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    let mut archive = Archive::copy(&bytes).unwrap();
    let error = archive.edit::<[u32], _>("it", |mut list| list.get_mut(0).unwrap().set(9));
    assert!(matches!(error, Err(SectionError::Checksum { .. })));
    assert_eq!(archive.bytes(), bytes);
}

#[test]
fn each_flipped_bit_is_found() {
    let archive = Builder::new()
        .section("texts", &vec!["a text of some length".to_owned(), "b".to_owned()])
        .section("numbers", &[1_u8, 2, 3][..])
        .section("more", &[1_u16][..])
        .build()
        .unwrap();
    let bytes = archive.bytes();
    let step = if cfg!(miri) { 61 } else { 1 };
    for bit in (0..bytes.len() * 8).step_by(step) {
        let mut damaged = bytes.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let found = match Archive::copy(&damaged) {
            Err(_) => true,
            Ok(archive) => archive.verify().is_err(),
        };
        assert!(found, "bit {bit} of {}", bytes.len() * 8);
    }
}

#[test]
fn each_cut_is_found() {
    let archive = one(&everything());
    let bytes = archive.bytes();
    for length in (0..bytes.len()).step_by(if cfg!(miri) { 13 } else { 1 }) {
        match Archive::copy(&bytes[..length]) {
            Err(OpenError::Magic { length: 0, .. }) => assert_eq!(length, 0),
            Err(OpenError::Length { expected, found }) => {
                assert!(expected <= bytes.len() as u64);
                assert_eq!(found, length as u64);
            }
            other => panic!("{length}: {other:?}"),
        }
    }
    let longer = [bytes, &[0; 3]].concat();
    let error = Archive::copy(&longer).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "something was appended to the file: expected {} bytes, found {}",
            bytes.len(),
            bytes.len() + 3
        )
    );
}

#[test]
fn text_mode_is_recognised() {
    let archive = one(&"some text\nof two lines");
    let bytes = archive.bytes();
    let damage = |bytes: &[u8]| match Archive::copy(bytes) {
        Err(OpenError::Text(damage)) => damage,
        other => panic!("{other:?}"),
    };
    let stripped: Vec<u8> = bytes.iter().map(|byte| byte & 0x7f).collect();
    assert_eq!(damage(&stripped), Damage::HighBit);
    let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
    assert_eq!(damage(text.as_bytes()), Damage::Utf8);
    assert_eq!(damage(String::from_utf8_lossy(bytes).as_bytes()), Damage::Utf8);
    let latin1 = |text: &str| text.chars().map(|it| it as u8).collect::<Vec<_>>();
    assert_eq!(damage(&latin1(&text.replace("\r\n", "\n"))), Damage::CrLfToLf);
    assert_eq!(damage(&latin1(&text.replace('\n', "\r\n"))), Damage::LfToCrLf);
    assert!(matches!(Archive::copy(b"PK\x03\x04"), Err(OpenError::Magic { .. })));
    assert_eq!(Archive::copy(b"").unwrap_err().to_string(), "the file is empty");
}

#[test]
fn what_cannot_be_built() {
    let long = "x".repeat(38);
    for name in ["", &long] {
        let error = Builder::new().section(name, &1_u8).build();
        assert!(matches!(error, Err(BuildError::Name { .. })));
    }
    let error = Builder::new().section("a", &1_u8).section("a", &2_u8).build();
    assert!(matches!(error, Err(BuildError::Twice { .. })));
    assert!(Builder::new().section(&long[1..], &1_u8).build().is_ok());
    let none = Builder::new().build().unwrap();
    let error = none.get::<u8>("a").unwrap_err();
    assert_eq!(error.to_string(), "there is no section `a`: the file has none");
}

#[test]
fn checksums_when_wanted() {
    let archive = one(&[7_u32; 4][..]);
    let mut aligned = Archive::copy(archive.bytes()).unwrap();
    // Damaged behind its back: plain values, so that nothing else notices.
    let length = aligned.bytes().len();
    let mut damaged = aligned.bytes().to_vec();
    damaged[length - 1] = 1;
    aligned = Archive::copy(&damaged).unwrap();
    let with = |checksums| Archive::from_bytes_with(aligned.bytes(), checksums);
    assert!(matches!(with(Checksums::Upfront), Err(OpenError::Checksum { .. })));
    let lazy = with(Checksums::Lazy).unwrap();
    assert!(matches!(lazy.get::<[u32]>("it"), Err(SectionError::Checksum { .. })));
    let manual = with(Checksums::Manual).unwrap();
    let [a, b, c, _] = 7_u32.to_ne_bytes();
    assert_eq!(manual.get::<[u32]>("it").unwrap()[3], u32::from_ne_bytes([a, b, c, 1]));
    assert!(manual.verify().is_err());
}

#[test]
fn memory_must_be_aligned() {
    let archive = one(&1_u8);
    let mut memory = vec![0_u64; archive.bytes().len() / 8 + 3];
    let bytes = raw_serialise::bytes_of_slice_mut(&mut memory);
    bytes[1..=archive.bytes().len()].copy_from_slice(archive.bytes());
    assert!(matches!(
        Archive::from_bytes(&bytes[1..=archive.bytes().len()]),
        Err(OpenError::Alignment { expected: 16, .. })
    ));
}

/// The reasons why a block is refused, with the block changed at one place and its checksum true.
#[test]
fn bytes_that_are_no_value() {
    let refused = |value: &Vec<String>, change: &dyn Fn(&mut [u8])| {
        let mut block = Vec::new();
        let mut archive = one(value);
        let info = archive.sections().next().unwrap();
        block.extend(info.bytes());
        let offset = info.offset();
        change(&mut block);
        let mut bytes = archive.bytes().to_vec();
        bytes.splice(offset.., block);
        archive = Archive::copy(&bytes).unwrap();
        match Archive::from_bytes_with(archive.bytes(), Checksums::Manual)
            .unwrap()
            .get::<Vec<String>>("it")
        {
            Err(SectionError::Invalid { invalid, .. }) => (invalid.at, invalid.reason),
            other => panic!("{other:?}"),
        }
    };
    let texts = vec!["0123456789".to_owned(), "short".to_owned()];
    // The list: distance 8, count 2; then two strings of eight bytes; then the text.
    let word = |block: &mut [u8], at: usize, word: u32| {
        block[at..at + 4].copy_from_slice(&word.to_ne_bytes());
    };
    assert_eq!(
        refused(&texts, &|block| word(block, 0, 12)),
        (0, Reason::Place { expected: 8, found: 12 })
    );
    assert_eq!(
        // The third would be made of text, and then the first one's text is not where it must be.
        refused(&texts, &|block| word(block, 4, 3)),
        (8, Reason::Place { expected: 32, found: 24 })
    );
    assert_eq!(
        refused(&texts, &|block| word(block, 4, 4)),
        (0, Reason::End { expected: 34, found: 40 })
    );
    assert_eq!(
        refused(&texts, &|block| word(block, 12, 17)),
        (8, Reason::Place { expected: 24, found: 25 })
    );
    assert_eq!(refused(&texts, &|block| block[30] = 0xff), (24, Reason::Utf8(6)));
    assert_eq!(refused(&texts, &|block| block[17] = 0x80), (16, Reason::Utf8(1)));
}
